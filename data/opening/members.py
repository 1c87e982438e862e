"""The plain files that a file holds: itself, what it packs, or the members of an archive one after another."""

import functools
import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from data.errors import AisleError
from data.opening.limits import HEAD
from data.opening.packing import Bounded, packing_of, unpacked, whole
from data.opening.unread import refusals, require_file, shown


@dataclass(frozen=True)
class Member:
    """A plain file within a file.

    Parameters
    ----------
    path
        The file on disk.
    name
        The plain file's name, whose ending may tell its format.
    where
        What a message says after a line's number: nothing, or the member of an archive of several.
    opener
        Opens it as a stream of unpacked bytes.
    packed
        Whether it lies packed, so that it can only be read from its beginning to its end.
    """

    path: Path
    name: str
    where: str
    opener: Callable[[], AbstractContextManager[io.BufferedReader]]
    packed: bool

    @contextmanager
    def open(self) -> Iterator[io.BufferedReader]:
        """The unpacked bytes; whatever the system refuses is one line."""
        with refusals(self.path), self.opener() as stream:
            yield stream

    def head(self) -> bytes:
        """The first bytes."""
        with self.open() as stream:
            return stream.read(HEAD)


def members_of(path: Path) -> list[Member]:
    """What a file holds, in a fixed order: an archive's members by name.

    Raises
    ------
    AisleError
        If there is no file, it cannot be read, or an archive holds nothing that can be read.
    """
    require_file(path)
    with refusals(path), path.open("rb") as file:
        packing = packing_of(file.read(16))
    if packing == "zip":
        return _archived(path)
    return [Member(path, path.name, "", lambda: _opened(path), packing is not None)]


@contextmanager
def _opened(path: Path) -> Iterator[io.BufferedReader]:
    with path.open("rb", buffering=0) as file, unpacked(path, file, path.stat().st_size) as stream:
        yield stream


def _archived(path: Path) -> list[Member]:
    with refusals(path), whole(path, "zip"), zipfile.ZipFile(path) as archive:
        infos = [info for info in archive.infolist() if not _left_out(info)]
    if any(info.filename == "[Content_Types].xml" for info in infos):
        raise AisleError(f"{shown(path)}: is an Excel or Office file; save the sheet as CSV.")
    if encrypted := next((info.filename for info in infos if info.flag_bits & 1), None):
        raise AisleError(f"{shown(path)}: `{shown(encrypted)}` in it is encrypted; unpack it with its password.")
    if not infos:
        raise AisleError(f"{shown(path)}: the zip file holds no file with rows; fetch it again.")
    several = len(infos) > 1
    return [
        Member(
            path,
            info.filename,
            f" of `{shown(info.filename)}`" if several else "",
            functools.partial(_opened_in_archive, path, info),
            True,
        )
        for info in sorted(infos, key=lambda info: info.filename)
    ]


def _left_out(info: zipfile.ZipInfo) -> bool:
    """Folders, and what systems and editors leave in an archive without being asked."""
    parts = PurePosixPath(info.filename).parts
    hidden = any(part.startswith(".") for part in parts) or "__MACOSX" in parts
    return info.is_dir() or hidden or info.file_size == 0


@contextmanager
def _opened_in_archive(path: Path, info: zipfile.ZipInfo) -> Iterator[io.BufferedReader]:
    with whole(path, "zip"), zipfile.ZipFile(path) as archive:
        inner = Bounded(archive.open(info), path, "zip", info.compress_size)
        with unpacked(path, inner, info.compress_size) as stream:
            yield stream
