"""Whether a finished folder still holds what was written: its manifest lists every file with its size and digest.

Digests are SHA-256, which most processors compute in hardware: 1.7 GB a second where BLAKE2b makes 0.9 (one core).
"""

import hashlib
import io
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MIB = 1024 * 1024
MANIFEST = "manifest.json"
WHOLE = 64 * MIB
"""Files up to this size are read whole when they are checked; of larger ones the size, the first and the last MiB."""

Files = dict[str, dict[str, Any]]
"""name -> `bytes`, `sha256`, and, where the file is larger than `WHOLE`, `ends`."""


def files_in(folder: Path) -> Files:
    """Every file of a folder that was just written, by its path below it, with what tells it from any other."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file != folder / MANIFEST)
    return {str(file.relative_to(folder)): _facts(file) for file in files}


def content_of(files: Mapping[str, Mapping[str, Any]]) -> str:
    """A hash of some files' names and digests: what depends on them depends on this."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0".encode() + bytes.fromhex(files[name]["sha256"]))
    return digest.hexdigest()


def write_manifest(folder: Path, told: Mapping[str, Any]) -> dict[str, Any]:
    """Write a folder's manifest, sealed: a hash of the rest of it stands last; return it as it was written."""
    plain: dict[str, Any] = json.loads(json.dumps(told, default=str))
    sealed = plain | {"seal": _seal(plain)}
    (folder / MANIFEST).write_text(json.dumps(sealed, indent=1) + "\n")
    return sealed


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """A folder's manifest; empty where there is none, or one of an earlier version, and null where it is damaged."""
    try:
        with _regular(folder / MANIFEST) as file:
            told = json.loads(file.read())
        if isinstance(told, dict) and "seal" not in told:
            return {}
        rest = {name: value for name, value in told.items() if name != "seal"}
        return told if told["seal"] == _seal(rest) else None
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None


def is_sealed(told: object) -> bool:
    """Whether a manifest that comes from elsewhere is one, and as it was written."""
    if not isinstance(told, dict) or "seal" not in told:
        return False
    return bool(told["seal"] == _seal({name: value for name, value in told.items() if name != "seal"}))


def fault_in(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """The first file of a folder that is not what its manifest says, with what it has; null where all are whole."""
    for name, told in manifest["files"].items():
        if fault := fault_of(folder / name, told):
            return f"{name}: {fault}"
    return None


def fault_of(file: Path, told: Mapping[str, Any]) -> str | None:
    """What a file is not that a manifest says of it: there, of its size, the same bytes; null where it is whole."""
    try:
        with _regular(file) as opened:
            size = os.fstat(opened.fileno()).st_size
            if size != told["bytes"]:
                return f"{size:,} bytes of {told['bytes']:,}"
            whole = size <= WHOLE
            found = _digest(opened) if whole else _ends(opened, size)
    except FileNotFoundError:
        return "not there"
    except OSError as error:
        return error.strerror or "cannot be read"
    return None if found == told["sha256" if whole else "ends"] else "other bytes"


def home_of(path: Path, root: Path) -> Path | None:
    """The folder with a manifest that a path is, or lies in, no higher than the root; null where there is none."""
    for folder in (path, *path.parents):
        if (folder / MANIFEST).is_file():
            return folder
        if folder == root:
            break
    return None


def _facts(file: Path) -> dict[str, Any]:
    with file.open("rb") as opened:
        size = os.fstat(opened.fileno()).st_size
        facts: dict[str, Any] = {"bytes": size, "sha256": _digest(opened)}
        return facts if size <= WHOLE else facts | {"ends": _ends(opened, size)}


def _digest(opened: io.BufferedReader) -> str:
    return hashlib.file_digest(opened, "sha256").hexdigest()


def _ends(opened: io.BufferedReader, size: int) -> str:
    opened.seek(0)
    digest = hashlib.sha256(opened.read(MIB))
    opened.seek(size - MIB)
    digest.update(opened.read(MIB))
    return digest.hexdigest()


def _regular(path: Path) -> io.BufferedReader:
    """Open a file, and neither a link nor a pipe, which would wait for somebody to write into it."""
    opened = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC), "rb")
    if stat.S_ISREG(os.fstat(opened.fileno()).st_mode):
        return opened
    opened.close()
    raise OSError(0, "is no file")


def _seal(told: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()
