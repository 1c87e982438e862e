"""Rows of a labelled table as lifetime models see them: described, scored chunk by chunk, and the truth of labels."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from data.labelled.answers import read_answers
from data.labelled.chunks import add_odd, read_chunk
from data.labelled.config import Labelled
from data.labelled.index import Index
from data.labelled.inventory import described, write_inventory
from data.labelled.reading import Odd
from data.labelled.told import rows_aside, values_aside
from data.tables import read_json, shard_file, write
from data.warned import Warned, write_warnings
from features.rows.config import RowFeatures
from features.rows.describer import RowDescriber
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.lifetime import MODEL, gates_folder, scored_rows
from pipeline.tasks.plain_peers import answers_of_peers
from pipeline.tasks.rows_of_table import TaughtRows, moments_of, read_rows
from value.lifetime.model import LifetimeModel
from value.lifetime.rows import LifetimeRows
from value.lifetime.table import KEY, SEGMENT, TARGET, to_table

DESCRIBER, ODD = "describer", "odd.json"


@dataclass(frozen=True)
class DescribedRows:
    """describer/, rows.parquet (see `value.lifetime.table`) and columns.csv of the rows that are learnt from.

    Parameters
    ----------
    rows
        `LabelledRows`.
    table
        How they are laid out, without its windows.
    features
        How they are described.
    group
        The column whose rows stay together; null: each row is its own.
    """

    rows: Artifact
    table: Labelled
    features: RowFeatures
    group: str | None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        taught = TaughtRows.of(self.rows, self.table, self.features, self.group)
        taught.describer.save(into / DESCRIBER)
        frame, features = taught.frame, taught.features
        rows = LifetimeRows(features, taught.targets, taught.groups, moments_of(frame, self.table))
        columns = pl.read_csv(self.rows.path / "columns.csv", schema_overrides={"set_aside": pl.String})
        write_inventory(described(columns, taught.describer.columns), into)
        write(to_table(rows, frame[self.table.key]), into / "rows.parquet")
        return {"rows": rows.height, "features": features.width}


@dataclass(frozen=True)
class ScoredChunk:
    """NNN.parquet: what a model says of one chunk of a table (see `pipeline.tasks.lifetime.scored_rows`); odd.json.

    The latter counts, by column and reason, the values of the chunk that cannot be used.

    Parameters
    ----------
    index
        `LabelledIndex` of the table.
    files
        The parts' files.
    table
        How they are laid out, without its windows.
    size, number
        Rows a chunk, and which one.
    described
        `DescribedRows`, whose describer is asked.
    model
        `LearntLifetimes`.
    segments
        Columns by which measures are told apart.
    gates
        Edited gates' files, in one folder; none for the model's own.
    peers
        Plain models that are asked too.
    """

    index: Artifact
    files: tuple[RawFile, ...]
    table: Labelled
    size: int
    number: int
    described: Artifact
    model: Artifact
    segments: tuple[str, ...] = ()
    gates: tuple[RawFile, ...] = ()
    peers: Artifact | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        frame, odd = read_chunk(Index.load(self.index.path), self.table, self.size, self.number)
        describer = RowDescriber.load(self.described.path / DESCRIBER)
        model = LifetimeModel.load(self.model.path / MODEL, gates_folder(self.gates))
        scored, more = score_frame(frame, self.table, describer, model, self.segments)
        add_odd(odd, more)
        (into / ODD).write_text(json.dumps({name: dict(odd[name]) for name in sorted(odd)}, indent=1) + "\n")
        if self.peers is not None:
            scored = pl.concat([scored, answers_of_peers(self.peers.path, frame)], how="horizontal")
        return {"rows": write(scored, shard_file(into, self.number))}


def score_frame(
    frame: pl.DataFrame, table: Labelled, describer: RowDescriber, model: LifetimeModel, segments: tuple[str, ...] = ()
) -> tuple[pl.DataFrame, Odd]:
    """What a model says of raw rows, beside naive answers (see `pipeline.tasks.lifetime.scored_rows`).

    And by column the values that it could not use, by reason.
    """
    unknown = {name: np.full(frame.height, np.nan) for name in model.names}
    known = {name: _naive(model, name, frame.height) for name in model.names}
    features, odd = describer.described(frame)
    group, time = np.arange(frame.height), moments_of(frame, table)
    rows = LifetimeRows(features, unknown, group, time, known=known)
    told = frame.select(pl.col(name).cast(pl.String).alias(f"{SEGMENT}{name}") for name in segments)
    scored = scored_rows(model, rows, frame[table.key], told if segments else None)
    return scored.drop(f"{TARGET}{name}" for name in model.names), odd


def values_lost(chunks: Sequence[Artifact], index: Artifact) -> list[Warned]:
    """One line of what could not be used in the rows of all chunks of a table."""
    total: Odd = {}
    for chunk in chunks:
        add_odd(total, {name: Counter(counts) for name, counts in read_json(chunk.path / ODD).items()})
    return values_aside(total, Index.load(index.path).rows)


def _naive(model: LifetimeModel, horizon: str, rows: int) -> Mapping[str, Any]:
    mean = float(model.report["means"].get(horizon, 0.0))
    return {"all_zeros": np.zeros(rows), "mean": np.full(rows, mean)}


@dataclass(frozen=True)
class LabelTable:
    """truth.parquet: `key` (text) and `target__<horizon>` of the rows of a file of labels; warnings.json.

    Parameters
    ----------
    labels
        The file: parquet, or whatever a table may be.
    table
        How it is laid out.
    """

    labels: RawFile
    table: Labelled

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it.

        Raises
        ------
        AisleError
            If it lacks the key or all labels, or no row is left.
        """
        truth, warned = truth_of(self.labels.path, self.table)
        write_warnings(into, warned)
        return {"rows": write(truth, into / "truth.parquet")}


def truth_of(path: Path, table: Labelled) -> tuple[pl.DataFrame, list[Warned]]:
    """`key` (text) and `target__<horizon>` of a file of labels, and what was set aside.

    Raises
    ------
    AisleError
        If it lacks the key or all labels, or no row is left.
    """
    answers = read_answers([path], table)
    targets = {f"{TARGET}d{days}": column for days, column in table.horizons.items()}
    rows = answers.frame.height + answers.left.total()
    truth = answers.frame.select(**{KEY: table.key}, **targets)
    return truth, rows_aside(answers.left, rows, "", " of the table of labels")


@dataclass(frozen=True)
class TruthOfRows:
    """truth.parquet: the same of the rows of a window that have their labels beside them.

    Parameters
    ----------
    rows
        `LabelledRows`.
    table
        How they are laid out.
    """

    rows: Artifact
    table: Labelled

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        frame = read_rows(self.rows)
        targets = [frame[column].alias(f"{TARGET}d{days}") for days, column in self.table.horizons.items()]
        keys = frame[self.table.key].cast(pl.String).alias(KEY)
        return {"rows": write(pl.DataFrame([keys, *targets]), into / "truth.parquet")}
