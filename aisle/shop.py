"""A shop: its configuration, the frames that were given as its log, and what a fit of it has come to."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from aisle.frames import FILE, GivenFrame, fingerprint
from aisle.progress import told
from data.errors import AisleError
from data.paths import path_of
from data.tables import read_whole
from pipeline.plans.run import Run
from pipeline.running import running
from pipeline.settings.config import Config
from pipeline.store.store import Store
from pipeline.store.workdir import locked
from serving.recommender import Recommender

GIVEN = "given"
"""The folder of a working directory that holds what was given as frames."""


def place_of(workdir: str, name: str) -> str:
    """Where a frame's file lies in a working directory.

    Raises
    ------
    AisleError
        If the path cannot be a setting.
    """
    if "," in workdir:
        raise AisleError(f"{workdir}: a working directory for frames cannot have a comma in its path; give another.")
    return str(path_of(workdir, "workdir") / GIVEN / name / FILE)


class Shop:
    """Fits a shop's recommender; what is up to date in the working directory is not built again.

    Parameters
    ----------
    config
        The configuration; a frame's place in the working directory is already in it.
    frames
        The frames that were given, by setting (`train`, `test`, `labels`).
    verbose
        Whether a fit prints what it builds.
    """

    def __init__(self, config: Config, frames: Mapping[str, pl.DataFrame], verbose: bool = False) -> None:
        self.config = config
        self.frames = dict(frames)
        self.verbose = verbose
        self._measured: dict[str, dict[str, Any] | None] = {}
        self._output: Path | None = None

    def __repr__(self) -> str:
        """The shop by its log and its working directory."""
        logs = {"train": self.config.train, "test": self.config.test}
        shown = [f"{name}={log!r}" for name, log in logs.items() if log is not None]
        return f"Shop({', '.join([*shown, f'workdir={self.config.workdir!r}'])})"

    def fit(self) -> Recommender:
        """Build everything that recommends, rank the scored fold's sessions, and measure the ranking.

        Returns
        -------
        Recommender
            Answers for running sessions.

        Raises
        ------
        AisleError
            If the log cannot be read, nothing can be learnt from it, or another run holds the working directory.
        """
        return self._build(_ranked)

    def fit_actions(self) -> Recommender:
        """Build what `fit` builds and the probabilities of clicks, carts and orders (`Recommender.actions`)."""
        return self._build(_acted)

    def fit_value(self) -> Recommender:
        """Build what sessions are worth (`Recommender.value`); the log needs prices or a value of its own."""
        return self._build(_valued)

    @property
    def metrics(self) -> dict[str, Any] | None:
        """What the ranking is worth, as in metrics.json; null where the scored sessions have no labels."""
        return self._measure("fit", "metrics")

    @property
    def actions_metrics(self) -> dict[str, Any] | None:
        """What the probabilities are worth, as in actions_metrics.json."""
        return self._measure("fit_actions", "actions_metrics")

    @property
    def value_metrics(self) -> dict[str, Any] | None:
        """What the values are worth, as in value_metrics.json."""
        return self._measure("fit_value", "value_metrics")

    @property
    def recommendations(self) -> pl.DataFrame:
        """The scored fold's lists in the shop's keys, as the working directory's last fit has left them."""
        _ = self.metrics
        return self._table("recommendations.parquet")

    @property
    def actions(self) -> pl.DataFrame:
        """The probabilities of the scored fold's best candidates (actions.parquet), likewise."""
        _ = self.actions_metrics
        return self._table("actions.parquet")

    @property
    def values(self) -> pl.DataFrame:
        """The scored sessions' values (values.parquet), likewise."""
        _ = self.value_metrics
        return self._table("values.parquet")

    def _build(self, work: Callable[[Run], dict[str, dict[str, Any] | None]]) -> Recommender:
        """Build in the working directory, held for this fit alone."""
        with locked(self.config.workdir) as workdir, told(self.verbose) as report:
            store = Store(workdir, report, budget=self.config.memory_bytes)
            store.make_all({f"{GIVEN}/{name}": GivenFrame(fingerprint(f), f) for name, f in self.frames.items()})
            with running(self.config, store) as ready:
                run = Run(self.config, ready)
                self._measured |= work(run)
                self._output = run.place.output
            return Recommender.load(self._output)

    def _measure(self, fit: str, name: str) -> dict[str, Any] | None:
        if name not in self._measured:
            raise AisleError(f"there are no `{name}` yet: call `{fit}()` first.")
        return self._measured[name]

    def _table(self, file: str) -> pl.DataFrame:
        assert self._output is not None  # set with the metrics, which were asked for first
        return read_whole(self._output / file)


def _ranked(run: Run) -> dict[str, dict[str, Any] | None]:
    _ = run.ranked.answers, run.served.ranking, run.proposed.similar
    return {"metrics": run.ranked.metrics}


def _acted(run: Run) -> dict[str, dict[str, Any] | None]:
    ranked = _ranked(run)
    _ = run.acted.probabilities, run.served.actions
    return {**ranked, "actions_metrics": run.acted.metrics}


def _valued(run: Run) -> dict[str, dict[str, Any] | None]:
    measured = run.valued.results
    _ = run.served.value
    return {"value_metrics": measured}
