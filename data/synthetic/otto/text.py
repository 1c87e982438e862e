"""Sessions as OTTO's lines: `{"session":12,"events":[{"aid":3,"ts":1741000000000,"type":"clicks"}]}`."""

import numba
import numpy as np
from numpy.typing import NDArray

from data.schema import TYPES

Ints = NDArray[np.int64]
Bytes = NDArray[np.uint8]


def _letters(text: str) -> Bytes:
    return np.frombuffer(text.encode(), np.uint8)


SESSION, EVENTS, LINE_END = _letters('{"session":'), _letters(',"events":['), _letters("]}\n")
AID, TS, TYPE, EVENT_END, COMMA = (
    _letters(text) for text in ('{"aid":', ',"ts":', ',"type":"', '"}', ",")
)  # fmt: skip
CLICKS, CARTS, ORDERS = (_letters(name) for name in TYPES)
LINE_MOST, EVENT_MOST = 64, 96  # bytes of a line without its events, and of an event, with numbers of 19 digits


def lines_of(first: int, offsets: Ints, shown: Ints, items: Ints, ts: Ints, types: Ints) -> Bytes:
    """Write sessions, a line each.

    Parameters
    ----------
    first
        The first session's key; the others follow.
    offsets, shown
        (m + 1) and (m) int64: where a session's events begin, and how many of them are written.
    items, ts, types
        (e) int64, 0 or more: keys, ms since 1970, places in `data.schema.TYPES`.
    """
    text = np.empty(LINE_MOST * len(shown) + EVENT_MOST * int(shown.sum()), np.uint8)
    return text[: _write_lines(text, first, offsets, shown, items, ts, types)]


@numba.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[untyped-decorator]
def _put(text: Bytes, at: int, letters: Bytes) -> int:  # pragma: no cover - compiled
    for k in range(len(letters)):
        text[at + k] = letters[k]
    return at + len(letters)


@numba.njit(cache=True, nogil=True, _nrt=False)  # type: ignore[untyped-decorator]
def _put_number(text: Bytes, at: int, number: int) -> int:  # pragma: no cover - compiled
    rest, digits = number // 10, 1
    while rest:
        rest //= 10
        digits += 1
    for k in range(at + digits - 1, at - 1, -1):
        text[k] = 48 + number % 10
        number //= 10
    return at + digits


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _write_lines(
    text: Bytes, first: int, offsets: Ints, shown: Ints, items: Ints, ts: Ints, types: Ints
) -> int:  # pragma: no cover - compiled
    at = 0
    for session in range(len(shown)):
        at = _put_number(text, _put(text, at, SESSION), first + session)
        at = _put(text, at, EVENTS)
        for event in range(offsets[session], offsets[session] + shown[session]):
            if event > offsets[session]:
                at = _put(text, at, COMMA)
            at = _put_number(text, _put(text, at, AID), items[event])
            at = _put_number(text, _put(text, at, TS), ts[event])
            at = _put(text, at, TYPE)
            at = _put(text, at, CLICKS if types[event] == 0 else CARTS if types[event] == 1 else ORDERS)
            at = _put(text, at, EVENT_END)
        at = _put(text, at, LINE_END)
    return at
