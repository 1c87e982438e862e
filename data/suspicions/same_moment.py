"""Lines of one moment that stand in their items' order: a till's export, whose first lines tell a basket's size."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from math import factorial, sqrt

import numpy as np
import numpy.typing as npt
import polars as pl

from data.keys import uniform
from data.schema import TYPES
from data.warned import Warned

CHECK = "same_moment"
SURE = 6.0  # standard deviations over chance
LONG_GROUPS = 20  # groups of three and more, from which on those of two (one in two of them is in order) are not asked
FEWEST = 10  # groups in order: one long list proves nothing
TIMES_CHANCE = 2.0
PAIRS_IN_ORDER = 0.75  # share of pairs, where nothing longer is there: twice chance would be all of them
MOST_EVENTS, SALT_SHARE = 200_000, 22  # of a larger log a share of the sessions is looked at
LONGEST = 30  # events of a group; beyond it the chance of an order is 0
STRAYING = 10  # of so many steps one may go the other way: a line that was added later
WORDS = {"item": "the items' order", "number": "the items' numbers' order", "price": "their prices' order"}

Orders = Mapping[str, npt.NDArray[np.float64]]


@dataclass(frozen=True)
class InOrder:
    """Groups of events of one session, moment and type: how many there are of each size, how many stand in an order.

    Parameters
    ----------
    groups
        (order, size) -> groups without ties.
    rising, falling
        The same of those that stand in that order, or in its reverse.
    """

    groups: Counter[tuple[str, int]] = field(default_factory=Counter)
    rising: Counter[tuple[str, int]] = field(default_factory=Counter)
    falling: Counter[tuple[str, int]] = field(default_factory=Counter)

    def __add__(self, other: "InOrder") -> "InOrder":
        """Those of both."""
        return InOrder(self.groups + other.groups, self.rising + other.rising, self.falling + other.falling)


def natural_order(keys: pl.Series) -> npt.NDArray[np.float64] | None:
    """Each item's place with numbers in keys as numbers; null where keys are numbers, which are sorted so anyway."""
    if keys.dtype != pl.String:
        return None
    parts = keys.str.extract_groups(r"^(\D*)(\d{0,18})(.*)$").struct.unnest()
    places = parts.with_columns(pl.col("2").cast(pl.Int64, strict=False)).with_row_index("code").sort("1", "2", "3")
    found = np.empty(len(keys))
    found[places["code"].to_numpy()] = np.arange(len(keys))
    return found


def count_in_order(events: pl.LazyFrame, natural: npt.NDArray[np.float64] | None, share: float = 1.0) -> InOrder:
    """Count the groups of one moment.

    Parameters
    ----------
    events
        EVENTS in their order, of whole sessions.
    natural
        `natural_order` of the items, by code; codes themselves follow the keys.
    share
        Of the sessions, by a hash: of a large log some tell enough.
    """
    rows = events.select("session", "ts", "type", "item", "price")
    if share < 1:
        rows = rows.filter(uniform(pl.col("session").cast(pl.UInt64), SALT_SHARE) < share)
    same = pl.all_horizontal(pl.col(c) == pl.col(c).shift(1) for c in ("session", "ts"))
    found = rows.with_columns(moment=(~same).fill_null(True).cum_sum()).filter((same | same.shift(-1)).fill_null(False))
    table = found.collect()
    if table.is_empty():
        return InOrder()
    moment, kind = table["moment"].to_numpy().astype(np.int64), table["type"].to_physical().to_numpy()
    key = moment * len(TYPES) + kind
    if (np.diff(key) < 0).any():  # types take turns within a moment
        order = np.argsort(key, kind="stable")
        table, key = table[order], key[order]
    group = np.cumsum(np.diff(key, prepend=key[:1]) != 0)
    codes = table["item"].to_numpy()
    values = {"item": codes.astype(np.float64), "price": table["price"].fill_null(np.nan).to_numpy()}
    if natural is not None:
        values["number"] = natural[codes]
    total = InOrder()
    for name, value in values.items():
        total += _counted(name, group, value)
    return total


