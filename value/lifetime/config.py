"""How lifetime value is learnt and chosen."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from data.checks import check_at_least, check_durations, check_share
from data.listed import listed
from data.nearest import did_you_mean
from value.lifetime.gates import GateMetric
from value.money.config import ValueConfig
from value.money.methods import ANCHORED, NAMES, Methods

ORDERED = "ordered"
STACKED = "meta_stack"
Level = Literal["judged", "learnt", "between", "own"]
ALLOWED = (*(name for name in NAMES if name not in ("stack", "lightgbm")), ORDERED, STACKED)


@dataclass(frozen=True)
class Gates:
    """Which gates are looked for, for `rmsle_value` and `mae_value`.

    Parameters
    ----------
    buyer
        Whether promises to rows that hardly buy are looked at.
    whale
        Whether promises to rows that may be whales are looked at.
    zero_rate
        Share of the rows that are to be promised nothing; null for what is best.
    tolerance
        How far from it the share may lie.
    whale_share
        Share of the buyers, those who bring most, that are whales.
    """

    buyer: bool = True
    whale: bool = True
    zero_rate: float | None = None
    tolerance: float = 0.01
    whale_share: float = 0.05

    def __post_init__(self) -> None:
        if self.zero_rate is not None and not 0 <= self.zero_rate <= 1:
            raise ValueError(f"`zero_rate` must lie between 0 and 1, got {self.zero_rate}.")
        check_share(self, "tolerance", "whale_share")


@dataclass(frozen=True)
class LifetimeConfig:
    """How lifetime value is learnt and chosen.

    Parameters
    ----------
    names
        The methods that are compared, with commas between: those of `value.money.methods`, `ordered` (increments
        between horizons) and `meta_stack` (models above the answers of others).
    model
        The methods' settings, the folds, how outputs are chosen. Its own `methods.names` is not used.
    judged_rows
        Rows at most that methods are compared on, drawn by hash of the row; what is chosen learns from all.
    anchor
        A `told` answer that the methods `ratio_*`, `log_ratio*` and `remaining` start from.
    apart
        Whether rows that teach and rows that are judged forward in time lie a horizon apart: so it must be where rows
        of one customer follow each other; impressions of a few hours have no such distance.
    level
        Where the level of `expected_value` comes from. `judged`: promised and true sums of judged rows agree, forward
        in time where there are such. `learnt`: those of all rows, by the methods that have learnt from them: better
        where leaves hold so many rows that they learn little by heart, and methods are judged on few of them.
        `between`: the geometric mean of both; of rows that are judged forward in time, as `judged`. `own`: methods
        promise what they promise: better where judged rows lie in few stretches of time, whose levels say little of
        the next.
    half_life
        A row that is so much older than the latest one counts half; null: all count alike.
    fewest
        Rows that must have lived through a horizon for it to be learnt.
    extend
        The told answer by which a longer horizon, that no row has lived through, is said from the longest learnt one.
    meta_features
        Words, with commas between: features whose name holds one stand beside others' answers under `meta_stack`.
    gates
        Which gates are looked for.
    """

    names: str = "l2,tweedie,log1p,hurdle,ziln,ordered"
    model: ValueConfig = field(default_factory=lambda: ValueConfig(folds=3, forward=0, methods=Methods(beta=True)))
    judged_rows: int = 100_000
    anchor: str = ""
    apart: bool = True
    level: Level = "between"
    half_life: timedelta | None = None
    fewest: int = 60
    extend: str = "btyd"
    meta_features: str = "recency,days_since,country,region,device,make"
    gates: Gates = field(default_factory=Gates)

    def __post_init__(self) -> None:
        check_at_least(self, 100, "judged_rows")
        check_at_least(self, 60, "fewest")
        check_durations(self, "half_life")
        if self.level not in get_args(Level):
            raise ValueError(f"`level` must be one of {', '.join(get_args(Level))}, got {self.level!r}.")
        unknown = [name for name in self.methods if name not in ALLOWED]
        if unknown or not self.methods:
            near = did_you_mean(unknown[0], ALLOWED) or "." if unknown else "."
            raise ValueError(f"`names` must be of {', '.join(ALLOWED)}, got {', '.join(unknown) or 'none'}{near}")
        anchored = [name for name in self.methods if name in ANCHORED]
        if anchored and not self.anchor:
            raise ValueError(f"`anchor` must name a told answer for {', '.join(anchored)} to start from, got none.")

    @property
    def methods(self) -> list[str]:
        """The names, each once."""
        return list(dict.fromkeys(listed(self.names)))


GATED: dict[str, GateMetric] = {"rmsle_value": "rmsle", "mae_value": "mae"}
"""What gates are found for, by output: none for a mean, whose level they would move."""
