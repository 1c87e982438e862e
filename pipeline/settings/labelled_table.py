"""The configuration of a table of rows with labels by horizon: how it is read, and how its rows are described."""

from dataclasses import dataclass, field

from data.labelled.config import Labelled
from data.labelled.roles import Declared
from data.listed import listed
from data.synthetic.inapp import InAppLog
from features.rows.config import RowFeatures


@dataclass(frozen=True)
class LabelledTable:
    """A table of rows with labels by horizon (`python -m pipeline.ltv`).

    Parameters
    ----------
    layout
        What its columns are there for, and which rows are read.
    features
        How rows are described.
    group
        The column whose rows stay on one side wherever some are held out, such as a user's; null: each row is its own.
    segments
        Columns, with commas between, by whose values measures are told apart.
    synthetic
        The log that is generated where no `train` is given.
    peers
        Whether plain models of plain features are learnt and judged too: what anyone would do.
    """

    layout: Labelled = field(default_factory=Labelled)
    features: RowFeatures = field(default_factory=RowFeatures)
    group: str | None = None
    segments: str = ""
    synthetic: InAppLog | None = None
    peers: bool = False

    def __post_init__(self) -> None:
        if not self.layout.labels:
            raise ValueError("`layout.labels` must name the column of money that came within each horizon, got none.")
        if self.features.time not in (None, self.layout.moment):
            raise ValueError(
                f"`features.time` must be the moment's column, {self.layout.moment!r}, got {self.features.time!r}."
            )

    @property
    def horizons(self) -> tuple[str, ...]:
        """By name, shortest first."""
        return tuple(f"d{days}" for days in self.layout.horizons)

    @property
    def declared(self) -> Declared:
        """Which columns may be features."""
        told = {self.group, *listed(self.segments)} - {None, self.layout.key}
        return Declared((*self.features.kinds, *sorted(map(str, told))), self.features.others)
