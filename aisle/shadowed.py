"""Our packages have plain names, such as `data`: says in one line where one of them is somebody else's.

It imports nothing of ours, so that it can speak before anything fails.
"""

import importlib.util
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = (
    *("pipeline", "serving", "report", "tabular", "ranker", "value"),
    *("learning", "candidates", "features", "evaluation", "data"),
)


def refuse_strangers() -> None:
    """See that each of our packages is found where this file stands.

    Raises
    ------
    ImportError
        If a name leads elsewhere or nowhere: which, where to, and the mend.
    """
    for room in ROOMS:
        loaded = sys.modules.get(room)
        file = _loaded_from(loaded) if loaded else _would_load(room)
        if file is None:
            said = f"`import {room}` finds nothing; install Aisle with `pip install --editable {ROOT}`."
        elif file.resolve() == ROOT / room / "__init__.py":
            continue
        elif loaded:
            said = f"another `{room}` is imported already, from {file}; rename that, and start Python again."
        else:
            said = f"`import {room}` finds {file}; rename that, or start Python in another folder."
        raise ImportError(f"aisle needs its own package `{room}` ({ROOT / room}), but {said}", name=room)


def _loaded_from(module: object) -> Path:
    """The file of an imported module, or the folder of one that has none."""
    file = getattr(module, "__file__", None) or next(iter(getattr(module, "__path__", ())), None)
    return Path(file or "memory")


def _would_load(name: str) -> Path | None:
    """What an import would find."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return None
    return Path(spec.origin or next(iter(spec.submodule_search_locations or ()), "memory"))
