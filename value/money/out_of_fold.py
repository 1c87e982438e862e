"""What methods say of rows that they have not learnt from, fold by fold."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone

from value.money.chance import rows_of
from value.money.folds import Fold
from value.money.frame import Encoded, outputs_of
from value.money.hurdle import Hurdle
from value.money.stack import Stack

Floats = npt.NDArray[np.float64]
Columns = dict[str, Floats]
PART = "__"  # between a method's name and that of an output which is not its mean


def fit_method(
    method: Any,
    X: Any,
    y: Floats,
    groups: npt.NDArray[Any] | None = None,
    weight: Floats | None = None,
) -> Any:
    """A fitted copy of a method; groups and weights go to those that take them."""
    inner = method.model if isinstance(method, Encoded) else method
    more: dict[str, Any] = {}
    if groups is not None and isinstance(inner, (Hurdle, Stack)):
        more["groups"] = groups
    if weight is not None and not isinstance(inner, Stack):
        more["sample_weight"] = weight
    return clone(method).fit(X, y, **more)


def columns_of_method(name: str, fitted: Any, X: Any) -> Columns:
    """A fitted method's columns: `name` for its mean, `name__log` and the like for its other outputs."""
    return {name if out == "mean" else f"{name}{PART}{out}": said for out, said in outputs_of(fitted, X).items()}


def out_of_fold(
    methods: Mapping[str, Any],
    X: Any,
    y: Floats,
    folds: Sequence[Fold],
    groups: npt.NDArray[Any] | None = None,
    weight: Floats | None = None,
    report: Callable[[str], None] = lambda _: None,
) -> Columns:
    """Each judged row's columns by methods that were fitted without it; NaN for rows that no fold judges.

    Parameters
    ----------
    methods
        Unfitted estimators by name.
    X, y
        (rows, features) and (rows,).
    folds
        (taught, judged) positions.
    groups, weight
        (rows,), for methods that take them.
    report
        Called with a method's name before it is fitted.
    """
    found: Columns = {}
    for name, method in methods.items():
        report(name)
        for inside, outside in folds:
            part = None if groups is None else groups[inside]
            counts = None if weight is None else weight[inside]
            fitted = fit_method(method, rows_of(X, inside), y[inside], part, counts)
            for column, said in columns_of_method(name, fitted, rows_of(X, outside)).items():
                found.setdefault(column, np.full(len(y), np.nan))[outside] = said
    return found
