"""What the session's goods and the candidates' have in common, event by event."""

from typing import NamedTuple

import numba
import numpy as np

from data.fixed import ONE
from features.kernels.distinct import emptied, place_of, table_for
from features.question import Floats, Floats32, Ints, Question


def session_goods_rows(question: Question, into: Floats32) -> None:
    """Fill `session_goods`' features of every query."""
    _describe(question.visible.starts, *question.visited_goods, into)


def goods_match_rows(question: Question, into: Floats32) -> None:
    """Fill `goods_match`'s features of every candidate."""
    asked, goods = question.candidates, question.opened.goods
    _match(question.visible.starts, *question.visited_goods, asked.starts, asked.item, *goods, into)


class _Prices(NamedTuple):
    known: int
    mean: float
    low: float
    high: float


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _prices(price: Floats) -> _Prices:  # pragma: no cover
    """How many prices are known, their mean from sums of whole 2^-24, the least and the largest."""
    total, known, low, high = np.int64(0), 0, np.inf, -np.inf
    for value in price:
        if not np.isnan(value):
            total += np.int64(np.round(value * ONE))
            known += 1
            low, high = min(low, value), max(high, value)
    return _Prices(known, total / ONE / known if known else np.nan, low, high)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _count(table: Ints, category: Ints, known: Ints, times: Ints) -> int:  # pragma: no cover
    """Count a session's known categories into `times`, their codes into `known`; how many there are."""
    distinct = 0
    for code in category:
        if code < 0:
            continue
        at = place_of(table, known, code)
        if table[at] < 0:
            table[at], known[distinct], times[distinct] = distinct, code, 0
            distinct += 1
        times[table[at]] += 1
    return distinct


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _describe(starts: Ints, price: Floats, category: Ints, brand: Ints, into: Floats32) -> None:  # pragma: no cover
    into[:] = np.nan
    table = table_for(starts)
    known, times = np.empty(len(table), np.int64), np.empty(len(table), np.int64)
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        if first == end:
            continue
        prices = _prices(price[first:end])
        if prices.known:
            into[0, query], into[1, query] = prices.mean, prices.high - prices.low
            into[2, query], into[3, query] = price[end - 1], prices.high
        distinct = _count(emptied(table, end - first), category[first:end], known, times)
        if distinct:
            into[4, query], into[5, query] = distinct, _entropy(times[:distinct])


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _entropy(times: Ints) -> float:  # pragma: no cover
    total, events = np.int64(0), np.sum(times)
    for number in times:
        share = number / events
        total += np.int64(np.round(-share * np.log(share) * ONE))
    return total / ONE


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _match(
    starts: Ints,
    price: Floats,
    category: Ints,
    brand: Ints,
    row_starts: Ints,
    item: Ints,
    item_category: Ints,
    item_brand: Ints,
    item_price: Floats,
    into: Floats32,
) -> None:  # pragma: no cover
    into[:] = np.nan
    table = table_for(starts)
    known, times = np.empty(len(table), np.int64), np.empty(len(table), np.int64)
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        if first == end:
            continue
        mine = emptied(table, end - first)
        _count(mine, category[first:end], known, times)
        mean = _prices(price[first:end]).mean
        for row in range(row_starts[query], row_starts[query + 1]):
            if not 0 <= item[row] < len(item_category):
                continue
            kind, maker, cost = item_category[item[row]], item_brand[item[row]], item_price[item[row]]
            if kind >= 0:
                at = place_of(mine, known, kind)
                into[2, row] = (times[mine[at]] if mine[at] >= 0 else 0) / (end - first)
                if category[end - 1] >= 0:
                    into[0, row] = kind == category[end - 1]
            if maker >= 0 and brand[end - 1] >= 0:
                into[1, row] = maker == brand[end - 1]
            if mean != 0.0:
                into[3, row] = cost / mean
            if price[end - 1] != 0.0:
                into[4, row] = cost / price[end - 1]
