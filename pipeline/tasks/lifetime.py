"""Lifetime models: learnt from rows, and asked about others."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from data.aside import ASIDE
from data.errors import AisleError
from data.tables import scan, scan_all, shard_file, write
from pipeline.store.task import Artifact, RawFile
from value.lifetime.config import LifetimeConfig
from value.lifetime.gate_files import BUYER_GATE, WHALE_GATE, write_gates
from value.lifetime.learning import learn_lifetime
from value.lifetime.model import LifetimeModel
from value.lifetime.rows import LifetimeRows
from value.lifetime.table import GROUP, KEY, MOMENT, SEGMENT, TARGET, TOLD, features_of, from_table
from value.money.out_of_fold import PART

LOG = logging.getLogger("aisle")
MODEL = "model"
METHOD, NAIVE = "method__", "naive__"


@dataclass(frozen=True)
class LearntLifetimes:
    """model/, with lifetime.json and the gates' files, and columns.csv, learnt from lifetime rows.

    Parameters
    ----------
    rows
        Artifacts with rows.parquet (see `value.lifetime.table`).
    horizons
        By name, shortest first.
    settings
        How they are learnt.
    name
        What is learnt, for what is said of it meanwhile.
    """

    rows: tuple[Artifact, ...]
    horizons: tuple[str, ...]
    settings: LifetimeConfig
    name: str = field(metadata=ASIDE)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Learn and write it.

        Raises
        ------
        AisleError
            If the rows cannot be learnt from.
        """
        table = scan_all([folder.path / "rows.parquet" for folder in self.rows]).collect()
        try:
            rows = from_table(table, self.horizons)
            learnt = learn_lifetime(rows, self.settings, lambda line: LOG.info("%s: %s", self.name, line))
        except ValueError as error:
            raise AisleError(f"lifetime models cannot learn: {error}") from None
        learnt.model.save(into / MODEL)
        write_gates(into / MODEL / BUYER_GATE, learnt.buyer)
        write_gates(into / MODEL / WHALE_GATE, learnt.whale)
        columns_of(table).write_csv(into / "columns.csv", float_precision=6)
        return {"rows": rows.height, "features": rows.features.width}


def columns_of(table: pl.DataFrame) -> pl.DataFrame:
    """What became of each column of lifetime rows: `name`, `kind`, `became`, `missing` (a share of the rows)."""
    features = set(features_of(table))
    told = [
        (name, "number", _became(name, features), table[name].null_count() / max(table.height, 1))
        for name in table.columns
        if name not in (KEY, GROUP, MOMENT)
    ]
    return pl.DataFrame(told, schema=["name", "kind", "became", "missing"], orient="row")


def _became(name: str, features: set[str]) -> str:
    if name in features:
        return "a feature"
    if name.startswith(TARGET):
        return "a target: never a feature"
    return "an answer of a model outside" if name.startswith(TOLD) else "shown beside, or a season's level"


def scored_rows(
    model: LifetimeModel, rows: LifetimeRows, key: pl.Series, segments: pl.DataFrame | None = None
) -> pl.DataFrame:
    """What a model says of rows, beside what the rows tell.

    Parameters
    ----------
    model
        The model.
    rows
        The rows.
    key
        What they are called in the log.
    segments
        Columns by which measures are told apart, named `segment__<name>`; null for none.

    Returns
    -------
    pl.DataFrame
        key, moment, `<horizon>__<output>`, `<horizon>__method__<name>`, `<horizon>__naive__<name>`, segments, and
        `target__<horizon>` (null where not known).
    """
    answers = model.predict(rows.features, rows.told, rows.level, methods=True)
    naive = {f"{h}{PART}{NAIVE}{name}": v for h, some in rows.known.items() for name, v in some.items()}
    truth = {f"{TARGET}{h}": pl.Series(values).fill_nan(None) for h, values in rows.targets.items()}
    moment = pl.Series(MOMENT, rows.time).cast(pl.Datetime("ms", "UTC"))
    parts = [pl.DataFrame([key.alias(KEY), moment]), answers, pl.DataFrame(naive), pl.DataFrame(truth)]
    return pl.concat([*parts, *([] if segments is None else [segments])], how="horizontal")


@dataclass(frozen=True)
class ScoredLifetimes:
    """NNN.parquet: what a model says of rows, or of one chunk of them (see `scored_rows`).

    Parameters
    ----------
    rows
        With rows.parquet.
    model
        The model.
    horizons
        By name, shortest first.
    gates
        Edited gates' files, in one folder; none for the model's own.
    size, number
        Rows a chunk, and which one; null for all rows.
    """

    rows: Artifact
    model: Artifact
    horizons: tuple[str, ...]
    gates: tuple[RawFile, ...] = ()
    size: int | None = None
    number: int = 0

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = scan(self.rows.path / "rows.parquet").slice((self.size or 0) * self.number, self.size).collect()
        segments = table.select(pl.col(f"^{SEGMENT}.*$"))
        rows = from_table(table.drop(segments.columns), self.horizons)
        model = LifetimeModel.load(self.model.path / MODEL, gates_folder(self.gates))
        return {"rows": write(scored_rows(model, rows, table[KEY], segments), shard_file(into, self.number))}


def gates_folder(gates: Sequence[RawFile]) -> Path | None:
    """Where edited gates lie; null where none are named."""
    return gates[0].path.parent if gates else None
