"""What a CSV itself says of its separator: the line `sep=;` that Excel reads, and others write for it."""

import re
from codecs import BOM_UTF8
from dataclasses import replace

from data.opening.csv.dialect import Dialect
from data.opening.members import Member
from data.opening.text import text_of

LINE = re.compile(r"""("?)sep=([^\w\s"']|\t|\\t)\1[ ,;\t]*\r?\n?""", re.IGNORECASE)
"""Such a line: one sign, perhaps in quotes, and the empty fields that saving it as a table adds."""
LONGEST = 100


def as_told(member: Member, dialect: Dialect, encoding: str) -> Dialect:
    """The dialect of a file whose first line may name its separator: that is no row, and says more than any setting.

    Parameters
    ----------
    member, encoding
        The file.
    dialect
        As settings and the file's name say it.
    """
    with text_of(member, encoding) as stream:
        line = stream.readline(LONGEST)
        mark = BOM_UTF8 if stream.peek(len(BOM_UTF8)).startswith(BOM_UTF8) else b""  # the table's own, behind the line
    match = LINE.fullmatch(line.decode(errors="replace"))
    if match is None:
        return dialect
    return replace(dialect, separator="\t" if match[2] == r"\t" else match[2], told=line + mark)
