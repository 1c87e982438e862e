"""shown.json: what the report tells of values beyond their measures, from scored rows whose truth is known."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data.tables import read_whole
from evaluation.horizons import horizon_growth
from evaluation.money_intervals import READ, money_intervals
from evaluation.money_study import CHANCE, ORDERS, TYPICAL, money_study
from pipeline.store.task import Artifact
from pipeline.tasks.lifetime import NAIVE
from pipeline.tasks.shards import shard_files
from value.lifetime.table import KEY, TARGET
from value.money.out_of_fold import PART

SHOWN = "shown.json"
OUTPUTS = (ORDERS, TYPICAL, CHANCE, "low", "high")


@dataclass(frozen=True)
class SessionsShown:
    """shown.json: `studies`, cut -> see `evaluation.money_study.money_study`, of cuts with judged sessions.

    Each with `intervals` over sessions (see `evaluation.money_intervals.money_intervals`).

    Parameters
    ----------
    scored
        By cut, an artifact a shard.
    resamples, seed
        Of the bootstrap.
    """

    scored: Mapping[str, tuple[Artifact, ...]]
    resamples: int = 1_000
    seed: int = 42

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        studies = {}
        for cut, shards in self.scored.items():
            table = pl.concat([read_whole(file) for file in shard_files(shards)])
            known = table.filter(pl.col("target").is_not_null()).sort("session_key", "events")
            if known.height:
                studies[cut] = _study(known, "target", "", NAIVE, "session_key", (self.resamples, self.seed))
        return _written({"studies": studies}, into)


@dataclass(frozen=True)
class LifetimesShown:
    """shown.json: `part`; `studies`, horizon -> the same of that part's judged rows; `growth` of its horizons.

    Parameters
    ----------
    scored
        What is said of one origin or split, an artifact a chunk.
    part
        Its name.
    horizons
        By name, shortest first.
    truth
        The labels of a table's split; null where rows tell themselves.
    resamples, seed
        Of the bootstrap, over rows: a customer, or a row of a table.
    """

    scored: tuple[Artifact, ...]
    part: str
    horizons: tuple[str, ...]
    truth: Artifact | None = None
    resamples: int = 1_000
    seed: int = 42

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = pl.concat([read_whole(file) for file in shard_files(self.scored)], how="diagonal_relaxed")
        if self.truth is not None:
            labels = read_whole(self.truth.path / "truth.parquet")
            table = table.drop(pl.selectors.starts_with(TARGET))
            table = table.join(labels, on=KEY, how="left", validate="m:1", maintain_order="left")
        promised = {h: table[f"{h}{PART}{ORDERS}"].to_numpy() for h in self.horizons}
        came = {h: _target(table, h) for h in self.horizons}
        studies = {}
        for horizon in self.horizons:
            if came[horizon] is not None:
                known = table.filter(pl.col(f"{TARGET}{horizon}").is_not_null())
                start = f"{horizon}{PART}"
                drawn = self.resamples, self.seed
                studies[horizon] = _study(known, f"{TARGET}{horizon}", start, f"{start}{NAIVE}", KEY, drawn)
        growth = horizon_growth(promised, {h: None if one is None else _floats(one) for h, one in came.items()})
        return _written({"part": self.part, "studies": studies, "growth": growth}, into)


def _target(table: pl.DataFrame, horizon: str) -> pl.Series | None:
    name = f"{TARGET}{horizon}"
    return table[name] if name in table.columns and table[name].null_count() < table.height else None


def _study(
    known: pl.DataFrame, target: str, start: str, naive: str, group: str, drawn: tuple[int, int]
) -> dict[str, Any]:
    outputs = {name: _floats(known[f"{start}{name}"]) for name in OUTPUTS}
    plain = {name.removeprefix(naive): _floats(known[name]) for name in known.columns if name.startswith(naive)}
    said = {name: _floats(known[f"{start}{name}"]) for name in dict.fromkeys(READ.values())}
    truth, groups = _floats(known[target]), known[group].rank("dense").to_numpy()
    return money_study(truth, outputs, plain) | {"intervals": money_intervals(truth, said, plain, groups, *drawn)}


def _floats(values: pl.Series) -> Any:  # noqa: ANN401 - an array
    return np.asarray(values.cast(pl.Float64).fill_null(np.nan).to_numpy(), np.float64)


def _written(told: Mapping[str, Any], into: Path) -> dict[str, Any]:
    (into / SHOWN).write_text(json.dumps(told, indent=1) + "\n")
    studies: Sequence[Any] = list(told["studies"].values())
    return {"rows": sum(one["rows"] for one in studies)}
