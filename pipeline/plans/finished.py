"""A finished run as its folder holds it: what was measured, found by its manifests and not by a configuration.

Another run may have been made by other code and with other settings: whether it is current is no matter, but all that
is read of it must belong together.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.manifest import fault_in, read_manifest
from pipeline.store.task import Artifact
from pipeline.tasks.paired import Answered

METRICS = "test/metrics"
PLACES: Mapping[str, tuple[str, ...]] = {
    "fold": ("test/fold",),
    "labels": ("test/labels", "test/fold"),
    "ranked": ("test/answers",),
}
"""Where what the metrics were made from may lie."""


def answered_in(workdir: Path) -> Answered:
    """What a run has answered and was measured by.

    Parameters
    ----------
    workdir
        Its working directory, or the folder of a sample in it.

    Raises
    ------
    AisleError
        If it holds no measured run, or parts of several, or one is damaged.
    """
    fields = (_manifest(workdir, METRICS) or {}).get("fields", {})
    if not fields:
        raise AisleError(
            f"`against`: {workdir} holds no measured run ({METRICS}); name a working directory in which `python -m "
            "pipeline.run` has ended, with labels."
        )
    return Answered(**{name: _part(workdir, places, fields[name]["artifact"]) for name, places in PLACES.items()})


def _part(workdir: Path, places: tuple[str, ...], content: str) -> Artifact:
    for place in places:
        told = _manifest(workdir, place)
        if told and told.get("content") == content:
            if fault := fault_in(workdir / place, told):
                raise AisleError(f"`against`: {workdir / place} is damaged ({fault}); run it again.")
            return Artifact(workdir / place, content)
    raise AisleError(
        f"`against`: {workdir / places[-1]} is another than what its metrics were made from; run `python -m "
        "pipeline.run` there to its end."
    )


def _manifest(workdir: Path, name: str) -> dict[str, Any] | None:
    return read_manifest(workdir / name)
