"""The file that a stored lifetime model is opened by: of what it is, and the folders that it names, still whole."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.sound import need, opening
from pipeline.store.task import Artifact
from pipeline.tasks.stored_lifetimes import KIND, OF_CUSTOMERS, OF_TABLE, STORED
from serving.whole import refuse_damage

LEARN = "learn the model again with `python -m pipeline.ltv`"


def read_stored(workdir: Path) -> Mapping[str, Any]:
    """What the file says.

    Raises
    ------
    AisleError
        If there is none, or it is damaged.
    """
    file = workdir / STORED
    if not file.exists():
        raise AisleError(
            f"{workdir}: has no stored lifetime model ({STORED}); learn one there first with `python -m pipeline.ltv`."
        )
    with opening(file, LEARN):
        kept: dict[str, Any] = json.loads(file.read_text())
        need(isinstance(kept, dict), f"it holds {type(kept).__name__}")
        need(kept[KIND] in (OF_TABLE, OF_CUSTOMERS), f"it is of {kept[KIND]!r}")
    return kept


def is_of_customers(workdir: Path) -> bool:
    """Whether a working directory's model is of a log's customers, and not of a table's rows."""
    return bool(read_stored(workdir)[KIND] == OF_CUSTOMERS)


def stored_parts(kept: Mapping[str, Any], names: Sequence[str], workdir: Path) -> dict[str, Artifact]:
    """The folders that a stored model is made of.

    Raises
    ------
    AisleError
        If one is damaged, or another run has built it anew.
    """
    with opening(workdir / STORED, LEARN):
        parts, contents = kept["parts"], kept["contents"]
        made = {name: Artifact((workdir / parts[name]).resolve(), contents[name]) for name in names}
    refuse_damage({parts[name]: contents[name] for name in names}, workdir)
    return made
