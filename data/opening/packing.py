"""What packs a file, told by its first bytes, and streams of what is inside; a name's ending tells nothing here."""

import bz2
import gzip
import io
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.errors import AisleError
from data.opening.limits import FREE_EXPANSION, LARGEST_EXPANSION
from data.opening.unread import shown

MAGIC = (
    ("gzip", re.compile(rb"\x1f\x8b")),
    ("zstd", re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18")),
    ("bzip2", re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")),
    ("xz", re.compile(rb"\xfd7zXZ\x00")),
    ("lz4", re.compile(rb"\x04\x22\x4d\x18")),
    ("zip", re.compile(rb"PK(?:\x03\x04|\x05\x06|\x07\x08)")),
)
OPENERS: Mapping[str, Callable[[io.BufferedReader], Any]] = {
    "gzip": lambda packed: gzip.GzipFile(fileobj=packed),
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
    "zstd": lambda packed: pa.input_stream(packed, compression="zstd"),
    "lz4": lambda packed: pa.input_stream(packed, compression="lz4"),
}
BROKEN = (
    EOFError,
    gzip.BadGzipFile,
    zlib.error,
    lzma.LZMAError,
    pa.ArrowException,
    zipfile.BadZipFile,
    NotImplementedError,  # a zip's rare methods
)
DEEPEST = 3
"""Packings within packings that are unpacked."""


def packing_of(head: bytes) -> str | None:
    """The packing that a file's first bytes tell, or none."""
    return next((name for name, magic in MAGIC if magic.match(head)), None)


@contextmanager
def unpacked(path: Path, packed: io.RawIOBase, size: int) -> Iterator[io.BufferedReader]:
    """A stream of what a stream of `size` bytes packs, down to what is not packed.

    Raises
    ------
    AisleError
        If it is packed more often than anybody means, or an archive stands inside.
    """
    with ExitStack() as opened:
        stream: io.BufferedReader = opened.enter_context(io.BufferedReader(packed))
        for depth in range(DEEPEST + 1):
            packing = packing_of(stream.peek(16)[:16])
            if packing is None:
                break
            if packing == "zip" or depth == DEEPEST:
                raise AisleError(f"{shown(path)}: holds a {packing} file within another packed one; unpack it.")
            inner = Bounded(OPENERS[packing](stream), path, packing, size)
            stream = opened.enter_context(io.BufferedReader(inner))
        yield stream


@contextmanager
def whole(path: Path, packing: str) -> Iterator[None]:
    """Turn what an unpacker says of broken bytes into one line."""
    try:
        yield
    except BROKEN as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise AisleError(
            f"{shown(path)}: the {packing} file is truncated or broken ({reason}); fetch it again."
        ) from None


class Bounded(io.RawIOBase):
    """An unpacker that says what is wrong in one line, and stops where a small file would fill the machine."""

    def __init__(self, inner: Any, path: Path, packing: str, size: int) -> None:  # noqa: ANN401 - any unpacker
        self.inner, self.path, self.packing = inner, path, packing
        self.most = max(FREE_EXPANSION, LARGEST_EXPANSION * size)
        self.read_so_far = 0

    def close(self) -> None:
        """Close the unpacker too."""
        if not self.closed:
            self.inner.close()
        super().close()

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer
        """Unpack some bytes."""
        try:
            with whole(self.path, self.packing):
                count = int(self.inner.readinto(buffer))
        except OSError as error:  # how bz2 and pyarrow tell of broken bytes
            if error.errno:
                raise
            raise AisleError(
                f"{shown(self.path)}: the {self.packing} file is truncated or broken ({error}); fetch it again."
            ) from None
        self.read_so_far += count
        if self.read_so_far > self.most:
            raise AisleError(
                f"{shown(self.path)}: unpacks to more than {self.most >> 20:,} MiB, over {LARGEST_EXPANSION} times its "
                "size; if it is a log, unpack it yourself."
            )
        return count
