"""Rows as methods take them: the matrix, the folds, and the settings that are found before methods are compared."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from learning.boosting import Boosting
from value.money.config import ValueConfig
from value.money.folds import Fold, forward_folds, group_folds
from value.money.forward_in_time import ForwardAnswers, forward_answers
from value.money.frame import Frame
from value.money.methods import Methods, build, same_as
from value.money.out_of_fold import out_of_fold
from value.money.rows import ValueRows
from value.money.tuning import tune

Floats = npt.NDArray[np.float64]
Report = Callable[[str], None]
ANCHORS = 0.5  # share of the rows with something in them from which on methods anchor on the value so far
POWERS = (1.2, 1.5, 1.8)


@dataclass(frozen=True)
class TrainingData:
    """Rows as methods take them.

    Parameters
    ----------
    rows
        As they came.
    frame, matrix
        Their features.
    folds
        Of whole groups.
    names
        The methods that are compared.
    methods
        Their settings, the Tweedie power found.
    """

    rows: ValueRows
    frame: Frame
    matrix: Any
    folds: list[Fold]
    names: list[str]
    methods: Methods

    def method(self, name: str) -> Any:
        """A method, not yet fitted."""
        return build(name, self.methods, anchored=self.frame.anchored, columns=self.frame.columns)

    def with_trees(self, boosting: Boosting) -> "TrainingData":
        """The same with other trees."""
        return replace(self, methods=replace(self.methods, boosting=boosting))

    def out_of_fold(self, names: list[str], folds: list[Fold], report: Report = lambda _: None) -> dict[str, Floats]:
        """The columns of some methods."""
        some = {name: self.method(name) for name in names}
        return out_of_fold(some, self.matrix, self.rows.target, folds, self.rows.group, self.rows.weight, report)


def later_rows(training: TrainingData, names: list[str], number: int, report: Report) -> ForwardAnswers | None:
    """Ask methods forward in time, in so many stretches; null where rows have no time or are too few."""
    time = training.rows.time
    folds = [] if time is None or not number else forward_folds(time, number)
    if not folds:
        return None
    return forward_answers(training.out_of_fold(names, folds, report), training.rows.target, folds)


def prepare(rows: ValueRows, config: ValueConfig, categories: tuple[str, ...] = ()) -> TrainingData:
    """Rows as methods take them, and the methods that they allow."""
    anchored = rows.so_far is not None and float(np.mean(rows.so_far > 0)) >= ANCHORS
    frame = Frame.of(rows.features, anchored=anchored, categories=categories)
    matrix = frame(rows.features, rows.so_far)
    folds = group_folds(rows.group, config.folds)
    found = config.methods
    if not found.power:
        found = replace(found, power=_power(rows, frame, matrix, folds, config))
    return TrainingData(rows, frame, matrix, folds, found.chosen(rows.height, anchored=anchored), found)


def searched(
    training: TrainingData, config: ValueConfig, studies: Path | None
) -> tuple[TrainingData, ValueConfig, dict[str, Any]]:
    """The data and the configuration with searched trees, and what was found."""
    name = config.searched or same_as("lightgbm", anchored=training.frame.anchored)

    def make(boosting: Boosting) -> Any:
        return training.with_trees(boosting).method(name)

    with tempfile.TemporaryDirectory() as folder:
        storage = studies or Path(folder) / "study.sqlite"
        tuned = tune(name, make, training.matrix, training.rows, training.folds, config, storage)
    config = replace(config, methods=replace(config.methods, boosting=tuned.boosting))
    return training.with_trees(tuned.boosting), config, tuned.about


def _power(rows: ValueRows, frame: Frame, matrix: Any, folds: list[Fold], config: ValueConfig) -> float:
    """The Tweedie power of the least squared error on the first two folds."""
    name = same_as("lightgbm", anchored=frame.anchored)
    tried = {}
    for power in POWERS:
        one = build(name, replace(config.methods, power=power), anchored=frame.anchored, columns=frame.columns)
        said = out_of_fold({name: one}, matrix, rows.target, folds[:2], rows.group, rows.weight)[name]
        judged = ~np.isnan(said)
        tried[power] = float(np.mean((said[judged] - rows.target[judged]) ** 2))
    return min(tried, key=lambda power: tried[power])
