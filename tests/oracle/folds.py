"""Folds in plain Python over a log of tuples, to compare the expressions with."""

import math
from fractions import Fraction
from typing import Any, NamedTuple

from tests.oracle.hashes import mix


class Event(NamedTuple):
    """One row of a small log; `ts` in ms."""

    session: int
    item: int
    ts: int
    type: str


class Query(NamedTuple):
    """One (session, cut)."""

    session: int
    events: int
    start_ts: int
    cut_ts: int


Sessions = dict[int, list[Event]]


def fold_events(log: list[Event], start: int, end: int, known: set[int] | None) -> Sessions:
    """The sessions that begin at `start` or later, with their (known) events before `end`."""
    of_session: Sessions = {}
    for event in log:
        of_session.setdefault(event.session, []).append(event)
    fold = {}
    for session, events in of_session.items():
        if min(event.ts for event in events) < start:
            continue
        kept = [e for e in events if e.ts < end and (known is None or e.item in known)]
        if kept:
            fold[session] = kept
    return fold


def cuts(length: int, hashed: int, folds: Any, cut: str | None) -> list[int]:
    """How many events of a session of this length are visible, for each of its queries."""
    least = folds.min_prefix
    if cut is None:
        return [length]
    if length < least + 1:
        return []
    if cut == "all":
        return list(range(least, length))
    if cut == "random":
        return [least + mix(hashed, 1 + 16 * folds.seed) % (length - least)]
    wanted = folds.first_n if cut == "first_n" else math.ceil(length * Fraction(str(folds.share)))
    return [min(max(wanted, least), length - 1)]


def queries(fold: Sessions, hashes: dict[int, int], folds: Any, cut: str | None) -> list[Query]:
    """All queries, by (session, events)."""
    return [
        Query(session, shown, events[0].ts, events[shown - 1].ts)
        for session, events in sorted(fold.items())
        for shown in cuts(len(events), hashes[session], folds, cut)
    ]


def prefixes(fold: Sessions, asked: list[Query]) -> list[tuple[int, int, int, int, str]]:
    """(query, position, item, ts, type) of what is visible."""
    return [
        (number, position, e.item, e.ts, e.type)
        for number, query in enumerate(asked)
        for position, e in enumerate(fold[query.session][: query.events])
    ]


def labels(fold: Sessions, asked: list[Query]) -> set[tuple[int, str, int]]:
    """(query, type, item): the next click, and all items carted and ordered later."""
    found = set()
    for number, query in enumerate(asked):
        later = fold[query.session][query.events :]
        found |= {(number, e.type, e.item) for e in later if e.type != "clicks"}
        found |= {(number, e.type, e.item) for e in [e for e in later if e.type == "clicks"][:1]}
    return found
