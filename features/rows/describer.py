"""The describer of rows: fitted on taught rows, it gives the same columns for whatever rows come, chunk by chunk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.nearest import did_you_mean
from features.local.levels import Levels
from features.local.rows import Features, Learnt, LocalRows
from features.local.settings import Local
from features.nested.source import Source
from features.rows.config import RowFeatures
from features.rows.own import Odd, OwnFeatures, expressions_of, joined, own_features, pieces_of

Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
Targets = Mapping[str, npt.NDArray[np.float64]]


@dataclass(frozen=True)
class RowDescriber:
    """What describes rows of a table.

    Parameters
    ----------
    config
        How it was asked to.
    sources
        The columns that are read.
    names
        The features, in their order.
    local
        The statistics of groups that are told, by their full names.
    levels
        The taught rows' levels of categories.
    learnt
        What groups have learnt, by their names.
    columns
        A row a column of the taught table: `name`, `kind`, `became` (its features, or why there are none),
        `missing` (the share of rows in which it is null), `set_aside` (values that could not be used, by reason).
    """

    config: RowFeatures
    sources: tuple[Source, ...]
    names: tuple[str, ...]
    local: Local
    levels: Levels
    learnt: Mapping[str, Learnt]
    columns: pl.DataFrame

    @classmethod
    def fit(
        cls,
        frame: pl.DataFrame,
        targets: Targets,
        groups: npt.NDArray[Any],
        config: RowFeatures,
        folds: Sequence[Fold] | None = None,
    ) -> "tuple[RowDescriber, pl.DataFrame]":
        """Learn from taught rows, and describe them.

        Parameters
        ----------
        frame
            (n) raw rows.
        targets
            (n,) by horizon, NaN where unknown: what target means are of. They are read for nothing else.
        groups
            (n,) whose rows stay together: in folds that are made here, all of a group are told by others' rows.
        config
            How rows are described.
        folds
            (taught, judged) positions, in place of `config.folds` folds by group: judged rows' target means are those
            of the taught ones; rows that no fold judges have none.

        Returns
        -------
        tuple
            The describer, whose target means are those of all rows, and the taught rows as it describes them, but for
            target means, which are out of fold.

        Raises
        ------
        AisleError
            If there are no rows, a named column or feature is none, or no feature is left.
        """
        from features.rows.fitting import fitted  # noqa: PLC0415 - which makes one of these

        return fitted(frame, targets, groups, config, folds)

    def describe(self, frame: pl.DataFrame) -> pl.DataFrame:
        """(rows, features) f32 of any rows, null where unknown; a row's do not depend on the rows beside it.

        Columns that lack, and values of another type, are unknown.

        Raises
        ------
        AisleError
            If the column of the rows' moments lacks.
        """
        return self.described(frame)[0]

    def described(self, frame: pl.DataFrame) -> tuple[pl.DataFrame, Odd]:
        """The same, and by column of the table how many values were set aside, by reason."""
        time = self.config.time
        if time is not None and time not in frame.columns:
            near = did_you_mean(time, frame.columns) or "."
            raise AisleError(f"the rows lack the column {time!r} of their moments{near}")
        features = expressions_of(self.sources, self.config.row_groups)
        read = {name: value for name, value in features.items() if name in self.told}
        pieces, odd = [], []
        for raw in pieces_of(frame):
            own = own_features(raw, self.sources, read, list(self.levels.known), time)
            pieces.append(self._completed(own))
            odd.append(OwnFeatures(pl.DataFrame(), pl.DataFrame(), own.odd))
        return pl.concat(pieces, rechunk=True), joined(odd).odd

    def save(self, folder: Path) -> None:
        """Write all of it into a folder: `describer.json`, and parquet files that it names with their digests."""
        from features.rows.files import save  # noqa: PLC0415 - which reads one of these

        save(self, folder)

    @staticmethod
    def load(folder: Path) -> "RowDescriber":
        """Read what `save` has written.

        Raises
        ------
        AisleError
            If a file is damaged, edited or not there.
        """
        from features.rows.files import load  # noqa: PLC0415

        return load(folder)

    @property
    def reads(self) -> list[str]:
        """The columns of a table that are read of it."""
        flat = {name: None for source in self.sources for name in (source.name, *source.own)}
        return list(flat | ({self.config.time: None} if self.config.time else {}))

    @property
    def codes(self) -> list[str]:
        """The features that are categories' codes, which trees may split as categories."""
        return [name for name in self.names if name.endswith("__code")]

    @property
    def told(self) -> set[str]:
        """The features of rows' own fields that are told, or that others are made of."""
        sides = {side for one in self.local.operations.values() for side in (one.left, one.right)}
        return {*self.names, *self.local.beside.of, *sides}

    def _completed(self, own: OwnFeatures) -> pl.DataFrame:
        codes = {name: self.levels.codes(own.categories[name], name) for name in self.levels.known}
        rows = LocalRows(own.features, codes, self.levels)
        for group in self.config.local_groups:
            rows = with_features(rows, self.learnt[group.name].describe(rows))
        return filled(rows.features, self.config).select(self.names)


def with_features(rows: LocalRows, told: Features) -> LocalRows:
    """Rows with more features, f32, null where NaN."""
    more = [pl.Series(name, values.astype(np.float32)).fill_nan(None) for name, values in told.items()]
    features = pl.DataFrame([*rows.features.iter_columns(), *more])
    return LocalRows(features, rows.codes, rows.levels, rows.targets)


def filled(features: pl.DataFrame, config: RowFeatures) -> pl.DataFrame:
    """Features with 0 where what is unknown was not there."""
    zeros = {name for group in config.row_groups for name in features.columns if group.is_zero(name)}
    return features.with_columns(pl.col(name).fill_null(0.0) for name in features.columns if name in zeros)
