"""What buy-till-you-die models know of a customer: how often, how lately, how long, how much, as of a moment."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError

Floats = npt.NDArray[np.float64]
DAY = 86_400_000  # ms


@dataclass(frozen=True)
class Summary:
    """Customers in the order of their key, shape (n,) each.

    Parameters
    ----------
    user
        The customers' keys, rising.
    repeats
        Purchases after the first: the x of Fader, Hardie, Lee (2005).
    recency
        Time from the first purchase to the last one: their t_x.
    age
        Time from the first purchase to the moment that all this is known at: their T.
    spend
        Mean money of all purchases, the first one too.
    repeat_spend
        Mean money of the purchases after the first; 0 where there are none.
    """

    user: npt.NDArray[Any]
    repeats: Floats
    recency: Floats
    age: Floats
    spend: Floats
    repeat_spend: Floats

    @property
    def height(self) -> int:
        """The number of customers."""
        return len(self.user)


def summarise(
    purchases: pl.DataFrame,
    origin: int,
    *,
    unit_days: float = 7.0,
    daily: bool = True,
    clock: Callable[[Floats], Floats] | None = None,
) -> Summary:
    """Sum up what was bought before a moment.

    Parameters
    ----------
    purchases
        Rows of user, ts (ms) and money (net of what went back, as far as that is known at the moment), in any order;
        those of the moment itself and later are not looked at.
    origin
        The moment in ms.
    unit_days
        Days to a unit of time: 7 for weeks.
    daily
        Whether what a customer bought on one day (UTC) is one purchase, since models of rates know no two purchases at
        one moment; times are then whole days, and the age ends with the day of the last millisecond before the origin.
        Otherwise each row is a purchase, and times are exact.
    clock
        Makes days since 1970 days of another clock, such as `Season.days`; null for the sun's.

    Returns
    -------
    Summary
        The same for any order of the rows.

    Raises
    ------
    AisleError
        If nothing was bought before the moment, or money is not finite.
    """
    before = purchases.lazy().filter(pl.col("ts") < origin).select("user", "ts", pl.col("money").cast(pl.Float64))
    rows = before.sort("user", "ts", "money").collect()
    money, ts = rows["money"].to_numpy(), rows["ts"].to_numpy()
    if not rows.height:
        raise AisleError(f"`origin` must lie after a purchase, got {origin} before all; choose a later moment.")
    if not np.isfinite(money).all():
        found = money[~np.isfinite(money)][0]
        raise AisleError(f"`money` of purchases must be finite, got {found}; leave such rows out.")
    user = rows["user"].to_numpy()
    starts = _changes(user, ts // DAY) if daily else np.arange(len(ts))
    days = np.append(ts[starts], origin - 1 if daily else origin)
    days = days // DAY if daily else days / DAY
    days = np.asarray(days, np.float64) if clock is None else clock(days)
    return _by_customer(
        user[starts], days[:-1] / unit_days, np.add.reduceat(money, starts), float(days[-1]) / unit_days
    )


def _by_customer(user: npt.NDArray[Any], time: Floats, money: Floats, end: float) -> Summary:
    """From purchases in the order of customer and time, all times in the models' unit."""
    first = _changes(user)
    last = np.append(first[1:], len(user)) - 1
    number = (last - first + 1).astype(np.float64)
    total = np.add.reduceat(money, first)
    later = money.copy()
    later[first] = 0.0
    repeats = number - 1
    return Summary(
        user[first],
        repeats,
        time[last] - time[first],
        end - time[first],
        total / number,
        np.add.reduceat(later, first) / np.maximum(repeats, 1),
    )


def _changes(*keys: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Where a run of equal keys begins."""
    new = np.zeros(len(keys[0]), dtype=bool)
    new[:1] = True
    for key in keys:
        new[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(new)
