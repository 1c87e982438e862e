"""Settings of the trees by an Optuna study, on the same folds that methods are compared on."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import optuna
from optuna.distributions import FloatDistribution, IntDistribution

from evaluation.value import value_metrics
from learning.boosting import Boosting
from learning.study import Settings, Space, best_of, search
from value.money.chance import rows_of
from value.money.choosing import metric_of, worse
from value.money.config import ValueConfig
from value.money.folds import Fold
from value.money.out_of_fold import columns_of_method, fit_method
from value.money.output import mean_of
from value.money.recipes import LOGGED, Aim, levelled
from value.money.rows import ValueRows

Floats = npt.NDArray[np.float64]
Build = Callable[[Boosting], Any]
AIM_OF: dict[str, Aim] = {"mae": "mae_value", "rmsle": "rmsle_value"}


@dataclass(frozen=True)
class Tuned:
    """What a search has found.

    Parameters
    ----------
    boosting
        The settings of the best trial.
    about
        Method, measure, the number of finished trials, and what the given and the best settings are worth.
    """

    boosting: Boosting
    about: dict[str, Any]


def space_of(boosting: Boosting) -> Space:
    """What may be tried, around the given settings."""
    return {
        "rounds": IntDistribution(max(10, boosting.rounds // 3), boosting.rounds * 3, log=True),
        "learning_rate": FloatDistribution(boosting.learning_rate / 3, boosting.learning_rate * 3, log=True),
        "leaves": IntDistribution(4, max(8, boosting.leaves * 3), log=True),
        "min_rows": IntDistribution(5, max(10, boosting.min_rows * 4), log=True),
        "feature_share": FloatDistribution(0.2, 1.0),
        "row_share": FloatDistribution(0.5, 1.0),
        "l2": FloatDistribution(0.1, 50.0, log=True),
    }


def tune(
    method: str,
    build: Build,
    X: Any,
    rows: ValueRows,
    folds: list[Fold],
    config: ValueConfig,
    storage: Path,
) -> Tuned:
    """Search a method's settings; the given ones are the first trial.

    Parameters
    ----------
    method, build
        Its name, and the method with given trees.
    X, rows, folds
        The rows and how they are parted. After each fold the measure so far is reported, so that hopeless trials end.
    config
        The search and the measure.
    storage
        The sqlite file that remembers trials; a study of other rows or other fixed settings has another name in it.
    """
    given = config.methods.boosting
    space = space_of(given)
    first = {name: getattr(given, name) for name in space}
    objective = _objective(method, build, X, rows, folds, config)
    tried = search(objective, space, storage, config.search, name=study_name(method, rows, config), first=first)
    best = best_of(tried)
    about = {
        "method": method,
        "metric": metric_of(_aim(config), config),
        "finished": len(tried),
        "given": tried[0].notes["value"],
        "best": best.notes["value"],
        "settings": best.settings,
    }
    return Tuned(with_settings(given, best.settings), about)


def with_settings(boosting: Boosting, settings: Mapping[str, Any]) -> Boosting:
    """The trees with some settings replaced."""
    return replace(boosting, **settings)


def study_name(method: str, rows: ValueRows, config: ValueConfig) -> str:
    """A study's name: the fingerprint of all that its trials depend on, whatever their number."""
    fixed = (
        method,
        config.methods,
        config.optimize,
        config.folds,
        replace(config.search, trials=0),
        rows.features.schema,
    )
    held = hashlib.sha256(repr(fixed).encode())
    held.update(np.ascontiguousarray(rows.target).tobytes())
    held.update(rows.features.write_ipc(None).getvalue())
    return held.hexdigest()


def _objective(
    method: str, build: Build, X: Any, rows: ValueRows, folds: list[Fold], config: ValueConfig
) -> Callable[[Settings, optuna.Trial], float]:
    aim = _aim(config)
    metric = metric_of(aim, config)

    def worth(settings: Settings, trial: optuna.Trial) -> float:
        made = build(with_settings(config.methods.boosting, settings))
        said, truth = np.zeros(0), np.zeros(0)
        for step, (inside, outside) in enumerate(folds):
            weight = None if rows.weight is None else rows.weight[inside]
            fitted = fit_method(made, rows_of(X, inside), rows.target[inside], rows.group[inside], weight)
            columns = columns_of_method(method, fitted, rows_of(X, outside))
            said, truth = np.r_[said, _answer(method, columns, aim)], np.r_[truth, rows.target[outside]]
            value = value_metrics(truth, _level(said, aim, truth))[metric]
            trial.report(-worse(metric, value), step)
            if step + 1 < len(folds) and trial.should_prune():
                raise optuna.TrialPruned
        trial.set_user_attr("value", value)
        return -worse(metric, value)

    return worth


def _aim(config: ValueConfig) -> Aim:
    return AIM_OF.get(config.optimize, "expected_value")


def _answer(method: str, columns: Mapping[str, Floats], aim: Aim) -> Floats:
    """The column that an aim is made of: on a logarithmic scale the one without smearing, where there is one."""
    return columns.get(f"{method}__log", columns[method]) if LOGGED[aim] else columns[method]


def _level(said: Floats, aim: Aim, truth: Floats) -> Floats:
    columns = {"said": said}
    return levelled(mean_of("said", ["said"], logged=LOGGED[aim]), aim, columns, truth)(columns)
