"""The first look at a CSV's text, at the speed of memory: how far its records are plain."""

import numba
import numpy as np
import numpy.typing as npt

Letters = npt.NDArray[np.uint8]
NEWLINE, RETURN, BLANK = 10, 13, 32


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def plain_run(
    text: Letters, start: int, separator: int, quote: int, width: int, longest: int
) -> tuple[int, int, int]:  # pragma: no cover
    """How far records are plain from a record's beginning.

    A plain record ends in a newline and has at most `width` fields, each without a quote or enclosed in two (those
    inside it doubled), and no byte 0. One that spans lines is plain if it has no more than `longest` bytes and fewer
    than half of its lines would do as records of `width` fields by themselves.

    Parameters
    ----------
    text
        Bytes.
    start
        Where a record begins.
    separator, quote
        Bytes; a quote below 0 stands for none.
    width
        Fields of a whole record.
    longest
        Bytes of a record that spans lines.

    Returns
    -------
    tuple
        Where the first record begins that is not plain, or the text's length; how many plain records stand before it;
        how many blank lines.
    """
    records = blanks = 0
    at = start
    while at < len(text):
        end, blank = _record(text, at, separator, quote, width, longest)
        if end < 0:
            break
        records += not blank
        blanks += blank
        at = end
    return at, records, blanks


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _record(
    text: Letters, begin: int, separator: int, quote: int, width: int, longest: int
) -> tuple[int, bool]:  # pragma: no cover
    """Where a plain record ends, and whether it is a blank line; below 0 if it is not plain."""
    at, fields = begin, 1
    dividers = lines = likely = 0
    blank = True
    while at < len(text):
        if text[at] == quote:
            blank = False
            at, lines, likely, dividers = _enclosed(text, at + 1, separator, quote, width, lines, likely, dividers)
        else:
            at, filled = _bare(text, at, separator, quote)
            blank = blank and not filled
        if at < 0 or fields > width:
            return -1, False
        if text[at] == NEWLINE:
            swallowed = lines > 0 and 2 * (likely + (dividers == width - 1)) >= lines + 1
            too_long = lines > 0 and at + 1 - begin > longest
            return (-1 if swallowed or too_long else at + 1), blank
        blank = False
        fields += 1
        dividers += 1
        at += 1
    return -1, False


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _bare(text: Letters, at: int, separator: int, quote: int) -> tuple[int, bool]:  # pragma: no cover
    """Where a field without quotes ends, and whether it holds more than blanks; below 0 if it is none."""
    filled = False
    while at < len(text):
        letter = text[at]
        if letter in (separator, NEWLINE):
            return at, filled
        if letter in (quote, 0):
            return -1, False
        filled = filled or letter not in (BLANK, RETURN)
        at += 1
    return -1, False


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _enclosed(
    text: Letters, at: int, separator: int, quote: int, width: int, lines: int, likely: int, dividers: int
) -> tuple[int, int, int, int]:  # pragma: no cover
    """Where an enclosed field ends, after its quote; below 0 if it is none. And what its lines add to those so far."""
    while at < len(text):
        letter = text[at]
        at += 1
        if letter == separator:
            dividers += 1
        elif letter == NEWLINE:
            lines += 1
            likely += dividers == width - 1
            dividers = 0
        elif letter == quote:
            if at < len(text) and text[at] == quote:
                at += 1
                continue
            at += at + 1 < len(text) and text[at] == RETURN and text[at + 1] == NEWLINE
            ends = at < len(text) and text[at] in (separator, NEWLINE)
            return (at if ends else -1), lines, likely, dividers
        elif letter == 0:
            break
    return -1, lines, likely, dividers
