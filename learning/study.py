"""Settings found by trying them: a seeded Optuna study in an sqlite file, which goes on where it stopped."""

import contextlib
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import optuna
from optuna.distributions import BaseDistribution, CategoricalDistribution, FloatDistribution, IntDistribution
from optuna.samplers import BaseSampler, RandomSampler, TPESampler
from optuna.trial import TrialState
from sqlalchemy import URL

from data.progress import far
from data.sound import need, opening

Space = Mapping[str, BaseDistribution]
Settings = dict[str, Any]
Objective = Callable[[Settings, optuna.Trial], float]
FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)


@dataclass(frozen=True)
class Search:
    """How settings are looked for.

    Parameters
    ----------
    trials
        Finished trials in all, those of earlier runs and the one of the starting settings among them.
    sampler
        What proposes the next settings: `tpe` (Bergstra et al. 2011), `random`, or `grid`, whose points are visited
        in a random order until there are none.
    steps
        Values a setting on the grid.
    prune
        Whether a trial ends early whose reported values lie below the median of those before it.
    seed
        Of all that is random in it.
    """

    trials: int = 0
    sampler: Literal["tpe", "random", "grid"] = "tpe"
    steps: int = 3
    prune: bool = False
    seed: int = 42

    def __post_init__(self) -> None:
        if self.trials < 0:
            raise ValueError(f"`trials` must be 0 or more, got {self.trials}.")
        if self.seed < 0:
            raise ValueError(f"`seed` must be 0 or more, got {self.seed}.")
        if self.steps < 2:
            raise ValueError(f"`steps` must be at least 2, got {self.steps}.")
        if self.sampler not in ("tpe", "random", "grid"):
            raise ValueError(f"`sampler` must be tpe, random or grid, got {self.sampler!r}.")


@dataclass(frozen=True)
class Tried:
    """A trial that came to its end.

    Parameters
    ----------
    number
        Its place among the finished ones, from 0.
    settings
        What was tried.
    value
        What it was worth; higher is better.
    notes
        What the objective noted with `trial.set_user_attr`.
    """

    number: int
    settings: Settings
    value: float
    notes: dict[str, Any]


def search(
    objective: Objective,
    space: Space,
    storage: Path,
    plan: Search,
    *,
    name: str = "study",
    first: Settings | None = None,
) -> list[Tried]:
    """Try settings until `plan.trials` are finished, and remember each in `storage`.

    A trial depends on the seed and the finished trials before it, so that a study which was killed, or goes on to a
    larger number, makes the same trials as one in a single run. What a killed run has left running is marked failed
    and counts for nothing.

    Parameters
    ----------
    objective
        Worth of settings, higher is better; a trial's `report` and `should_prune` serve pruning, its `set_user_attr`
        keeps notes.
    space
        What may be tried, as Optuna's distributions.
    storage
        The sqlite file; no other process may use the study meanwhile.
    plan
        The search.
    name
        The study's name in the file: another objective, space or data must have another.
    first
        Settings to start with, such as the defaults.

    Returns
    -------
    list
        The first `plan.trials` finished trials in their order, without those that were pruned.
    """
    with _opened(storage, name, plan) as study:
        for left in study.get_trials(states=[TrialState.RUNNING]):
            study.tell(left.number, state=TrialState.FAIL)
        points = _points(space, plan) if plan.sampler == "grid" else None
        for done in range(len(study.get_trials(states=FINISHED)), plan.trials):
            far(done, plan.trials, "trials")
            grid_place = done - (first is not None)
            if first is not None and done == 0:
                study.sampler = _Fixed(first)
            elif points is None:
                study.sampler = _sampler(plan, done)
            elif grid_place < len(points):
                study.sampler = _Fixed(_point(space, plan, int(points[grid_place])))
            else:
                break
            _try(study, objective, space)
        finished = study.get_trials(states=FINISHED)[: plan.trials]
    return [
        Tried(number, trial.params, trial.value, trial.user_attrs)
        for number, trial in enumerate(finished)
        if trial.state == TrialState.COMPLETE and trial.value is not None
    ]


def best_of(tried: list[Tried]) -> Tried:
    """The trial of the highest value, of equal ones the first."""
    return max(tried, key=lambda t: (t.value, -t.number))


