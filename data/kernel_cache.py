"""Where numba keeps compiled kernels: a folder named by a hash of all sources that they are compiled from.

Numba knows a compiled kernel by its own file alone: an edited helper or constant of another file would leave the old
machine code in use, under a right identity. So the folder changes with any file that kernels stand in or import.
"""

import hashlib
import os
import re
import tempfile
from pathlib import Path

import numba

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("data", "features", "candidates", "evaluation", "learning", "ranker", "value")
IMPORT = re.compile(rf"^from ((?:{'|'.join(ROOMS)})[\w.]*) import (.+)$", re.MULTILINE)
FOLDER = ".numba_cache"


def use_own_cache() -> Path:
    """Let numba keep what it compiles in the folder of today's sources; `NUMBA_CACHE_DIR` says where that lies."""
    base = Path(os.environ.get("NUMBA_CACHE_DIR") or _writable(ROOT / FOLDER))
    folder = base / hash_of(kernel_sources())
    numba.config.CACHE_DIR = str(folder)
    return folder


def kernel_sources() -> list[Path]:
    """The files that hold kernels, and all of ours that these import, directly or not."""
    queue = [f for room in ROOMS for f in (ROOT / room).rglob("*.py") if "numba.njit" in f.read_text() and f != _own()]
    found: set[Path] = set()
    while queue:
        file = queue.pop()
        if file not in found:
            found.add(file)
            queue += _imported(file.read_text())
    return sorted(found)


def hash_of(files: list[Path]) -> str:
    """A hash of files, their places in the checkout and their bytes."""
    digest = hashlib.sha256(numba.__version__.encode())
    for file in files:
        digest.update(f"{file.relative_to(ROOT)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _imported(text: str) -> list[Path]:
    names = [
        (module, name.split(" as ")[0].strip(" ()"))
        for module, names in IMPORT.findall(text)
        for name in names.split(",")
    ]
    places = [ROOT.joinpath(*f"{module}.{name}".split(".")) for module, name in names]
    places += [ROOT.joinpath(*module.split(".")) for module, _ in names]
    return [file for place in places if (file := place.with_suffix(".py")).is_file()]


def _own() -> Path:
    return Path(__file__).resolve()


def _writable(folder: Path) -> Path:
    """The folder, or one of this user's own among temporary files where a checkout cannot be written."""
    if os.access(folder if folder.exists() else folder.parent, os.W_OK):
        return folder
    return Path(tempfile.gettempdir()) / f"aisle-numba-{os.getuid()}"
