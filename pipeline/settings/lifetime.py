"""The configuration of lifetime value: what is asked about, when, and by what."""

from dataclasses import dataclass, field
from datetime import timedelta

from data.checks import check_at_least, check_durations
from data.nearest import did_you_mean
from features import CUSTOMER_GROUPS
from pipeline.settings.labelled_table import LabelledTable
from value.lifetime.btyd.btyd import BtydConfig
from value.lifetime.config import LifetimeConfig
from value.lifetime.origins import Origins
from value.lifetime.purchases import Money
from value.lifetime.rows import horizon_name
from value.money.recipes import AIMS

LONGEST = 3_660
"""Days that a horizon has at most."""


@dataclass(frozen=True)
class Lifetime:
    """What customers and impressions will bring (`python -m pipeline.ltv`).

    Parameters
    ----------
    table
        The table of rows with labels by horizon; null: rows are made of a log's customers.
    horizons
        Days from the moment that a customer is asked at within which money counts, ascending; of a table its
        labels'.
    origins
        The moments that customers of a log are asked at.
    money
        `value`: what is left of orders, less what is known to have gone back; `gross`: what they came to.
    closes_after
        The pause after which a session counts as closed, and with it a purchase.
    season
        Whether money is put on the level of its season before it is learnt from, and back on that of the season ahead.
    btyd
        How models of purchases by the calendar are learnt at each origin.
    leave_out
        Feature groups of customers that are not made.
    training_rows
        Rows (customer, origin) that a model learns from, at most.
    learning
        How lifetime value is learnt.
    gates
        A folder with edited `buyer_gate.json` and `whale_gate.json`; null for those that were found.
    chunk_size
        Rows that are scored at once: what bounds memory.
    submitted
        The output that is `prediction` in submission.csv.
    submitted_horizon
        Of which horizon, such as `d7`; null: the shortest.
    """

    table: LabelledTable | None = None
    horizons: tuple[int, ...] = (30, 90, 180)
    origins: Origins = field(default_factory=Origins)
    money: Money = "value"
    closes_after: timedelta = timedelta(minutes=30)
    season: bool = True
    btyd: BtydConfig = field(default_factory=BtydConfig)
    leave_out: tuple[str, ...] = ()
    training_rows: int = 1_000_000
    learning: LifetimeConfig = field(default_factory=LifetimeConfig)
    gates: str | None = None
    chunk_size: int = 100_000
    submitted: str = "rmsle_value"
    submitted_horizon: str | None = None

    def __post_init__(self) -> None:
        check_at_least(self, 1, "training_rows", "chunk_size")
        check_durations(self, "closes_after")
        days = list(self.horizons)
        if not days or days != sorted(set(days)) or not 1 <= days[0] <= days[-1] <= LONGEST:
            raise ValueError(f"`horizons` must be days from 1 to {LONGEST:,}, ascending, each once, got {days}.")
        known = [group.name for group in CUSTOMER_GROUPS]
        if unknown := sorted(set(self.leave_out) - set(known)):
            raise ValueError(
                f"`leave_out` names {unknown}; the groups are {known}{did_you_mean(unknown[0], known) or '.'}"
            )
        if self.submitted not in AIMS:
            raise ValueError(f"`submitted` must be one of {', '.join(AIMS)}, got {self.submitted!r}.")
        if self.submitted_horizon is not None and self.submitted_horizon not in self.names:
            raise ValueError(
                f"`submitted_horizon` must be one of {', '.join(self.names)}, got {self.submitted_horizon!r}."
            )

    @property
    def names(self) -> tuple[str, ...]:
        """The horizons' names, shortest first."""
        return tuple(map(horizon_name, self.horizons)) if self.table is None else self.table.horizons

    @property
    def submits(self) -> tuple[str, str]:
        """Output and horizon of the submission."""
        return self.submitted, self.submitted_horizon or self.names[0]
