"""What the endings of a name say: a format, a packing, a number of a rotated log - or nothing."""

import re
from pathlib import PurePosixPath
from typing import Literal

Kind = Literal["csv", "json", "parquet", "text"]

KINDS: dict[str, Kind] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".psv": "csv",
    ".txt": "text",
    ".dat": "text",
    ".data": "text",
    ".log": "text",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".parq": "parquet",
    ".pq": "parquet",
}
"""Endings and formats; of a `text` only its content tells more."""
TABBED = {".tsv", ".tab"}
PACKED = {".gz", ".gzip", ".zst", ".zstd", ".zip", ".bz2", ".xz", ".lz4"}
ROTATED = re.compile(r"\.(?:\d[\d_.-]*|old)")
PART = re.compile(r"part-[\w-]+|\d+_\d+")
"""What jobs call the parts of a table whose names have no ending."""


def endings(name: str) -> list[str]:
    """A name's endings in lower case, less those of packings and of rotated logs, the last first."""
    found = [ending.lower() for ending in PurePosixPath(name).suffixes]
    return [ending for ending in reversed(found) if ending not in PACKED and not ROTATED.fullmatch(ending)]


def kind_by_name(name: str) -> Kind | None:
    """The format that the last telling ending of a name says, or none."""
    return KINDS.get(next(iter(endings(name)), ""))


def is_tabbed(name: str) -> bool:
    """Whether a name's ending says that tabs divide its fields."""
    return bool(TABBED & set(endings(name)[:1]))


def is_readable(name: str) -> bool:
    """Whether a file of this name within a folder is taken for a part of a log."""
    return kind_by_name(name) is not None or (not endings(name) and PART.match(name) is not None)


def is_marker(name: str) -> bool:
    """Whether a name is hidden, or one that jobs leave beside their parts, such as `_SUCCESS`."""
    return name.startswith((".", "_"))
