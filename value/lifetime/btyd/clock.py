"""A shop's own clock, on which a day lasts as long as it brings money."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.fixed import as_money, money
from value.lifetime.btyd.summary import DAY

Floats = npt.NDArray[np.float64]
YEAR = 365  # days


@dataclass(frozen=True)
class ShopClock:
    """How fast the shop's clock runs on each day, as known at one moment; a day of the last year lasts 1 on average.

    Models of steady rates learn on this clock that who bought in December is no buyer of twelve times a year, and that
    who did not come back in January has not left. It runs evenly where the log does not reach back a year: then nobody
    can tell a season from growth.

    Parameters
    ----------
    first
        The log's first day, in days since 1970.
    speed
        (days,) from the first day to the last whole one before the moment.
    """

    first: int
    speed: Floats

    @classmethod
    def known_at(cls, purchases: pl.DataFrame, origin: int, *, smooth_days: int = 28) -> "ShopClock":
        """From what the whole shop took in a day.

        Parameters
        ----------
        purchases
            Rows of ts (ms) and money; those of the origin and later are not looked at.
        origin
            The moment in ms, midnight of a day (UTC).
        smooth_days
            Days that a mean is taken over, as many before a day as after it; fewer at the ends.

        Raises
        ------
        AisleError
            If nothing was bought before the moment.
        """
        before = purchases.lazy().filter(pl.col("ts") < origin)
        taken = before.group_by(day=pl.col("ts") // DAY).agg(taken=as_money(money(pl.col("money")).sum())).collect()
        if not taken.height:
            raise AisleError(f"`origin` must lie after a purchase, got {origin} before all; choose a later moment.")
        day, end = taken["day"].to_numpy(), (origin - 1) // DAY + 1
        first = int(day.min())
        by_day = np.zeros(end - first)
        by_day[day - first] = np.maximum(taken["taken"].to_numpy(), 0.0)
        last_year = by_day[-YEAR:].mean()
        if len(by_day) < YEAR or last_year <= 0:
            return cls(first, np.ones(len(by_day)))
        return cls(first, _smooth(by_day, smooth_days) / last_year)

    def days(self, day: npt.NDArray[np.number]) -> Floats:
        """(n,) days since 1970, with parts, up to the moment, as days of the shop's clock from the log's first."""
        begins = np.concatenate([[0.0], np.cumsum(self.speed)])
        return np.asarray(np.interp(np.asarray(day, np.float64) - self.first, np.arange(len(begins)), begins))


def _smooth(values: Floats, days: int) -> Floats:
    """Means of so many values around each, by running sums; of fewer at the ends."""
    ends = np.concatenate([[0.0], np.cumsum(values)])
    place = np.arange(len(values))
    low = np.maximum(place - days // 2, 0)
    high = np.minimum(place - days // 2 + max(days, 1), len(values))
    return np.asarray((ends[high] - ends[low]) / (high - low))
