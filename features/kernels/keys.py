"""The keys of candidates' rows, and the goods of visible events, looked up by item."""

from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from features.kernels.moments import hour_of, weekday_of

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class RowKeys(NamedTuple):
    """What candidates' rows are joined by, a value a row.

    Parameters
    ----------
    user
        -1 without one.
    start_ms
        When the query's session began.
    hour, weekday
        Those of the query's last event.
    category
        The candidate's by ITEMS; -1 without one.
    """

    user: Ints
    start_ms: Ints
    hour: Ints
    weekday: Ints
    category: Ints


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def keys_of_rows(
    starts: Ints, item: Ints, user: Ints, start_ms: Ints, cut_ms: Ints, item_category: Ints
) -> tuple[Ints, Ints, Ints, Ints, Ints]:  # pragma: no cover
    """`RowKeys` of all candidates."""
    of_user, start, hour, weekday, category = np.empty((5, len(item)), np.int64)
    for query in range(len(starts) - 1):
        hour_now, weekday_now = hour_of(cut_ms[query]), weekday_of(cut_ms[query])
        for row in range(starts[query], starts[query + 1]):
            of_user[row], start[row] = user[query], start_ms[query]
            hour[row], weekday[row] = hour_now, weekday_now
            category[row] = item_category[item[row]] if 0 <= item[row] < len(item_category) else -1
    return of_user, start, hour, weekday, category


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def visited_goods(
    item: Ints, price: Floats, category: Ints, item_category: Ints, item_brand: Ints, item_price: Floats
) -> tuple[Floats, Ints, Ints]:  # pragma: no cover
    """Events' prices (their own before ITEMS'), categories (ITEMS' before their own) and brands."""
    costs, kinds, brands = price.copy(), category.copy(), np.full(len(item), -1, np.int64)
    for place in range(len(item)):
        code = item[place]
        if 0 <= code < len(item_category):
            brands[place] = item_brand[code]
            if np.isnan(costs[place]):
                costs[place] = item_price[code]
            if item_category[code] >= 0:
                kinds[place] = item_category[code]
    return costs, kinds, brands


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def spread(
    of_queries: npt.NDArray[np.float32], starts: Ints, into: npt.NDArray[np.float32]
) -> None:  # pragma: no cover
    """Write each query's features, (features, queries), beside all its candidates, (features, candidates)."""
    for feature in range(len(of_queries)):
        for query in range(len(starts) - 1):
            into[feature, starts[query] : starts[query + 1]] = of_queries[feature, query]
