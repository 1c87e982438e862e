"""What customers bring within horizons after an origin: sums of their order lines, less what went back."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from value.lifetime.ledger import STEPS, Ledger
from value.lifetime.purchases import Money
from value.lifetime.rows import horizon_name

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Bringing:
    """What a log tells of customers' money: asked for targets at origins.

    Parameters
    ----------
    ordered
        ORDERED.
    returned
        RETURNED.
    horizons
        In days, ascending.
    of
        `value`: less what went back; `gross`: whatever went back.
    """

    ordered: pl.DataFrame
    returned: pl.DataFrame
    horizons: tuple[int, ...]
    of: Money = "value"

    def __call__(
        self, users: Sequence[int] | Ints, origin: datetime, known_until: datetime, stretched: Collection[int] = ()
    ) -> dict[str, Floats]:
        """Targets at one origin, by horizon name.

        An order counts in a horizon if it is made in it, from the origin on and before the horizon's end, less what is
        known to have gone back of it: before the end of the longest horizon, and before `known_until`. All horizons are
        so judged by the same knowledge, and a longer one never brings less.

        Parameters
        ----------
        users
            (n,) customers' codes.
        origin
            The moment.
        known_until
            What happens from then on is not known.
        stretched
            Horizons that are told by the day of what came until then, if they are not over.

        Returns
        -------
        dict
            (n,) money by horizon, all NaN where the horizon is neither over by `known_until` nor stretched.
        """
        asked = np.asarray(users, np.int64)
        back = Ledger.open(self._gone_back(origin, known_until), "order_ts", "amount")
        found, least = {}, np.zeros(len(asked), np.int64)
        for days in self.horizons:
            whole = timedelta(days=days)
            seen = min(whole, known_until - origin)
            left = self._spent.between(asked, origin, origin + seen) - back.between(asked, origin, origin + seen)
            least = np.maximum(left, least)  # which differs where parts of a refund were rounded
            told = seen == whole or days in stretched
            found[horizon_name(days)] = least / STEPS * (whole / seen) if told else np.full(len(asked), np.nan)
        return found

    @cached_property
    def _spent(self) -> Ledger:
        return Ledger.open(self.ordered, "ts", "spend")

    def _gone_back(self, origin: datetime, known_until: datetime) -> pl.DataFrame:
        if self.of == "gross":
            return self.returned.clear()
        settled = min(origin + timedelta(days=self.horizons[-1]), known_until)
        return self.returned.filter(pl.col("ts") < settled)
