"""What the season makes of money: how a stretch of the year compares with the year around it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from value.lifetime.ledger import STEPS, Ledger
from value.lifetime.purchases import Money

YEAR = timedelta(days=364)  # whole weeks, so that weekdays meet
LEAST, MOST = 0.2, 5.0
"""No season is worth more: a stretch beyond it tells of one giant order, or of a shop that opened or closed."""
SHOP = np.zeros(1, np.int64)


def shop_takings(rows: pl.DataFrame, ts: str, amount: str) -> Ledger:
    """All customers' money as one customer's."""
    return Ledger.open(rows.select(ts, amount, user=pl.lit(0, pl.UInt32)), ts, amount)


@dataclass(frozen=True)
class Season:
    """The whole shop's money as it is known at a moment, opened for levels of stretches.

    Parameters
    ----------
    taken, back
        What was ordered, and what is known to have gone back of it, by the time of the order.
    first
        When the shop's orders begin.
    until
        The moment; no stretch that ends later has a level.
    """

    taken: Ledger
    back: Ledger
    first: datetime
    until: datetime

    @classmethod
    def known(cls, taken: Ledger, returned: pl.DataFrame, first: datetime, until: datetime, of: Money) -> "Season":
        """The season at a moment: `taken` may go on after it, RETURNED too."""
        gone = returned.clear() if of == "gross" else returned.filter(pl.col("ts") < until)
        return cls(taken, shop_takings(gone, "order_ts", "amount"), first, until)

    def ahead(self, origin: datetime, days: int) -> float:
        """The level of a horizon that lies ahead: that of the stretch a year before; 1 where the shop is not so old."""
        return self.level(origin - YEAR, days)

    def level(self, start: datetime, days: int) -> float:
        """What a stretch took by the day, over what the year around it did.

        That year (364 days) has the stretch in its middle, moved as far as needed to lie within what is known. 1 where
        no whole year is known, or not all of the stretch; never below a fifth or above 5.
        """
        end = start + timedelta(days=days)
        middle = start + (end - start) / 2
        begin = min(max(middle - YEAR / 2, self.first), self.until - YEAR)
        if begin < self.first or start < self.first or end > self.until:
            return 1.0
        year = self._taken(begin, begin + YEAR) / YEAR.days
        stretch = self._taken(start, end) / days
        return min(max(stretch / year, LEAST), MOST) if year > 0 else 1.0

    def _taken(self, start: datetime, end: datetime) -> float:
        gross, back = (ledger.between(SHOP, start, end)[0] for ledger in (self.taken, self.back))
        return float(gross - back) / STEPS
