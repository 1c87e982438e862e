"""Ways to make one output of the methods' columns, each fitted on rows that the methods have not learnt from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from value.money.folds import Fold
from value.money.meta_models import meta
from value.money.out_of_fold import PART
from value.money.output import Output, mean_of, weighted_median

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]
Aim = Literal["expected_value", "rmsle_value", "mae_value"]
AIMS: tuple[Aim, ...] = ("expected_value", "rmsle_value", "mae_value")
UNUSED = ("p",)  # outputs that are no money
LOGGED = {"expected_value": False, "rmsle_value": True, "mae_value": True}
WIDEST, NARROWEST = 5.0, 0.2  # how far a level may move an output


@dataclass(frozen=True)
class Recipe:
    """A way to make an output: `fit(columns, truth)` gives it, levelled for its aim."""

    name: str
    fit: Callable[[Columns, Floats], Output]


def recipes(
    aim: Aim,
    columns: Sequence[str],
    stacked: Sequence[str],
    final: str,
    *,
    alone: bool = False,
    most: int | None = None,
    asked: Sequence[str] = (),
) -> list[Recipe]:
    """The recipes that an aim chooses from.

    Parameters
    ----------
    aim
        The output, which says on which scale columns are summed and how their level is found.
    columns
        The names of the methods' columns.
    stacked
        Those under the stack.
    final
        The stack's meta-model, if linear.
    alone
        Single columns only, nothing mixed.
    most
        Columns that the weights of 0 or more keep.
    asked
        Columns that other outputs ask already: weights of 0 or more are found over them alone, too.
    """
    money = [name for name in columns if name.rpartition(PART)[2] not in UNUSED or PART not in name]
    logged = LOGGED[aim]
    found = [_single(aim, name, logged) for name in money]
    if alone or len(money) < 2:
        return found
    for title, some in _groups(money, logged).items():
        if len(some) > 1:
            found.append(_mean(aim, title, some, logged))
    mixed = money if logged else [name for name in money if PART not in name]  # others are no means of money
    if len(mixed) > 1:
        found.append(_weighted(aim, "non-negative weights", mixed, "nnls", logged, most))
    known = [name for name in mixed if name in asked]
    if 1 < len(known) < len(mixed):
        found.append(_weighted(aim, "non-negative weights of those asked", known, "nnls", logged, most))
    if not logged and len(stacked) > 1 and final != "trees":
        found.append(_weighted(aim, f"stack ({final})", stacked, final, logged))
    return found


def levelled(output: Output, aim: Aim, columns: Columns, truth: Floats) -> Output:
    """The output at the level that suits its aim on these rows.

    expected_value: the sums of promised and true value agree. rmsle_value: the means of the logarithms do, by a shift.
    mae_value: the factor of least absolute error, a weighted median of truth over promise. A level moves money by a
    factor of 5 at most.
    """
    plain = output(columns)
    if aim == "rmsle_value":
        shift = float(np.mean(np.log1p(truth) - np.log1p(plain))) if len(truth) else 0.0
        return replace(output, shift=output.shift + float(np.clip(shift, np.log(NARROWEST), np.log(WIDEST))))
    some = plain > 0
    if not some.any() or truth.sum() <= 0:
        return output
    if aim == "expected_value":
        factor = float(truth.sum() / plain.sum())
    else:
        factor = weighted_median(truth[some] / plain[some], plain[some])
        factor = factor if factor > 0 else 1.0  # most rows are worth 0, which a factor cannot say
    return replace(output, factor=output.factor * float(np.clip(factor, NARROWEST, WIDEST)))


def cross_fitted(recipe: Recipe, columns: Columns, truth: Floats, folds: Sequence[Fold]) -> Floats:
    """What a recipe says of each fold's judged rows, fitted on those of the other folds; NaN elsewhere."""
    found = np.full(len(truth), np.nan)
    judged = np.concatenate([outside for _, outside in folds])
    for _, outside in folds:
        rest = np.setdiff1d(judged, outside)
        output = recipe.fit({name: said[rest] for name, said in columns.items()}, truth[rest])
        found[outside] = output({name: said[outside] for name, said in columns.items()})
    return found


def _single(aim: Aim, name: str, logged: bool) -> Recipe:
    return Recipe(name, lambda columns, truth: levelled(mean_of(name, [name], logged=logged), aim, columns, truth))


def _mean(aim: Aim, title: str, some: Sequence[str], logged: bool) -> Recipe:
    return Recipe(title, lambda columns, truth: levelled(mean_of(title, some, logged=logged), aim, columns, truth))


def _weighted(aim: Aim, title: str, some: Sequence[str], final: str, logged: bool, most: int | None = None) -> Recipe:
    def fit(columns: Columns, truth: Floats) -> Output:
        said = np.column_stack([np.log1p(columns[name]) if logged else columns[name] for name in some])
        model = meta(final)
        if final == "nnls":
            model.set_params(even=logged, most=most)
        unit = 1.0 if logged else float(truth.mean()) or 1.0  # so that ridge's penalty does not depend on the currency
        model.fit(said / unit, (np.log1p(truth) if logged else truth) / unit)
        weights = {name: float(w) for name, w in zip(some, np.ravel(model.coef_), strict=True) if w != 0}
        weights = weights or {some[0]: 1.0}
        return levelled(Output(title, weights, logged, float(model.intercept_) * unit), aim, columns, truth)

    return Recipe(title, fit)


def _groups(money: Sequence[str], logged: bool) -> dict[str, list[str]]:
    """Sets of columns whose plain mean is tried."""
    ratios = [n for n in money if n in ("ratio_l2", "ratio_tweedie", "ratio_gamma", "xgboost", "catboost")]
    logs = [n for n in money if n.endswith(f"{PART}log")]
    means = [n for n in money if PART not in n]
    anchored = [n for n in money if n.startswith(("ratio", "log_ratio")) and n.endswith(f"{PART}log") is logged]
    return {
        "mean of BTYD and anchored": [n for n in means if n in ("btyd_season", "ratio_tweedie")],
        "mean of BTYD and Tweedie": [n for n in means if n in ("btyd_season", "tweedie")],
        "mean of linked": [n for n in means if n in ("gamma", "tweedie", "ratio_gamma", "ratio_tweedie")],
        "mean of ratios": ratios if "ratio_l2" in ratios else [],
        "mean of anchored": anchored,
        "mean of logs": logs if logged else [],
        "mean of log and log ratio": [n for n in logs if logged and n in (f"log1p{PART}log", f"log_ratio{PART}log")],
        "mean of all": means,
    }
