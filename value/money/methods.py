"""The methods that are compared, by name, as unfitted scikit-learn estimators."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from data.checks import check_at_least, check_share
from data.listed import listed
from data.nearest import did_you_mean
from learning.boosting import Boosting
from learning.classifiers import Tabular, encoder
from learning.columns import Columns
from value.money.anchored import Anchored
from value.money.asymmetric import Asymmetric
from value.money.frame import Encoded
from value.money.histogram_sampling import HistOver, HistUnder
from value.money.hurdle import Hurdle
from value.money.logged import Logged
from value.money.meta_models import METAS, meta
from value.money.resampled import Resampled
from value.money.small_table import small_table_pipeline
from value.money.stack import Stack
from value.money.trees import Trees
from value.money.ziln import Ziln

DIRECT = ("l2", "log1p", "log1p_median", "gamma", "tweedie", "hurdle")
ANCHORED = ("ratio_l2", "ratio_tweedie", "ratio_gamma", "log_ratio", "log_ratio_median", "remaining")
MEMBERS = ("lightgbm", "xgboost", "catboost")
OTHERS = ("lean", "stack")
RARE = ("ziln", "buyers_rmsle", "buyers_mae", "hist_under", "hist_over")
"""For values that are mostly 0; compared where they are named."""
NAMES = (*DIRECT, *ANCHORED, *MEMBERS, *OTHERS, *RARE)


def _boosting() -> Boosting:
    return Boosting(rounds=140, learning_rate=0.085, feature_share=0.5)


@dataclass(frozen=True)
class Methods:
    """What is compared.

    Parameters
    ----------
    names
        Methods, with commas between; empty for all that the rows allow but those for values that are mostly 0
        (`ziln`, `buyers_rmsle`, `buyers_mae`, `hist_under`, `hist_over`): those anchored on the value so far need it
        (and `log_ratio_median` then stands for `log1p_median`), `lean` only up to `lean_rows` rows, `stack` (whose
        members would be fitted once more) only if `meta` is trees.
    boosting
        All trees; what says when to stop is not used.
    power
        Of the Tweedie variance; null finds it out of fold.
    members
        Methods under the stack, with commas between.
    meta
        The stack's meta-model: mean, nnls, ridge or trees.
    threshold
        The probability of a purchase from which on the hurdle's direct output believes in one.
    beta
        Whether beta calibration of the chance of a purchase is tried too.
    over
        What too much costs `buyers_rmsle` and `buyers_mae`, where too little costs 1.
    lean_rows
        Rows from which on `lean` is left out, as its nearest neighbours become slow.
    """

    names: str = ""
    boosting: Boosting = field(default_factory=_boosting)
    power: float | None = None
    members: str = "lightgbm,xgboost,catboost"
    meta: str = "ridge"
    threshold: float = 0.5
    beta: bool = False
    over: float = 1.2
    lean_rows: int = 20_000

    def __post_init__(self) -> None:
        check_at_least(self, 0, "lean_rows")
        check_share(self, "threshold")
        if not 0 < self.over < 1e6:
            raise ValueError(f"`over` must be above 0, got {self.over}.")
        for setting, allowed in (("names", NAMES), ("members", (*DIRECT, *ANCHORED, *MEMBERS, "lean"))):
            unknown = [name for name in listed(getattr(self, setting)) if name not in allowed]
            if unknown:
                near = did_you_mean(unknown[0], allowed) or "."
                raise ValueError(f"`{setting}` must be of {', '.join(allowed)}, got {', '.join(unknown)}{near}")
        if self.meta not in METAS:
            raise ValueError(f"`meta` must be one of {', '.join(METAS)}, got {self.meta!r}.")
        if self.power is not None and not 1 < self.power < 2:
            raise ValueError(f"`power` must lie between 1 and 2, got {self.power}.")

    def chosen(self, rows: int, *, anchored: bool) -> list[str]:
        """The names of the methods that rows of this number are asked, the stack's members among them.

        Raises
        ------
        ValueError
            If one is named that needs a value so far where there is none.
        """
        given = (*listed(self.names), *self.stacked(anchored=anchored)) if self.names else ()
        named = list(dict.fromkeys(same_as(name, anchored=anchored) for name in given))
        if not anchored and (lost := [name for name in named if name in ANCHORED]):
            raise ValueError(f"`names` must do without a value so far, which the rows lack, got {', '.join(lost)}.")
        if named:
            return [name for name in named if name != "stack" or self.meta == "trees"]
        small = ("lean",) if rows <= self.lean_rows else ()
        stack = ("stack",) if self.meta == "trees" else ()
        direct = [name for name in DIRECT if not (anchored and name == "log1p_median")]
        return [*direct, *(ANCHORED if anchored else ()), *MEMBERS[1:], *small, *stack]

    def stacked(self, *, anchored: bool) -> list[str]:
        """The names of the stack's members."""
        return [same_as(name, anchored=anchored) for name in listed(self.members)]