def _try(study: optuna.Study, objective: Objective, space: Space) -> None:
    trial = study.ask(dict(space))
    try:
        study.tell(trial, objective(dict(trial.params), trial))
    except optuna.TrialPruned:
        study.tell(trial, state=TrialState.PRUNED)


@contextmanager
def _opened(storage: Path, name: str, plan: Search) -> Iterator[optuna.Study]:
    """The study in its file, quietly; other programs' Optuna logging is left as it was."""
    storage.parent.mkdir(parents=True, exist_ok=True)
    _check_file(storage)
    verbosity = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    # whole paths, since `?` and `#` mean something else in an address
    address = URL.create("sqlite", database=str(storage.resolve())).render_as_string(hide_password=False)
    database: optuna.storages.RDBStorage | None = None
    try:
        with opening(storage):
            database = optuna.storages.RDBStorage(address)
            study = optuna.create_study(
                storage=database,
                study_name=name,
                direction="maximize",
                load_if_exists=True,
                pruner=optuna.pruners.MedianPruner() if plan.prune else optuna.pruners.NopPruner(),
            )
            study.get_trials(deepcopy=False)
        yield study
    finally:
        if database is not None:
            database.remove_session()
            database.engine.dispose()
        optuna.logging.set_verbosity(verbosity)


def _check_file(storage: Path) -> None:
    """Refuse a file that is no whole database, which would give other trials than were made."""
    if storage.exists():
        with (
            opening(storage),
            contextlib.closing(sqlite3.connect(f"{storage.resolve().as_uri()}?mode=rw", uri=True)) as file,
        ):
            said = file.execute("PRAGMA integrity_check").fetchone()[0]
            need(said == "ok", said)


def _sampler(plan: Search, done: int) -> BaseSampler:
    """A sampler for the next trial alone: its random state is not stored, so it is made from the trials so far."""
    seed = int(np.random.SeedSequence([plan.seed, done]).generate_state(1)[0])
    return RandomSampler(seed=seed) if plan.sampler == "random" else TPESampler(seed=seed)


def _points(space: Space, plan: Search) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The numbers of the grid's points in a random order."""
    return np.random.default_rng(plan.seed).permutation(int(np.prod(_shape(space, plan))))


def _point(space: Space, plan: Search, number: int) -> Settings:
    """A point of the grid by its number."""
    places = np.unravel_index(number, _shape(space, plan))
    return {
        name: values_of(one, plan.steps)[int(place)] for (name, one), place in zip(space.items(), places, strict=True)
    }


def _shape(space: Space, plan: Search) -> list[int]:
    return [len(values_of(one, plan.steps)) for one in space.values()]


def values_of(distribution: BaseDistribution, steps: int) -> list[Any]:
    """The values of one setting on a grid: evenly spaced, by ratio where the distribution is logarithmic.

    Raises
    ------
    ValueError
        If it is no distribution of Optuna's.
    """
    if isinstance(distribution, CategoricalDistribution):
        return list(distribution.choices)
    if not isinstance(distribution, (IntDistribution, FloatDistribution)):
        raise ValueError(f"`distribution` must be one of Optuna's, got {distribution!r}.")
    spaced = (np.geomspace if distribution.log else np.linspace)(distribution.low, distribution.high, steps).tolist()
    spaced = [distribution.low, *spaced[1:-1], distribution.high]  # the ends without rounding
    return list(dict.fromkeys(round(v) for v in spaced)) if isinstance(distribution, IntDistribution) else spaced


class _Fixed(BaseSampler):
    """Proposes given settings."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def infer_relative_search_space(self, study: optuna.Study, trial: optuna.trial.FrozenTrial) -> Settings:
        """Nothing is drawn together."""
        return {}

    def sample_relative(self, study: optuna.Study, trial: optuna.trial.FrozenTrial, search_space: Settings) -> Settings:
        """Nothing is drawn together."""
        return {}

    def sample_independent(
        self,
        study: optuna.Study,
        trial: optuna.trial.FrozenTrial,
        param_name: str,
        param_distribution: BaseDistribution,
    ) -> Any:  # noqa: ANN401 - a setting of any type
        """The given value."""
        return self.settings[param_name]
