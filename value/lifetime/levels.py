"""The levels that a season gives to rows of an origin, as far as the origin knows, and as far as is known later."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import polars as pl

from value.lifetime.customers import TAUGHT
from value.lifetime.ledger import Ledger
from value.lifetime.origins import Asked
from value.lifetime.purchases import Money
from value.lifetime.rows import horizon_name
from value.lifetime.season import Season, shop_takings
from value.lifetime.table import LEVEL


@dataclass(frozen=True)
class Levels:
    """What a log tells of seasons to a scored origin and to those that teach it.

    Parameters
    ----------
    ordered, returned
        ORDERED and RETURNED; of what happens from an origin on nothing is looked at for it.
    asked
        The scored origin.
    horizons, of
        In days, and the money that counts.
    """

    ordered: pl.DataFrame
    returned: pl.DataFrame
    asked: Asked
    horizons: tuple[int, ...]
    of: Money

    def __call__(self, origin: datetime) -> dict[str, float]:
        """A level a column: `level__<horizon>`, and `taught_level__<horizon>` for what teaches (see `Season`)."""
        now, later = (
            Season.known(self._taken, self.returned, self._first, at, self.of) for at in (origin, self.asked.at)
        )
        found: dict[str, float] = {}
        for days in self.horizons:
            name, ahead = horizon_name(days), now.ahead(origin, days)
            found |= {f"{LEVEL}{name}": ahead, f"{TAUGHT}{name}": self._turned_out(later, origin, days, ahead)}
        return found

    def _turned_out(self, later: Season, origin: datetime, days: int, ahead: float) -> float:
        if origin < self.asked.at and self.asked.matured(origin, days):
            return later.level(origin, days)
        if origin < self.asked.at and self.asked.stretched(origin, days):
            return later.level(origin, (self.asked.at - origin).days)
        return ahead

    @cached_property
    def _taken(self) -> Ledger:
        return shop_takings(self.ordered, "ts", "spend")

    @cached_property
    def _first(self) -> datetime:
        first: datetime = self.ordered["ts"].min()  # type: ignore[assignment]
        return first


def levels_at(levels: Levels | None, origin: datetime, horizons: tuple[int, ...]) -> dict[str, float]:
    """The levels of an origin; all 1 where no season is to be told of."""
    if levels is not None:
        return levels(origin)
    return {f"{start}{horizon_name(days)}": 1.0 for days in horizons for start in (LEVEL, TAUGHT)}
