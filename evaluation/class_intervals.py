"""How sure the measures of classifiers are, and how far each lies from the best of them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.bootstrap import Resampled, drawn_times
from evaluation.counted_rows import OrderedRows
from evaluation.intervals import told

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
MEASURES = ("roc_auc", "average_precision", "log_loss", "brier", "accuracy", "macro_f1")
LEAST = float(np.finfo(np.float64).eps)  # of a probability whose logarithm is taken, as scikit-learn has it


def class_intervals(
    truth: Labels,
    answers: Mapping[str, Floats],
    best: str,
    groups: npt.NDArray[np.generic],
    resamples: int = 1_000,
    seed: int = 42,
) -> dict[str, Any]:
    """`MEASURES` of every answer with 95 % intervals, and the best one's differences to the others.

    The bootstrap's percentiles (Efron 1979; Efron, Tibshirani 1993, chapter 13) over groups of rows, all answers on the
    same draws. Where a draw lacks a class, what needs it is left out of that draw's mean over classes.

    Parameters
    ----------
    truth
        A class's number a row; shape (rows,).
    answers
        By name, a probability a class; shape (rows, classes).
    best
        Whose differences are told.
    groups
        Whose rows belong together, such as a visitor's; shape (rows,).
    resamples, seed
        How many draws, and what they depend on.

    Returns
    -------
    dict
        groups, draws (their numbers); measures: answer -> measure -> value, low, high, error; differences: answer ->
        measure -> the same of `best` less it. Measures are those of `evaluation.classification.class_report`.
    """
    names, codes = np.unique(groups, return_inverse=True)
    measured = [_measures(truth, p) for p in answers.values()]
    value = np.array([one(np.ones(len(truth))) for one in measured])
    draws = np.empty((resamples, len(measured), len(MEASURES)))
    for row, times in zip(draws, drawn_times(len(names), resamples, seed), strict=True):
        counted = times[codes].astype(np.float64)
        row[:] = [one(counted) for one in measured]
    at = {name: number for number, name in enumerate(answers)}
    first = at[best]
    return {
        "groups": len(names),
        "draws": resamples,
        "measures": {name: told(MEASURES, Resampled(value[n], draws[:, n])) for name, n in at.items()},
        "differences": {
            name: told(MEASURES, Resampled(value[first] - value[n], draws[:, first] - draws[:, n]))
            for name, n in at.items()
            if n != first
        },
    }


def class_shares(truth: Labels, classes: int) -> Floats:
    """(rows, classes) what anyone would say of every row: how frequent each class is."""
    shares = np.bincount(truth, minlength=classes) / max(len(truth), 1)
    return np.tile(shares, (len(truth), 1))


def _measures(truth: Labels, said: Floats) -> Callable[[Floats], Floats]:
    """`MEASURES` of rows that count some times."""
    rows, classes = said.shape
    apart = np.eye(classes)[truth]
    sides = range(1, 2) if classes == 2 else range(classes)
    orders = [OrderedRows(apart[:, n], said[:, n]) for n in sides]
    loss = -np.log(np.clip(said[np.arange(rows), truth], LEAST, 1 - LEAST))
    squares = np.sum((apart - said) ** 2, axis=1) / (2 if classes == 2 else 1)
    called = said.argmax(axis=1)
    cell, right = truth * classes + called, called == truth

    def measured(times: Floats) -> Floats:
        whole = times.sum()
        told = [
            _mean([order.area(times) for order in orders]),
            _mean([order.average_precision(times) for order in orders]),
            np.sum(times * loss) / whole,
            np.sum(times * squares) / whole,
            np.sum(times * right) / whole,
            _macro_f1(np.bincount(cell, times, classes**2).astype(np.float64).reshape(classes, classes)),
        ]
        return np.array(told, np.float64)

    return measured


def _macro_f1(confused: Floats) -> float:
    """The mean F1 of the classes that there are; rows of the table are true, its columns called."""
    there = confused.sum(axis=1) > 0
    both = confused.sum(axis=1) + confused.sum(axis=0)
    return float(np.mean(2 * np.diag(confused)[there] / both[there]))


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return sum(known) / len(known) if known else float("nan")
