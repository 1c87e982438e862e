"""From rows to a value model: all methods out of fold, the best recipe for each output, and a fit on all rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from evaluation.classification import probability_measures
from evaluation.value import decile_table, value_metrics
from value.money.choosing import Chosen, as_json, choose
from value.money.config import ValueConfig
from value.money.fitted import BUYER, ValueModel, asked_methods
from value.money.intervals import Intervals, measured_coverage
from value.money.out_of_fold import PART, fit_method
from value.money.output import Output
from value.money.recipes import Aim
from value.money.rows import ValueRows
from value.money.training_data import TrainingData, later_rows, prepare, searched

Floats = npt.NDArray[np.float64]
Report = Callable[[str], None]
HURDLED = "log1p"  # the method that a hurdle's value of buyers is learnt by


@dataclass(frozen=True)
class Learnt:
    """A model and what its outputs say of the rows it was learnt from, each by methods that had not seen it.

    Parameters
    ----------
    model
        Fitted on all rows.
    out_of_fold
        A column an output, in the rows' order; with `purchase_probability` where not everyone buys.
    """

    model: ValueModel
    out_of_fold: pl.DataFrame


def learn(rows: ValueRows, config: ValueConfig, *, studies: Path | None = None) -> ValueModel:
    """The model of `learn_and_judge`."""
    return learn_and_judge(rows, config, studies=studies).model


def learn_and_judge(
    rows: ValueRows,
    config: ValueConfig,
    *,
    categories: tuple[str, ...] = (),
    studies: Path | None = None,
    report: Report = lambda _: None,
) -> Learnt:
    """Compare all methods out of fold, choose the three outputs, and fit what they ask on all rows.

    Parameters
    ----------
    rows
        To learn from.
    config
        The methods and how outputs are chosen.
    categories
        Features of numbers that are names.
    studies
        The sqlite file of searches, where one is asked for; null for one that is forgotten.
    report
        Called with a line before something that takes long.

    Returns
    -------
    Learnt
        The model's `report` holds baselines, methods and recipes with their measures out of fold.

    Raises
    ------
    ValueError
        If the rows cannot be learnt from: no feature, fewer than two groups, or no value at all.
    """
    if not rows.height or rows.target.sum() <= 0:
        raise ValueError(f"`target` must be above 0 somewhere, got {rows.height} rows that are worth nothing.")
    training = prepare(rows, config, categories)
    tuned = None
    if config.search.trials:
        report("a search for settings")
        training, config, tuned = searched(training, config, studies)
    purchase = _constant(rows.target)
    doubled = purchase is not None and {BUYER, HURDLED} <= set(training.names)
    names = [name for name in training.names if name != BUYER or not doubled]
    columns = training.out_of_fold(names, training.folds, report)
    later = later_rows(training, names, config.forward, lambda name: report(f"{name}, forward in time"))
    stacked = [name for name in config.methods.stacked(anchored=training.frame.anchored) if name in columns]
    chosen = choose(columns, rows.target, training.folds, stacked, config, later)
    outputs = {aim: one.output for aim, one in chosen.items()}
    forward = None if later is None else later.about(outputs)
    if later is not None:
        outputs = {aim: later.level(output, aim) for aim, output in outputs.items()}
    report("the chosen methods on all rows")
    group, weight = rows.group, rows.weight
    fitted = {
        name: fit_method(training.method(name), training.matrix, rows.target, group, weight)
        for name in asked_methods(outputs, purchase)
    }
    if doubled:  # where everyone buys, a hurdle is what stands behind it
        columns |= {name.replace(HURDLED, BUYER): said for name, said in columns.items() if _is_of(name, HURDLED)}
    model = _finish(training, fitted, columns, chosen, outputs, purchase, forward, config)
    model = replace(model, report={**model.report, "tuned": tuned})
    return Learnt(model, _judged(chosen, columns))


def _judged(chosen: Mapping[Aim, Chosen], columns: Mapping[str, Floats]) -> pl.DataFrame:
    p = columns.get(f"{BUYER}{PART}p")
    first = {} if p is None else {"purchase_probability": p}
    return pl.DataFrame(first | {str(aim): one.out_of_fold for aim, one in chosen.items()})


def _finish(
    training: TrainingData,
    fitted: Mapping[str, Any],
    columns: Mapping[str, Floats],
    chosen: Mapping[Aim, Chosen],
    outputs: Mapping[Aim, Output],
    purchase: float | None,
    forward: dict[str, Any] | None,
    config: ValueConfig,
) -> ValueModel:
    """The model with its intervals and all its tables."""
    rows, truth = training.rows, training.rows.target
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
        "optimize": config.optimize,
        "winner": _winner(chosen, config),
        "baselines": {name: value_metrics(truth, said) for name, said in baselines(rows).items()},
        "methods": {name: value_metrics(truth, said) for name, said in money.items()},
        "outputs": {aim: value_metrics(truth, said) for aim, said in told.items()},
        "chosen": as_json(chosen),
        "levels": {aim: {"factor": o.factor, "shift": o.shift} for aim, o in outputs.items()},
        "forward": forward,
        "deciles": decile_table(truth, told["expected_value"]),
        "intervals": measured_coverage(expected, truth, training.folds, config.coverage, least),
        "purchase": None if p is None or purchase is not None else probability_measures(truth > 0, p),
    }
    intervals = Intervals.fit(expected, truth, config.coverage)
    named = {str(aim): output for aim, output in outputs.items()}
    return ValueModel(training.frame, dict(fitted), named, intervals, purchase, rising, about)


def baselines(rows: ValueRows) -> dict[str, Floats]:
    """The naive answers: all zeros, the mean, and those that came with the rows."""
    constant = {"all_zeros": np.zeros(rows.height), "mean": np.full(rows.height, rows.target.mean())}
    return constant | dict(rows.known)


def _winner(chosen: Mapping[Aim, Chosen], config: ValueConfig) -> dict[str, Any]:
    """The output and the recipe that are best for the named measure."""
    aims: dict[str, Aim] = {"mae": "mae_value", "rmsle": "rmsle_value"}
    aim = aims.get(config.optimize, "expected_value")
    one = chosen[aim]
    best = one.output.name
    return {"output": aim, "recipe": best, "metric": one.metric, "value": one.table[best][one.metric]}


def _is_of(column: str, method: str) -> bool:
    return column.partition(PART)[0] == method


def _constant(truth: Floats) -> float | None:
    buys = truth > 0
    return float(buys[0]) if buys.all() or not buys.any() else None


__all__ = ["ValueConfig", "ValueModel", "baselines", "learn"]
