"""From rows to a value model: all methods out of fold, the best recipe for each output, and a fit on all rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.classification import probability_measures
from evaluation.value import decile_table, value_metrics
from value.answering import PART, fit_method, out_of_fold
from value.choosing import Chosen, as_json, choose, worse
from value.config import ValueConfig
from value.fitted import BUYER, ValueModel, asked_methods
from value.folds import Fold, forward_folds, group_folds
from value.frame import Frame
from value.intervals import Intervals, measured_coverage
from value.methods import build, same_as
from value.output import Output
from value.recipes import Aim, levelled
from value.rows import ValueRows

Floats = npt.NDArray[np.float64]
Report = Callable[[str], None]
ANCHORS = 0.5  # share of the rows with something in them from which on methods anchor on the value so far
POWERS = (1.2, 1.5, 1.8)


@dataclass(frozen=True)
class Lesson:
    """Rows as methods take them.

    Parameters
    ----------
    rows
        As they came.
    frame, matrix
        Their features.
    folds
        Of whole groups.
    methods
        Unfitted, by name.
    """

    rows: ValueRows
    frame: Frame
    matrix: Any
    folds: list[Fold]
    methods: dict[str, Any]

    def out_of_fold(self, names: list[str], folds: list[Fold], report: Report = lambda _: None) -> dict[str, Floats]:
        """The columns of some methods."""
        some = {name: self.methods[name] for name in names}
        return out_of_fold(some, self.matrix, self.rows.target, folds, self.rows.group, self.rows.weight, report)


def learn(
    rows: ValueRows, how: ValueConfig, *, categories: tuple[str, ...] = (), report: Report = lambda _: None
) -> ValueModel:
    """Compare all methods out of fold, choose the three outputs, and fit what they ask on all rows.

    Parameters
    ----------
    rows
        To learn from.
    how
        The methods and how outputs are chosen.
    categories
        Features of numbers that are names.
    report
        Called with a line before something that takes long.

    Returns
    -------
    ValueModel
        Its `report` holds baselines, methods and recipes with their measures out of fold.

    Raises
    ------
    ValueError
        If the rows cannot be learnt from: no feature, fewer than two groups, or no value at all.
    """
    if not rows.height or rows.target.sum() <= 0:
        raise ValueError(f"`target` must be above 0 somewhere, got {rows.height} rows that are worth nothing.")
    lesson = prepare(rows, how, categories)
    columns = lesson.out_of_fold(list(lesson.methods), lesson.folds, report)
    stacked = [name for name in how.methods.stacked(anchored=lesson.frame.anchored) if name in columns]
    chosen = choose(columns, rows.target, lesson.folds, stacked, how)
    outputs = {aim: one.output for aim, one in chosen.items()}
    purchase = _constant(rows.target)
    report("levels")
    outputs, forward = _at_level(lesson, outputs, how)
    report("the chosen methods on all rows")
    group, weight = rows.group, rows.weight
    fitted = {
        name: fit_method(_named(lesson, name, how), lesson.matrix, rows.target, group, weight)
        for name in asked_methods(outputs, purchase)
    }
    return _finish(lesson, fitted, columns, chosen, outputs, purchase, forward, how)


def prepare(rows: ValueRows, how: ValueConfig, categories: tuple[str, ...] = ()) -> Lesson:
    """Rows as methods take them, and the methods that they allow."""
    anchored = rows.so_far is not None and float(np.mean(rows.so_far > 0)) >= ANCHORS
    frame = Frame.of(rows.features, anchored=anchored, categories=categories)
    matrix = frame(rows.features, rows.so_far)
    folds = group_folds(rows.group, how.folds)
    found = how.methods if how.methods.power else replace(how.methods, power=_power(rows, frame, matrix, folds, how))
    names = found.chosen(rows.height, anchored=anchored)
    methods = {name: build(name, found, anchored=anchored, columns=frame.columns) for name in names}
    return Lesson(rows, frame, matrix, folds, methods)


def _power(rows: ValueRows, frame: Frame, matrix: Any, folds: list[Fold], how: ValueConfig) -> float:
    """The Tweedie power of the least squared error on the first two folds."""
    name = same_as("lightgbm", anchored=frame.anchored)
    tried = {}
    for power in POWERS:
        one = build(name, replace(how.methods, power=power), anchored=frame.anchored, columns=frame.columns)
        said = out_of_fold({name: one}, matrix, rows.target, folds[:2], rows.group, rows.weight)[name]
        judged = ~np.isnan(said)
        tried[power] = float(np.mean((said[judged] - rows.target[judged]) ** 2))
    return min(tried, key=lambda power: tried[power])


def _at_level(
    lesson: Lesson, outputs: Mapping[Aim, Output], how: ValueConfig
) -> tuple[dict[Aim, Output], dict[str, Any] | None]:
    """The outputs at the level of later rows by earlier ones, and their measures there; as they are without time."""
    time = lesson.rows.time
    folds = [] if time is None or not how.forward else forward_folds(time, how.forward)
    if not folds:
        return dict(outputs), None
    columns = lesson.out_of_fold(asked_methods(outputs, 1.0), folds)
    judged = np.concatenate([outside for _, outside in folds])
    truth = lesson.rows.target[judged]
    seen = {name: said[judged] for name, said in columns.items()}
    found = {aim: levelled(output, aim, seen, truth) for aim, output in outputs.items()}
    about = {aim: value_metrics(truth, output(seen)) for aim, output in outputs.items()}
    parts = [
        {
            aim: value_metrics(lesson.rows.target[b], o({n: s[b] for n, s in columns.items()}))
            for aim, o in outputs.items()
        }
        for _, b in folds
    ]
    return found, {"rows": len(judged), "before_levels": about, "by_fold": parts}


def _named(lesson: Lesson, name: str, how: ValueConfig) -> Any:
    if name in lesson.methods:
        return lesson.methods[name]
    return build(name, how.methods, anchored=lesson.frame.anchored, columns=lesson.frame.columns)


def _finish(
    lesson: Lesson,
    fitted: Mapping[str, Any],
    columns: Mapping[str, Floats],
    chosen: Mapping[Aim, Chosen],
    outputs: Mapping[Aim, Output],
    purchase: float | None,
    forward: dict[str, Any] | None,
    how: ValueConfig,
) -> ValueModel:
    """The model with its intervals and all its tables."""
    rows, truth = lesson.rows, lesson.rows.target
    rising = rows.so_far is not None and bool((truth >= rows.so_far * (1 - 1e-9)).all())
    least = rows.so_far if rising else None
    level = outputs["expected_value"].factor / chosen["expected_value"].output.factor
    expected = chosen["expected_value"].out_of_fold * level
    expected = expected if least is None else np.maximum(expected, least)
    told = {aim: one.out_of_fold for aim, one in chosen.items()}
    money = {name: said for name, said in columns.items() if not name.endswith(f"{PART}p")}
    p = columns.get(f"{BUYER}{PART}p")
    about = {
        "rows": rows.height,
        "groups": len(np.unique(rows.group)),
        "share_above_0": float(np.mean(truth > 0)),
        "optimize": how.optimize,
        "winner": _winner(chosen, how),
        "baselines": {name: value_metrics(truth, said) for name, said in baselines(rows).items()},
        "methods": {name: value_metrics(truth, said) for name, said in money.items()},
        "outputs": {aim: value_metrics(truth, said) for aim, said in told.items()},
        "chosen": as_json(chosen),
        "levels": {aim: {"factor": o.factor, "shift": o.shift} for aim, o in outputs.items()},
        "forward": forward,
        "deciles": decile_table(truth, told["expected_value"]),
        "intervals": measured_coverage(expected, truth, lesson.folds, how.coverage, least),
        "purchase": None if p is None or purchase is not None else probability_measures(truth > 0, p),
    }
    intervals = Intervals.fit(expected, truth, how.coverage)
    named = {str(aim): output for aim, output in outputs.items()}
    return ValueModel(lesson.frame, dict(fitted), named, intervals, purchase, rising, about)


def baselines(rows: ValueRows) -> dict[str, Floats]:
    """The naive answers: all zeros, the mean, and those that came with the rows."""
    constant = {"all_zeros": np.zeros(rows.height), "mean": np.full(rows.height, rows.target.mean())}
    return constant | dict(rows.known)


def _winner(chosen: Mapping[Aim, Chosen], how: ValueConfig) -> dict[str, Any]:
    """The output and the recipe that are best for the named measure."""
    aims: dict[str, Aim] = {"mae": "mae_value", "rmsle": "rmsle_value"}
    aim = aims.get(how.optimize, "expected_value")
    one = chosen[aim]
    best = min(one.table, key=lambda name: worse(one.metric, one.table[name][one.metric]))
    return {"output": aim, "recipe": best, "metric": one.metric, "value": one.table[best][one.metric]}


def _constant(truth: Floats) -> float | None:
    buys = truth > 0
    return float(buys[0]) if buys.all() or not buys.any() else None


__all__ = ["ValueConfig", "ValueModel", "baselines", "learn"]
