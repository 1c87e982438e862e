"""What customers will buy and bring in any time to come: BG/NBD for how often, Gamma-Gamma for how much."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.checks import check_at_least
from value.lifetime.btyd.bg_nbd import BgNbd
from value.lifetime.btyd.clock import ShopClock
from value.lifetime.btyd.gamma_gamma import GammaGamma
from value.lifetime.btyd.summary import Summary, summarise

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class BtydConfig:
    """How purchases become what these models know.

    Parameters
    ----------
    unit_days
        Days to a unit of time. Parameters are given in it; answers do not depend on it.
    daily
        Whether a customer's purchases of one day are one.
    first_counts
        Whether the first purchase counts in the mean spend. The published model leaves it out; counted, every customer
        tells of money, and not only those who came back.
    penalizer
        Of the parameters' squares; 0 for plain maximum likelihood.
    """

    unit_days: float = 7.0
    daily: bool = True
    first_counts: bool = True
    penalizer: float = 0.0

    def __post_init__(self) -> None:
        check_at_least(self, 0, "penalizer")
        if not self.unit_days > 0:
            raise ValueError(f"`unit_days` must be above 0, got {self.unit_days}.")


@dataclass(frozen=True)
class Btyd:
    """Both models, learnt of the purchases before one moment.

    Parameters
    ----------
    rate
        How often.
    spend
        How much.
    config
        How purchases are summed up.
    """

    rate: BgNbd
    spend: GammaGamma
    config: BtydConfig = field(default_factory=BtydConfig)

    @classmethod
    def fit(cls, summary: Summary, config: BtydConfig, start: "Btyd | None" = None) -> "Btyd":
        """Learn from customers that were summed up by the same configuration.

        `start`, such as what was learnt at the origin before, spares some of the search.

        Raises
        ------
        AisleError
            If no time has passed since the first purchase, or no purchase cost anything.
        """
        number, money = _spends(summary, config)
        rate = BgNbd.fit(summary, penalizer=config.penalizer, start=start.rate if start else None)
        spend = GammaGamma.fit(number, money, penalizer=config.penalizer, start=start.spend if start else None)
        return cls(rate, spend, config)

    def answers(self, summary: Summary, days: float) -> dict[str, Floats]:
        """What is expected of customers, of their own time from the summary's moment on.

        Parameters
        ----------
        summary
            Customers, learnt from or not.
        days
            The horizon.

        Returns
        -------
        dict
            (n,) each. `alive`: the chance that the customer has not left. `p`: of at least one purchase within the
            horizon. `purchases`: how many. `spend`: the money of one. `mean`: the money of all, purchases x spend.
        """
        time = days / self.config.unit_days
        purchases, spend = self.rate.purchases(summary, time), self.spend.mean_spend(*_spends(summary, self.config))
        return {
            "alive": self.rate.alive(summary),
            "p": self.rate.buys(summary, time),
            "purchases": purchases,
            "spend": spend,
            "mean": purchases * spend,
        }

    def to_json(self) -> dict[str, Any]:
        """The parameters as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Btyd":
        """What `to_json` gave."""
        return cls(BgNbd(**values["rate"]), GammaGamma(**values["spend"]), BtydConfig(**values["config"]))


def learn_at(
    purchases: pl.DataFrame, origin: int, config: BtydConfig, start: Btyd | None = None, clock: ShopClock | None = None
) -> tuple[Btyd, Summary]:
    """The models and the customers of the purchases before a moment; see `summarise` for the rows.

    With a clock the models live on it: whatever they are asked is asked of days of average money, and what a season
    will make of these is for the asker to say.
    """
    days = None if clock is None else clock.days
    summary = summarise(purchases, origin, unit_days=config.unit_days, daily=config.daily, clock=days)
    return Btyd.fit(summary, config, start), summary


def _spends(summary: Summary, config: BtydConfig) -> tuple[Floats, Floats]:
    if config.first_counts:
        return summary.repeats + 1, summary.spend
    return summary.repeats, summary.repeat_spend
