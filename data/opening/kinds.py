"""What format a plain file has: by its first bytes where they tell, else by its name, else by its text."""

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from typing import Literal

from data.errors import AisleError
from data.opening.endings import kind_by_name
from data.opening.members import Member
from data.opening.unread import shown
from data.shortened import sample

Format = Literal["csv", "json", "parquet"]

PARQUET = b"PAR1"
FOREIGN = (
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an Excel or Office file; save the sheet as CSV"),
    (re.compile(rb"7z\xbc\xaf\x27|Rar!|\x1f\x9d"), "an archive of a kind that Aisle does not unpack; unpack it"),
    (re.compile(rb".{257}ustar", re.DOTALL), "a tar archive; unpack it and name its folder"),
    (
        re.compile(rb"ORC|Obj\x01|ARROW1|FEA1|SQLite format 3\x00"),
        "a table of a kind that Aisle does not read; export it as parquet or CSV",
    ),
    (re.compile(rb"%PDF-|\x89PNG|\xff\xd8\xff|\x7fELF"), "no table; name another file"),
    (
        re.compile(rb"\s*<(?:!doctype|html|\?xml)", re.IGNORECASE),
        "an HTML or XML page, such as a download's error; fetch the file again",
    ),
)
JSON = re.compile(rb"\s*(?:\{\s*(?:u?['\"]|\})|\[\s*(?:[\[{]|\]))")
"""How a text of objects begins: with one, or with an array of them; Python's way of writing them too."""
OBJECTS = re.compile(rb"[\[{]")
"""What the first bytes of such a text hold, however broken its first lines are."""


def format_of(member: Member, head: bytes) -> Format:
    """The format of a file.

    Parameters
    ----------
    member
        The file, whose name counts.
    head
        Its first bytes.

    Raises
    ------
    AisleError
        If it is of a kind that Aisle does not read.
    """
    if head.startswith(PARQUET):
        return "parquet"
    kind = kind_by_name(member.name)
    if kind == "parquet":
        return "parquet"  # and broken, as the reading will say
    for magic, what in FOREIGN:
        if magic.match(head):
            raise AisleError(f"{shown(member.path)}: is {what}.")
    text = _as_bytes(head)
    if kind == "json":
        if text.strip() and not OBJECTS.search(text):
            begin = sample(" ".join(text[:60].decode(errors="replace").split()), 40)
            raise AisleError(
                f"{shown(member.path)}: begins with {begin!r}, which is no JSON; if it is a CSV, call it .csv."
            )
        return kind
    return "json" if JSON.match(text) else "csv"


def _as_bytes(head: bytes) -> bytes:
    """A text's first letters, a byte each, whatever mark of an encoding it begins with."""
    if head.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return head[2:].replace(b"\x00", b"")
    return head.removeprefix(BOM_UTF8)
