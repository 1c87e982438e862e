"""A file's text as UTF-8 without a byte order mark and with newlines, however it was written."""

import codecs
import io
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from data.errors import AisleError
from data.opening.limits import HEAD
from data.opening.members import Member
from data.opening.unread import shown

BAD = "aisle.bad"
NOT_UTF8 = "is not UTF-8 (see `input.format.encoding`)"
MOST_BAD = 0.01
"""Lines of a text's beginning that need not be UTF-8; with more it is another encoding."""

codecs.register_error(BAD, lambda error: ("\udcff", error.end))  # type: ignore[attr-defined]


@contextmanager
def text_of(member: Member, encoding: str) -> Iterator[io.BufferedReader]:
    """A stream of UTF-8.

    What an encoding does not know becomes a byte that is not UTF-8, so that its line alone is set aside. A text whose
    lines end in carriage returns alone gets newlines.

    Parameters
    ----------
    member
        The file.
    encoding
        Its encoding, as Python calls it.

    Raises
    ------
    AisleError
        If the encoding is unknown, or the file is plainly in another.
    """
    decoder = _decoder_of(encoding)
    head = member.head()
    if decoder is None:
        _check(member, head)
    with member.open() as stream:
        text: io.BufferedReader = stream
        if decoder is not None:
            text = io.BufferedReader(_Changed(stream, _Recoding(decoder)))
            head = text.peek(HEAD)
        elif head.startswith(BOM_UTF8):
            text.read(len(BOM_UTF8))
        if b"\r" in head and b"\n" not in head:
            text = io.BufferedReader(_Changed(text, lambda block, _: block.replace(b"\r", b"\n")))
        yield text


def _decoder_of(encoding: str) -> codecs.IncrementalDecoder | None:
    """What reads an encoding; null for UTF-8, which needs none."""
    try:
        found = codecs.lookup(encoding)
        if not found._is_text_encoding or found.incrementaldecoder is None:
            raise LookupError
    except (LookupError, ValueError):
        raise AisleError(
            f"`input.format.encoding` {encoding!r} is no encoding; use a name such as utf-8, cp1252, latin-1 or utf-16."
        ) from None
    return None if found.name in {"utf-8", "utf-8-sig"} else found.incrementaldecoder(BAD)


def _check(member: Member, head: bytes) -> None:
    """Refuse a text that is not UTF-8 from its beginning, or none at all."""
    wide = head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) or head.count(0) > len(head) // 5
    if wide:
        raise AisleError(
            f"{shown(member.path)}: looks like UTF-16 (every other byte is 0); name it with `input.format.encoding: "
            "utf-16`."
        )
    lines = head[: head.rfind(b"\n") + 1].split(b"\n")[:-1] or [head[: whole_letters(head)]]
    bad = [number for number, line in enumerate(lines, 1) if not is_utf8(line)]
    named = next((number for number, line in enumerate(lines, 1) if line.strip(b"\xef\xbb\xbf \r")), 0)
    if bad and (bad[0] == named or (len(bad) > 1 and len(bad) > MOST_BAD * len(lines))):
        sample = lines[bad[0] - 1][:40]
        raise AisleError(
            f"{shown(member.path)}: line {bad[0]}{member.where} is not UTF-8 ({sample!r}), nor are {len(bad):,} of the "
            f"first {len(lines):,} lines; name the encoding with `input.format.encoding`, such as cp1252."
        )


def whole_letters(text: bytes) -> int:
    """Where the last whole letter of a piece of UTF-8 ends."""
    for back in range(1, min(4, len(text)) + 1):
        byte = text[-back]
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(text) - back if back < length else len(text)
        if byte < 0x80:
            break
    return len(text)


def is_utf8(line: bytes) -> bool:
    """Whether bytes are UTF-8."""
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


class _Recoding:
    """From another encoding to UTF-8, block by block; a byte order mark goes."""

    def __init__(self, decoder: codecs.IncrementalDecoder) -> None:
        self.decoder = decoder
        self.begun = False

    def __call__(self, block: bytes, last: bool) -> bytes:
        text = self.decoder.decode(block, last)
        if text and not self.begun:
            self.begun = True
            text = text.removeprefix("\ufeff")
        return text.encode(errors="surrogatepass")  # what was not known is no UTF-8 then


class _Changed(io.RawIOBase):
    """A stream whose blocks are changed as they are read."""

    def __init__(self, inner: io.BufferedReader, change: Any) -> None:  # noqa: ANN401 - (block, last) -> bytes
        self.inner, self.change = inner, change
        self.ready = b""
        self.ended = False

    def readable(self) -> bool:
        """It is."""
        return True

    def readinto(self, buffer: Any) -> int:  # noqa: ANN401 - a writable buffer
        """Change the next block, and hand on what fits."""
        while not self.ready and not self.ended:
            block = self.inner.read(max(HEAD, len(buffer) // 4))
            self.ended = not block
            self.ready = self.change(block, self.ended)
        count = min(len(buffer), len(self.ready))
        buffer[:count] = self.ready[:count]
        self.ready = self.ready[count:]
        return count
