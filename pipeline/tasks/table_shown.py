"""shown.json: what the report tells of a flat table beyond its measures, from rows that were judged out of fold."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.tables import read_json, read_whole
from evaluation.class_intervals import class_intervals, class_shares
from evaluation.class_study import class_study
from evaluation.money_intervals import READ, money_intervals
from evaluation.money_study import CHANCE, money_study
from evaluation.residuals import residual_bands, rows_along
from pipeline.store.task import Artifact
from tabular.judged import JUDGED, NAIVE, PART

SHOWN, IMPORTANCE = "shown.json", "importance.csv"
SHARES = "class_shares"
"""The naive answer of classifiers: how frequent each class is."""


@dataclass(frozen=True)
class ClassesShown:
    """shown.json: `study` of the best classifier, `intervals` of all and of class shares, `importance` of columns.

    See `evaluation.class_study.class_study` and `evaluation.class_intervals.class_intervals`.

    Parameters
    ----------
    made
        What `tabular.classify.build_table` has written.
    metrics, within
        Its metrics' file, and the part of it that `build_table` tells; empty for the whole.
    resamples, seed
        Of the bootstrap.
    """

    made: Artifact
    metrics: str
    within: str
    resamples: int
    seed: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        told = read_json(self.made.path / self.metrics)
        told = told[self.within] if self.within else told
        judged, classes = read_whole(self.made.path / JUDGED), list(told["classes"])
        truth = judged["truth"].to_numpy()
        answers = {
            name: judged.select(f"{name}{PART}{n}" for n in range(len(classes))).to_numpy() for name in told["models"]
        }
        both = {SHARES: class_shares(truth, len(classes)), **answers}
        drawn = self.resamples, self.seed
        found = {
            "study": class_study(truth, answers[told["best"]], classes),
            "intervals": class_intervals(truth, both, told["best"], judged["group"].to_numpy(), *drawn),
            "importance": _importance(self.made),
        }
        return _written(found, judged, into)


@dataclass(frozen=True)
class MoneyShown:
    """shown.json: `study`, `intervals`, `rows`, `residuals` and `importance` of a table of values.

    See `evaluation.money_study.money_study`, `evaluation.money_intervals.money_intervals` and `evaluation.residuals`;
    the last two are of the expected value.

    Parameters
    ----------
    made
        What `tabular.value.build_value_table` has written of a target of money.
    resamples, seed
        Of the bootstrap.
    """

    made: Artifact
    resamples: int
    seed: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        judged = read_whole(self.made.path / JUDGED)
        truth = judged["truth"].to_numpy()
        naive = {name.removeprefix(NAIVE): _floats(judged[name]) for name in judged.columns if name.startswith(NAIVE)}
        nothing = np.full(judged.height, np.nan)
        told = {name: _floats(judged[name]) for name in dict.fromkeys(READ.values())}
        chance = _floats(judged[CHANCE]) if CHANCE in judged.columns else nothing
        outputs = {**told, CHANCE: chance, "low": nothing, "high": nothing}
        drawn = self.resamples, self.seed
        found = {
            "study": money_study(truth, outputs, naive),
            "intervals": money_intervals(truth, told, naive, judged["group"].to_numpy(), *drawn),
            "rows": rows_along(truth, told["expected_value"]),
            "residuals": residual_bands(truth, told["expected_value"]),
            "importance": _importance(self.made),
        }
        return _written(found, judged, into)


def _importance(made: Artifact) -> list[dict[str, Any]]:
    return pl.read_csv(made.path / IMPORTANCE, schema_overrides={"column": pl.String}).to_dicts()


def _floats(values: pl.Series) -> npt.NDArray[np.float64]:
    return values.cast(pl.Float64).to_numpy()


def _written(told: Mapping[str, Any], judged: pl.DataFrame, into: Path) -> dict[str, Any]:
    (into / SHOWN).write_text(json.dumps(told, indent=1) + "\n")
    return {"rows": judged.height}
