"""OTTO's lines in the form that its files have, read by a kernel; all others are left to the general reader."""

from typing import Any, NamedTuple

import numba
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from data.opening.json.quick import Quick
from data.schema import TYPES

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

SHORTEST = len('{"aid":0,"ts":0,"type":"carts"}')
"""Bytes of an event, at least."""
DIGITS = 18
"""Of a number, at most: longer ones may not fit 64 bits."""


def _letters(text: str) -> Bytes:
    return np.frombuffer(text.encode(), np.uint8)


SESSION, EVENTS, AID, TS, TYPE = (_letters(f'"{name}"') for name in ("session", "events", "aid", "ts", "type"))
CLICKS, CARTS, ORDERS = (_letters(f'"{name}"') for name in TYPES)
OPEN, CLOSE, COLON, COMMA, BEGIN, END = (_letters(sign) for sign in "{}:,[]")


class _Found(NamedTuple):
    """What is read of a text: sessions and where their events end; events; the lines of both kinds, from 0."""

    session: Ints
    end: Ints
    line: Ints
    item: Ints
    ts: Ints
    kind: NDArray[np.uint8]
    other: Ints


def quick_sessions(text: bytes) -> Quick | None:
    """The sessions of lines such as `{"session":1,"events":[{"aid":2,"ts":3,"type":"clicks"}]}`, blanks or none.

    Taken is what the general reader takes to be the same: these names in this order and no others, whole numbers of 0
    or more, one event or more, one of the three types.

    Parameters
    ----------
    text
        Lines, each with its end.
    """
    if not text.endswith(b"\n"):
        return None
    lines, most = text.count(b"\n"), len(text) // SHORTEST + 1
    found = _Found(
        session=np.empty(lines, np.int64),
        end=np.empty(lines, np.int64),
        line=np.empty(lines, np.int64),
        item=np.empty(most, np.int64),
        ts=np.empty(most, np.int64),
        kind=np.empty(most, np.uint8),
        other=np.empty(lines, np.int64),
    )
    sessions, others = _read(np.frombuffer(text, np.uint8), found)
    return Quick(_frame(found, sessions), found.line[:sessions], found.other[:others])


def _frame(found: _Found, sessions: int) -> pl.DataFrame:
    events = int(found.end[sessions - 1]) if sessions else 0
    names = pl.Series(TYPES, dtype=pl.String).gather(found.kind[:events])
    fields = [_arrow(column) for column in (pl.Series(found.item[:events]), pl.Series(found.ts[:events]), names)]
    ends = _arrow(pl.Series(np.append(0, found.end[:sessions])))
    lists = pa.LargeListArray.from_arrays(ends, pa.StructArray.from_arrays(fields, ["aid", "ts", "type"]))
    return pl.DataFrame({"session": found.session[:sessions], "events": pl.Series(lists)})


def _arrow(column: pl.Series) -> Any:  # noqa: ANN401 - an array of pyarrow, which would load pandas to make one itself
    return column.to_arrow(compat_level=pl.CompatLevel.newest())


@numba.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[untyped-decorator]
def _after(text: Bytes, at: int, letters: Bytes) -> int:  # pragma: no cover - compiled
    """Where letters end that stand here after blanks; -1 where others do. A newline stands after all, and is none."""
    if at < 0:
        return -1
    while text[at] == 32 or text[at] == 9 or text[at] == 13:
        at += 1
    for k in range(len(letters)):
        if text[at + k] != letters[k]:
            return -1
    return at + len(letters)


@numba.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[untyped-decorator]
def _number(text: Bytes, at: int) -> tuple[int, int]:  # pragma: no cover - compiled
    """A whole number after blanks, and where it ends; -1 where there is none, or none that surely fits."""
    if at < 0:
        return 0, -1
    while text[at] == 32 or text[at] == 9 or text[at] == 13:
        at += 1
    first, number = at, 0
    while 48 <= text[at] <= 57 and at - first <= DIGITS:
        number = number * 10 + (text[at] - 48)
        at += 1
    digits = at - first
    if digits == 0 or digits > DIGITS or (digits > 1 and text[first] == 48):
        return 0, -1
    return number, at


@numba.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[untyped-decorator]
def _kind(text: Bytes, at: int) -> tuple[int, int]:  # pragma: no cover - compiled
    end = _after(text, at, CLICKS)
    if end >= 0:
        return 0, end
    end = _after(text, at, CARTS)
    if end >= 0:
        return 1, end
    return 2, _after(text, at, ORDERS)


@numba.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[untyped-decorator]
def _line(text: Bytes, at: int, event: int, found: _Found) -> tuple[int, int, int]:  # pragma: no cover - compiled
    """A line's session, where its events end, and where its text does; -1 where it has another form."""
    at = _after(text, _after(text, _after(text, at, OPEN), SESSION), COLON)
    session, at = _number(text, at)
    at = _after(text, _after(text, _after(text, _after(text, at, COMMA), EVENTS), COLON), BEGIN)
    while at >= 0:
        at = _after(text, _after(text, _after(text, at, OPEN), AID), COLON)
        found.item[event], at = _number(text, at)
        at = _after(text, _after(text, _after(text, at, COMMA), TS), COLON)
        found.ts[event], at = _number(text, at)
        at = _after(text, _after(text, _after(text, at, COMMA), TYPE), COLON)
        found.kind[event], at = _kind(text, at)
        at = _after(text, at, CLOSE)
        event += 1
        end = _after(text, at, END)
        if end >= 0:
            return session, event, _after(text, end, CLOSE)
        at = _after(text, at, COMMA)
    return session, event, -1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _read(text: Bytes, found: _Found) -> tuple[int, int]:  # pragma: no cover - compiled
    """Read all lines; how many sessions there are, and how many lines of another form."""
    at = line = sessions = others = event = 0
    while at < len(text):
        session, last, end = _line(text, at, event, found)
        if end >= 0:
            while text[end] == 32 or text[end] == 9 or text[end] == 13:
                end += 1
        if end >= 0 and text[end] == 10:
            found.session[sessions], found.end[sessions], found.line[sessions] = session, last, line
            sessions, event, at = sessions + 1, last, end + 1
        else:
            found.other[others] = line
            others += 1
            while text[at] != 10:
                at += 1
            at += 1
        line += 1
    return sessions, others