def _counted(name: str, group: npt.NDArray[np.int64], value: npt.NDArray[np.float64]) -> InOrder:
    """Groups by their distinct values: equal ones tell of no order, and one that is not known leaves its group out."""
    count = int(group[-1]) + 1
    inner = group[1:] == group[:-1]
    steps, of = np.diff(value)[inner], group[1:][inner]
    up = np.bincount(of[steps > 0], minlength=count)
    down = np.bincount(of[steps < 0], minlength=count)
    order = np.lexsort((value, group))
    new = (np.diff(value[order]) > 0) & inner
    sizes = np.bincount(group[1:][new], minlength=count) + 1
    told = (sizes > 1) & (np.bincount(group[np.isnan(value)], minlength=count) == 0)

    def by_size(which: npt.NDArray[np.bool_]) -> Counter[tuple[str, int]]:
        found = np.bincount(np.minimum(sizes[which], LONGEST))
        return Counter({(name, size): int(number) for size, number in enumerate(found) if number})

    stray = (sizes - 1) // STRAYING
    return InOrder(by_size(told), by_size(told & (down <= stray)), by_size(told & (up <= stray)))


def suspect(found: InOrder) -> Warned | None:
    """What is said where far more groups stand in an order than chance allows; null where they do not."""
    seen = []
    for name in WORDS:
        long = sum(count for (order, size), count in found.groups.items() if order == name and size > 2)
        least = 3 if long >= LONG_GROUPS else 2
        groups = {size: count for (order, size), count in found.groups.items() if order == name and size >= least}
        for direction, counted in (("rising", found.rising), ("falling", found.falling)):
            ordered = sum(count for (order, size), count in counted.items() if order == name and size >= least)
            if _beyond_chance(ordered, groups):
                seen.append((ordered, _warned(name, direction, ordered, groups, least)))
    return max(seen, key=lambda one: one[0])[1] if seen else None  # the first of equals


@cache
def chance_of_order(size: int) -> float:
    """The chance that events in no order have so few steps the other way (Eulerian numbers); 0 beyond `LONGEST`."""
    if size >= LONGEST:
        return 0.0
    rising = [1]  # permutations by their steps down
    for n in range(2, size + 1):
        rising = [(k + 1) * (rising[k] if k < n - 1 else 0) + (n - k) * (rising[k - 1] if k else 0) for k in range(n)]
    return sum(rising[: (size - 1) // STRAYING + 1]) / factorial(size)


def _beyond_chance(ordered: int, groups: Mapping[int, int]) -> bool:
    total = sum(groups.values())
    chances = [(count, chance_of_order(size)) for size, count in groups.items()]
    expected = sum(count * p for count, p in chances)
    least = TIMES_CHANCE * expected if min(groups, default=2) > 2 else PAIRS_IN_ORDER * total
    sure = SURE * sqrt(sum(count * p * (1 - p) for count, p in chances))
    return ordered >= FEWEST and ordered > least and ordered - expected > sure


def _warned(name: str, direction: str, ordered: int, groups: Mapping[int, int], least: int) -> Warned:
    total = sum(groups.values())
    expected = sum(count * chance_of_order(size) for size, count in groups.items())
    said = (
        f"{ordered:,} of {total:,} groups of {least} or more events of one session, moment and type stand in "
        f"{WORDS[name]} ({direction}), where chance gives {expected:,.0f}: sorted lines let the first ones tell how "
        "many follow, so the order of one moment is taken as none and drawn by hash, and `catalogue_order` is left "
        "out; if they happened in the file's order, set `input.quality.same_moment: file`."
    )
    return Warned(CHECK, said, {"groups": total, "in_order": ordered, "by_chance": round(expected, 1), "order": name})
