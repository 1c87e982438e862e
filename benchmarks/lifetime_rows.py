"""The rows of a working directory that `python -m pipeline.ltv` has left: learnt from, and scored with their truth."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.labelled.chunks import read_chunk
from data.labelled.index import Index
from data.tables import read_whole
from features.rows.describer import RowDescriber
from pipeline.plans.stored import Stored
from pipeline.tasks.labelled_lifetimes import DESCRIBER
from pipeline.tasks.stored_lifetimes import STORED
from value.lifetime.rows import LifetimeRows
from value.lifetime.table import KEY, TARGET, from_table
from value.lifetime.training_data import level_of
from value.money.frame import Frame

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Rows:
    """n rows whose value within a horizon is known.

    Parameters
    ----------
    matrix
        (n, features) f32.
    target
        (n,) money.
    level
        (n,) of the season.
    group
        (n,) who each row belongs to, a number.
    """

    matrix: npt.NDArray[np.float32]
    target: Floats
    level: Floats
    group: npt.NDArray[Any]

    @classmethod
    def of(cls, rows: LifetimeRows, horizon: str) -> "Rows":
        """The rows that have lived through a horizon."""
        rows = rows.take(rows.matured(horizon))
        matrix = Frame.of(rows.features, anchored=False)(rows.features, None)
        return cls(matrix, rows.targets[horizon], level_of(rows, horizon), rows.group)

    def without_part(self, part: int, parts: int) -> "Rows":
        """The rows of all groups but every `parts`th."""
        kept = self.group.astype(np.int64) % parts != part
        return Rows(self.matrix[kept], self.target[kept], self.level[kept], self.group[kept])


@dataclass(frozen=True)
class Split:
    """Rows to learn from, and later ones to score."""

    taught: Rows
    asked: Rows


def splits_in(workdir: Path, horizon: str, most: int) -> list[Split]:
    """A table's one split, or one an origin.

    Parameters
    ----------
    workdir
        Of a finished run; that of a table with labels for the rows that it scored.
    horizon
        By name.
    most
        Rows of a table that are scored, drawn if there are more.
    """
    folders = sorted(path.parent for path in (workdir / "ltv").glob("*/taught"))
    if not folders and (workdir / STORED).exists():
        return [_of_table(workdir, horizon, most)]
    if not folders:
        raise SystemExit(f"{workdir}: holds no lifetime rows; run `python -m pipeline.ltv --workdir {workdir}` first.")
    return [Split(*(_of_file(folder / kind, horizon) for kind in ("taught", "asked"))) for folder in folders]


def _of_file(folder: Path, horizon: str) -> Rows:
    table = read_whole(folder / "rows.parquet")
    return Rows.of(from_table(table.drop(pl.selectors.starts_with("segment__"))), horizon)


def _of_table(workdir: Path, horizon: str, most: int) -> Split:
    stored = Stored.open(workdir)
    index = Index.load(workdir / "ltv" / "test" / "index")
    frame, _ = read_chunk(index, stored.table, index.rows, 0)
    if frame.height > most:
        frame = frame[np.sort(np.random.default_rng(0).permutation(frame.height)[:most])]
    truth = read_whole(workdir / "ltv" / "test" / "truth" / "truth.parquet")
    keys = frame.select(pl.col(stored.table.key).cast(pl.String).alias(KEY))
    target = keys.join(truth, on=KEY, how="left", validate="m:1", maintain_order="left")[f"{TARGET}{horizon}"]
    features = RowDescriber.load(stored.described.path / DESCRIBER).describe(frame)
    known = target.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    number = np.arange(frame.height)
    asked = LifetimeRows(features, {horizon: known}, number, np.zeros(frame.height, np.int64))
    return Split(_of_file(stored.described.path, horizon), Rows.of(asked, horizon))
