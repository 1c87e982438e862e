"""What stands in a working directory: every product with its age, size and rows, read from the manifests."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from data.manifest import MANIFEST, fault_in, read_manifest
from pipeline.store.workdir import LOCK, OWN

COUNTED = ("rows", "events", "queries", "candidates", "pairs", "items", "users", "sessions")
"""What products are counted in, the first that is there."""


@dataclass(frozen=True)
class Product:
    """A product that stands.

    Parameters
    ----------
    name
        Its folder below the working directory.
    built
        When it was built, in seconds since 1970.
    seconds
        How long that took.
    size
        Of its files, in bytes.
    counts
        What was counted of it, such as rows.
    fault
        What is wrong with its files; null where they are whole.
    """

    name: str
    built: float
    seconds: float
    size: int
    counts: dict[str, int]
    fault: str | None = None

    @property
    def counted(self) -> tuple[int, str] | None:
        """Its rows, or what else it is counted in, with the name of that; null where it is in none."""
        name = next((name for name in COUNTED if name in self.counts), None)
        return None if name is None else (self.counts[name], name)


def products(workdir: Path) -> list[Product]:
    """All products below a folder, by name; no link is followed."""
    return [found for folder in _homes(workdir) if (found := _product(workdir, folder)) is not None]


def holder(workdir: Path) -> int | None:
    """The process that holds a working directory, as the system tells; null where none does, or nobody tells."""
    try:
        lock = (workdir / OWN / LOCK).stat()
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return None
    here = f"{os.major(lock.st_dev):02x}:{os.minor(lock.st_dev):02x}:{lock.st_ino}"
    held = (line.split() for line in lines)
    return next((int(one[4]) for one in held if one[1] == "FLOCK" and one[5] == here), None)


def _homes(workdir: Path) -> Iterator[Path]:
    for folder, below, files in os.walk(workdir):
        below[:] = [] if MANIFEST in files else sorted(name for name in below if name != OWN)
        if MANIFEST in files:
            yield Path(folder)


def _product(workdir: Path, folder: Path) -> Product | None:
    """A folder's product; null where its manifest is of an earlier version."""
    name, built = str(folder.relative_to(workdir)), (folder / MANIFEST).lstat().st_mtime
    told = read_manifest(folder)
    if told is None:
        return Product(name, built, 0.0, 0, {}, f"{MANIFEST} is damaged")
    if not told:
        return None
    counts = {name: value for name, value in told["about"].items() if isinstance(value, int)}
    size = sum(file["bytes"] for file in told["files"].values())
    return Product(name, built, told["seconds"], size, counts, fault_in(folder, told))
