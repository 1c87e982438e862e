"""Whether a field that spans lines was meant to, or is what two stray quotes have swallowed."""

import re

NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
LIKELY = 0.5
"""The share of a record's lines that must do as records of their own for its quotes to be stray ones."""


def is_swallowed(record: bytes, divider: str, quote: str, width: int) -> bool:
    """Tell a record that holds other records.

    It does if at least half of its lines have as many fields as the header, and one column of them looks alike in all
    of these: digits stand at the same places of its values, as in keys, times and numbers. A text in two lines seldom
    has the commas, and hardly ever the digits.

    Parameters
    ----------
    record
        The bytes of a record that spans lines.
    divider, quote
        Between and around fields.
    width
        The header's fields.
    """
    lines = record.decode(errors="replace").rstrip("\r\n").split("\n")
    rows = [row for line in lines if len(row := line.rstrip("\r").split(divider)) == width]
    if len(rows) < LIKELY * len(lines) or len(rows) < 2:
        return False
    shapes = [{_shape(value.strip(f"{quote} ")) for value in column} for column in zip(*rows, strict=True)]
    return any(len(found) == 1 and "9" in next(iter(found)) for found in shapes)


def _shape(value: str) -> str:
    """A value with its digits and its letters written as one each."""
    if NUMBER.fullmatch(value):
        return "9"
    return re.sub(r"[^\W\d_]+", "a", re.sub(r"\d+", "9", value))
