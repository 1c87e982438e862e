"""Whole lines of a file's text, some of them at once."""

from collections.abc import Callable
from io import BufferedReader

from data.errors import AisleError
from data.opening.members import Member
from data.opening.unread import shown


class Lines:
    """What is read of a text and not yet taken: whole lines, more of them as they are needed.

    Parameters
    ----------
    member, stream
        The file and its text.
    size
        Bytes that are read at once.
    longest
        Bytes of a line, at most.
    change
        What is done to the text of whole lines before it is looked at.
    """

    def __init__(
        self,
        member: Member,
        stream: BufferedReader,
        size: int,
        longest: int,
        change: Callable[[bytes], bytes] = lambda text: text,
    ) -> None:
        self.member, self.stream, self.size, self.longest, self.change = member, stream, size, longest, change
        self.text, self.rest = b"", b""
        self.number, self.taken = 1, 0
        self.final = False

    def take(self, count: int) -> None:
        """Leave some of the text behind."""
        self.number += self.text.count(b"\n", 0, count)
        self.taken += count
        self.text = self.text[count:]

    def skip(self, count: int) -> None:
        """Leave the file's beginning behind."""
        while self.taken < count and self.more():
            self.take(min(len(self.text), count - self.taken))

    def more(self) -> bool:
        """Read on, a whole line at least; whether there is any text.

        Raises
        ------
        AisleError
            If a line is too long.
        """
        held = len(self.text)
        while not self.final and len(self.text) == held:
            block = self.stream.read(max(self.size, held + len(self.rest)))
            self.final = not block
            whole = self.rest + block
            cut = len(whole) if self.final else whole.rfind(b"\n") + 1
            self.rest = whole[cut:]
            self._check(whole)
            self.text += self.change(_ended(whole[:cut]) if self.final else whole[:cut])
        return bool(self.text)

    def _check(self, whole: bytes) -> None:
        begin = _long_line(whole, self.longest)
        if begin is not None:
            line = self.number + self.text.count(b"\n") + whole.count(b"\n", 0, begin)
            raise AisleError(
                f"{shown(self.member.path)}: line {line}{self.member.where} is longer than {self.longest >> 20} MiB; "
                "name a file of one row a line."
            )


def _ended(text: bytes) -> bytes:
    return text + b"\n" if text and not text.endswith(b"\n") else text


def _long_line(text: bytes, longest: int) -> int | None:
    """Where a line begins that is too long."""
    at = 0
    while len(text) - at > longest:
        end = text.rfind(b"\n", at, at + longest + 1) + 1
        if not end:
            return at
        at = end
    return None
