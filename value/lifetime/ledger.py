"""Money by customer and time: exact sums over any stretch of time."""

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]
STEPS = 10**5
"""Amounts with up to five decimals add up exactly; up to 9e13 of them fit."""


@dataclass(frozen=True)
class Ledger:
    """Money by customer and time, opened for sums over stretches.

    Parameters
    ----------
    user
        (n,) ascending.
    time
        (n,) in ms.
    amount
        (n,) in steps of 1 / `STEPS`, so that sums are exact and do not depend on what stands beside.
    """

    user: Ints
    time: Ints
    amount: Ints

    @classmethod
    def open(cls, rows: pl.DataFrame, ts: str, amount: str) -> "Ledger":
        """Rows with `user`, a time and an amount."""
        user, time = pl.col("user").cast(pl.Int64), pl.col(ts).dt.epoch("ms")
        steps = (pl.col(amount) * STEPS).round().cast(pl.Int64)
        made = rows.select(user=user, time=time, amount=steps).sort("user")
        return cls(*(made[name].to_numpy() for name in ("user", "time", "amount")))

    def between(self, users: Ints, start: datetime, end: datetime) -> Ints:
        """What each of some customers brought from `start` on and before `end`, in steps."""
        inside = (self.time >= _ms(start)) & (self.time < _ms(end))
        total = np.concatenate([[0], np.cumsum(np.where(inside, self.amount, 0))])
        first, last = (total[np.searchsorted(self.user, users, side)] for side in ("left", "right"))
        return np.asarray(last - first, np.int64)


def _ms(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)
