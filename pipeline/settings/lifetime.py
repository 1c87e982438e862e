"""The configuration of lifetime value: what is asked about, when, and by what."""

from dataclasses import dataclass, field

from data.checks import check_at_least
from pipeline.settings.labelled_table import LabelledTable
from value.lifetime.config import LifetimeConfig
from value.money.recipes import AIMS


@dataclass(frozen=True)
class Lifetime:
    """What customers and impressions will bring (`python -m pipeline.ltv`).

    Parameters
    ----------
    table
        The table of rows with labels by horizon; null: rows are made of a log's customers.
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
    learning: LifetimeConfig = field(default_factory=LifetimeConfig)
    gates: str | None = None
    chunk_size: int = 100_000
    submitted: str = "rmsle_value"
    submitted_horizon: str | None = None

    def __post_init__(self) -> None:
        check_at_least(self, 1, "chunk_size")
        if self.submitted not in AIMS:
            raise ValueError(f"`submitted` must be one of {', '.join(AIMS)}, got {self.submitted!r}.")
        if self.submitted_horizon is not None and self.submitted_horizon not in self.horizons_named:
            raise ValueError(
                f"`submitted_horizon` must be one of {', '.join(self.horizons_named)}, got {self.submitted_horizon!r}."
            )

    @property
    def horizons_named(self) -> tuple[str, ...]:
        """By name, shortest first."""
        return () if self.table is None else self.table.horizons

    @property
    def submits(self) -> tuple[str, str]:
        """Output and horizon of the submission."""
        return self.submitted, self.submitted_horizon or self.horizons_named[0]
