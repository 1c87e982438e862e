"""The first look at a CSV's text, at the speed of memory: how far are its records plain?"""

import numba
import numpy as np
import numpy.typing as npt

NEWLINE, RETURN, BLANK = 10, 13, 32


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def plain_run(
    text: npt.NDArray[np.uint8], start: int, separator: int, quote: int, width: int, longest: int
) -> tuple[int, int, int]:  # pragma: no cover
    """How far records are plain from a record's beginning.

    A plain record ends in a newline, has at most `width` fields, each of them without a quote or enclosed in two (those
    inside it doubled), and no byte 0. One that spans lines is plain if it has no more than `longest` bytes and fewer than half
    of its lines would do as records of `width` fields by themselves.

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
        Where the first record begins that is not plain, or the text's length; how many plain records stand before it; how
        many lines among them are blank.
    """
    size = len(text)
    records = blanks = 0
    begin = at = start
    while at < size:
        fields, dividers, lines, likely = 1, 0, 0, 0
        blank = True
        while True:  # one field
            if at >= size:
                return begin, records, blanks
            c = text[at]
            if c == quote:
                blank = False
                at += 1
                while True:
                    if at >= size:
                        return begin, records, blanks
                    c = text[at]
                    if c == quote:
                        if at + 1 < size and text[at + 1] == quote:
                            at += 2
                            continue
                        at += 1
                        break
                    if c == 0:
                        return begin, records, blanks
                    if c == separator:
                        dividers += 1
                    elif c == NEWLINE:
                        lines += 1
                        likely += dividers == width - 1
                        dividers = 0
                    at += 1
                if at + 1 < size and text[at] == RETURN and text[at + 1] == NEWLINE:
                    at += 1
                if at >= size:
                    return begin, records, blanks
                c = text[at]
                if c not in (separator, NEWLINE):
                    return begin, records, blanks
            else:
                while c not in (separator, NEWLINE):
                    if c in (quote, 0):
                        return begin, records, blanks
                    if c not in (BLANK, RETURN):
                        blank = False
                    at += 1
                    if at >= size:
                        return begin, records, blanks
                    c = text[at]
            at += 1
            if c == NEWLINE:
                break
            blank = False
            fields += 1
            dividers += 1
            if fields > width:
                return begin, records, blanks
        if lines:
            lines += 1
            likely += dividers == width - 1
            if 2 * likely >= lines or at - begin > longest:
                return begin, records, blanks
        records += not blank
        blanks += blank
        begin = at
    return begin, records, blanks
