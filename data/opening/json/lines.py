"""A text of objects as chunks of lines of one object each, with their numbers in the file."""

import json
import re
from collections.abc import Iterator, Sequence
from io import BufferedReader
from typing import NamedTuple

from data.errors import AisleError
from data.opening.json.layout import layout_of
from data.opening.limits import HEAD, LONGEST_OBJECT, MIB
from data.opening.lines import Lines
from data.opening.members import Member
from data.opening.text import text_of, whole_letters
from data.opening.unread import shown

BETWEEN = re.compile(r"[\s,\[\]]*")
"""What may stand between objects, and around all."""
NEXT = re.compile(r"\}\s*,?\s*(?=\{)")
PARTIAL = 16
"""Letters from a text's end within which an error may be the end's doing."""


class Chunk(NamedTuple):
    """Lines, an object each unless it is broken, and the number of the file's line at which each begins."""

    text: bytes
    numbers: Sequence[int]


def object_lines(member: Member, encoding: str, size: int) -> Iterator[Chunk]:
    """Read a file of objects, about `size` bytes at once.

    Raises
    ------
    AisleError
        If a line or an object is too long.
    """
    with text_of(member, encoding) as stream:
        layout = layout_of(stream.read(HEAD))
    with text_of(member, encoding) as stream:
        if layout == "objects":
            yield from _objects(member, stream, min(size, 16 * MIB))
            return
        lines = Lines(member, stream, size, LONGEST_OBJECT)
        while lines.more():
            text, first = lines.text, lines.number
            lines.take(len(text))
            yield Chunk(text, range(first, lines.number))


def _objects(member: Member, stream: BufferedReader, size: int) -> Iterator[Chunk]:
    """Objects that stand otherwise than one a line."""
    rest, line, final = b"", 1, False
    while not final:
        block = stream.read(max(size, len(rest)))
        final = not block
        whole = rest + block
        cut = len(whole) if final else whole_letters(whole)
        text = whole[:cut].decode(errors="surrogateescape")
        pieces, numbers, end = _split(text, line, final)
        line += text.count("\n", 0, end)
        rest = text[end:].encode(errors="surrogateescape") + whole[cut:]
        if len(rest) > LONGEST_OBJECT:
            raise AisleError(
                f"{shown(member.path)}: line {line}{member.where} begins an object of more than {LONGEST_OBJECT >> 20} "
                "MiB; write one object a line."
            )
        if pieces:
            yield Chunk("".join(pieces).encode(errors="surrogateescape"), numbers)


def _split(text: str, line: int, final: bool) -> tuple[list[str], list[int], int]:
    """The objects of a text as lines, the numbers of their first lines, and where the first begins that is cut off."""
    decode = json.JSONDecoder().raw_decode
    pieces: list[str] = []
    numbers: list[int] = []
    counted = 0
    at = _skip(text, 0)
    while at < len(text):
        try:
            end = decode(text, at)[1]
            if end == len(text) and not final and text[at] not in '{["':
                break  # a number may go on
        except (ValueError, RecursionError) as error:
            if not final and _may_be_cut(error, text):
                break
            found = _next_object(text, at)
            if found is None and not final:
                break
            end = len(text) if found is None else found
        line += text.count("\n", counted, at)
        counted = at
        pieces.append(_one_line(text[at:end]))
        numbers.append(line)
        at = _skip(text, end)
    return pieces, numbers, at


def _skip(text: str, at: int) -> int:
    found = BETWEEN.match(text, at)
    return found.end() if found else at


def _may_be_cut(error: Exception, text: str) -> bool:
    if not isinstance(error, json.JSONDecodeError):
        return False
    return error.msg.startswith("Unterminated string") or error.pos >= len(text) - PARTIAL


def _next_object(text: str, at: int) -> int | None:
    """Where the next object seems to begin after one that is broken: at its own indent, if it begins a line."""
    begin = text.rfind("\n", 0, at) + 1
    indent = text[begin:at]
    alike = re.compile("\n" + re.escape(indent) + r"(?=\{)") if not indent.strip() and begin else None
    found = (alike and alike.search(text, at)) or NEXT.search(text, at)
    return found.end() if found else None


def _one_line(piece: str) -> str:
    return re.sub(r"[\r\n]+", " ", piece) + "\n"  # a text within it cannot hold one as it is
