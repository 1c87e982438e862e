"""LightGBM the same way everywhere: reproducible training, early stopping on our own measure, text files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt

from data.checks import check_at_least, check_at_most, check_share
from data.progress import rounds_told
from data.sound import opening
from learning.lightgbm_text import sound_text

Floats = npt.NDArray[np.float32]
Measure = Callable[[npt.NDArray[np.float64]], float]


@dataclass(frozen=True)
class Boosting:
    """How trees are grown.

    Parameters
    ----------
    rounds
        Trees at most.
    patience
        Rounds without a gain on the `stop` part after which training ends.
    learning_rate
        What a tree adds.
    leaves
        A tree's leaves at most.
    min_rows
        A leaf's rows at least.
    feature_share
        Share of the features that a tree may split on.
    row_share
        Share of the rows that a tree sees. (Whole queries, LightGBM's `bagging_by_query`, would differ from run to
        run with more than one thread, as of 4.7.)
    l2
        Regularisation of leaf values.
    threads
        Fixed, and written into the model's text; the trees are the same with any number. Boosters that learn side
        by side must all be given the same one: LightGBM holds it once a process, and sizes each booster's buffers by
        it.
    seed
        Of all of LightGBM's random choices.
    """

    rounds: int = 300
    patience: int = 40
    learning_rate: float = 0.06
    leaves: int = 31
    min_rows: int = 50
    feature_share: float = 0.7
    row_share: float = 0.8
    l2: float = 5.0
    threads: int = 2
    seed: int = 42

    def __post_init__(self) -> None:
        check_at_least(self, 1, "rounds", "patience", "min_rows", "threads")
        check_at_least(self, 2, "leaves")
        check_at_most(self, 131_072, "leaves")  # LightGBM's own limit
        check_at_most(self, 1_024, "threads")
        check_at_most(self, 10, "learning_rate")
        check_at_most(self, 1e9, "l2")
        if self.learning_rate <= 0:
            raise ValueError(f"`learning_rate` must be above 0, got {self.learning_rate}.")
        if self.l2 < 0:
            raise ValueError(f"`l2` must be 0 or more, got {self.l2}.")
        check_share(self, "feature_share", "row_share")

    def parameters(self) -> dict[str, Any]:
        """LightGBM's own names, with what makes two runs give the same trees."""
        return {
            "learning_rate": self.learning_rate,
            "num_leaves": self.leaves,
            "min_data_in_leaf": self.min_rows,
            "feature_fraction": self.feature_share,
            "bagging_fraction": self.row_share,
            "bagging_freq": 0 if self.row_share == 1 else 1,
            "lambda_l2": self.l2,
            "num_threads": self.threads,
            "seed": self.seed,
            "deterministic": True,
            "force_col_wise": True,
            "verbosity": -1,
            "metric": "None",
        }


def boost(train: lgb.Dataset, parameters: dict[str, Any], boosting: Boosting, rounds: int) -> lgb.Booster:
    """Grow a fixed number of trees.

    Parameters
    ----------
    train
        The rows to learn from.
    parameters
        The objective and its own parameters, over `boosting.parameters()`.
    boosting
        The trees.
    rounds
        How many; 0 gives a model that scores every row 0.
    """
    settings = boosting.parameters() | parameters
    if rounds == 0:  # which lgb.train refuses
        return lgb.Booster(settings, train)
    return lgb.train(settings, train, num_boost_round=rounds, callbacks=[*rounds_told(rounds)])


def boost_until(
    train: lgb.Dataset, parameters: dict[str, Any], boosting: Boosting, stop: lgb.Dataset, measure: Measure
) -> tuple[lgb.Booster, float]:
    """Grow trees until a measure no longer rises.

    Parameters
    ----------
    train, parameters, boosting
        As in `boost`.
    stop
        Rows that are scored after each round.
    measure
        What their scores are worth; higher is better.

    Returns
    -------
    tuple
        The trees, cut back to the best round, and the measure there.
    """
    booster = lgb.train(
        boosting.parameters() | parameters,
        train,
        num_boost_round=boosting.rounds,
        valid_sets=[stop],
        feval=lambda scores, _: ("measure", measure(scores), True),
        callbacks=[lgb.early_stopping(boosting.patience, verbose=False), *rounds_told(boosting.rounds)],
    )
    # written and read again, so that a fresh model and a loaded one are the same trees
    best = lgb.Booster(model_str=booster.model_to_string(num_iteration=booster.best_iteration))
    return best, float(booster.best_score["valid_0"]["measure"])


def learning_curve(
    train: lgb.Dataset,
    parameters: dict[str, Any],
    boosting: Boosting,
    watched: lgb.Dataset,
    measure: Measure,
    rounds: int,
) -> npt.NDArray[np.float64]:
    """The measure of the watched rows' scores after each of `rounds` rounds: array of that length."""
    curve: dict[str, dict[str, list[float]]] = {}
    lgb.train(
        boosting.parameters() | parameters,
        train,
        num_boost_round=rounds,
        valid_sets=[watched],
        valid_names=["watched"],
        feval=lambda scores, _: ("measure", measure(scores), True),
        callbacks=[lgb.record_evaluation(curve), *rounds_told(rounds)],
    )
    return np.array(curve["watched"]["measure"])


def save_model(booster: lgb.Booster, path: Path) -> None:
    """Write the trees in LightGBM's text form."""
    path.write_text(booster.model_to_string())


def load_model(path: Path) -> lgb.Booster:
    """Read trees; text, so that loading a file cannot run code.

    Raises
    ------
    AisleError
        If they are no trees, or lead out of themselves.
    """
    with opening(path):
        return lgb.Booster(model_str=sound_text(path.read_text()))


def importance(booster: lgb.Booster, names: Sequence[str]) -> dict[str, float]:
    """Gain a feature, largest first, ties by name."""
    gains = dict(zip(names, booster.feature_importance("gain").tolist(), strict=True))
    return dict(sorted(gains.items(), key=lambda item: (-item[1], item[0])))