def same_as(name: str, *, anchored: bool) -> str:
    """The method's name; of the stack's LightGBM member that of the method which it is."""
    if name != "lightgbm":
        return name
    return "ratio_tweedie" if anchored else "tweedie"


def build(name: str, methods: Methods, *, anchored: bool, columns: Columns | None = None) -> Any:
    """A method, not yet fitted; behind an encoder where the rows are a flat table of these columns."""
    made = _plain(name, methods, anchored, columns)
    if columns is None or name == "lean":
        return made
    return Encoded(encoder(columns, _tabular(methods), linear=False), made)


def _plain(name: str, methods: Methods, anchored: bool, columns: Columns | None) -> Any:
    power = methods.power or 1.5
    if name in MEMBERS[1:]:
        trees = trees_of(methods, "tweedie", name, power)
        return Anchored("ratio", trees) if anchored else trees
    makers: dict[str, Any] = {
        "l2": lambda: trees_of(methods, "l2"),
        "log1p": lambda: Logged(trees_of(methods, "l2")),
        "log1p_median": lambda: Logged(trees_of(methods, "l1")),
        "gamma": lambda: trees_of(methods, "gamma"),
        "tweedie": lambda: trees_of(methods, "tweedie", power=power),
        "hurdle": lambda: _hurdle(methods, Logged(trees_of(methods, "l2"))),
        "ratio_l2": lambda: Anchored("ratio", trees_of(methods, "l2")),
        "ratio_tweedie": lambda: Anchored("ratio", trees_of(methods, "tweedie", power=power)),
        "ratio_gamma": lambda: Anchored("ratio", trees_of(methods, "gamma")),
        "log_ratio": lambda: Anchored("log_ratio", trees_of(methods, "l2")),
        "log_ratio_median": lambda: Anchored("log_ratio", trees_of(methods, "l1")),
        "remaining": lambda: Anchored("remaining", trees_of(methods, "tweedie", power=power)),
        "ziln": lambda: Ziln(trees_of(methods, "l2")),
        "buyers_rmsle": lambda: _hurdle(methods, Asymmetric("rmsle", methods.over, trees_of(methods, "l2"))),
        "buyers_mae": lambda: _hurdle(methods, Asymmetric("mae", methods.over, trees_of(methods, "l2"))),
        "hist_under": lambda: Resampled(
            trees_of(methods, "tweedie", power=power), HistUnder(seed=methods.boosting.seed)
        ),
        "hist_over": lambda: Resampled(trees_of(methods, "tweedie", power=power), HistOver(seed=methods.boosting.seed)),
        "lean": lambda: _lean(methods, columns),
        "stack": lambda: _stack(methods, anchored, columns),
    }
    return makers[name]()


def trees_of(methods: Methods, loss: str, library: str = "lightgbm", power: float = 1.5) -> Trees:
    """Trees of one library and loss, as the settings say."""
    b = methods.boosting
    return Trees(
        library,
        loss,
        power=power,
        rounds=b.rounds,
        learning_rate=b.learning_rate,
        leaves=b.leaves,
        min_rows=b.min_rows,
        feature_share=b.feature_share,
        row_share=b.row_share,
        l2=b.l2,
        threads=b.threads,
        seed=b.seed,
    )


def _hurdle(methods: Methods, of_buyers: Any) -> Hurdle:
    """The chance of a purchase, and what buyers bring."""
    return Hurdle(trees_of(methods, "binary"), of_buyers, threshold=methods.threshold, beta=methods.beta)


def _lean(methods: Methods, columns: Columns | None) -> Any:
    encode = None if columns is None else encoder(columns, _tabular(methods), linear=True)
    return small_table_pipeline(encode, threads=methods.boosting.threads, seed=methods.boosting.seed)


def _stack(methods: Methods, anchored: bool, columns: Columns | None) -> Stack:
    members: Sequence[tuple[str, Any]] = [
        (n, _plain(n, methods, anchored, columns)) for n in methods.stacked(anchored=anchored)
    ]
    return Stack(members, meta(methods.meta, methods.boosting.threads, methods.boosting.seed))


def _tabular(methods: Methods) -> Tabular:
    return Tabular(threads=methods.boosting.threads, seed=methods.boosting.seed)
