"""Rows' features as the matrix that methods learn from: numbers as they are, a flat table's columns by their kind."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.utils.validation import check_is_fitted

from learning.columns import Columns, as_pandas, columns_of, conform, tidy

Floats = npt.NDArray[np.float64]
SO_FAR = "(so far)"
FILE = "frame.parquet"


@dataclass(frozen=True)
class Frame:
    """How features become a matrix.

    Parameters
    ----------
    like
        No rows, but the columns in their order and types.
    columns
        The kinds of a flat table's columns; null where all are numbers.
    anchored
        Whether the value so far stands before them.
    """

    like: pl.DataFrame
    columns: Columns | None
    anchored: bool

    @classmethod
    def of(cls, features: pl.DataFrame, *, anchored: bool, categories: tuple[str, ...] = ()) -> "Frame":
        """Tell the columns' kinds; features that are all floats need none.

        Raises
        ------
        ValueError
            If no column can be learnt from.
        """
        if features.width and all(dtype.is_float() for dtype in features.dtypes) and not categories:
            return cls(features.clear(), None, anchored)
        table = tidy(features)
        columns = columns_of(table, table.columns, categories)
        if not columns.used:
            raise ValueError(f"no column can be learnt from; they are {columns.kinds or 'not there'}.")
        return cls(table.select(columns.used).clear(), columns, anchored)

    def __call__(self, features: pl.DataFrame, so_far: Floats | None) -> Any:
        """The matrix: f32 (rows, [so far +] features) of numbers, or a pandas frame of a flat table.

        Raises
        ------
        ValueError
            If a column lacks, or the value so far does.
        """
        lacking = [name for name in self.like.columns if name not in features.columns]
        if lacking:
            raise ValueError(f"`features` must have the columns learnt from, lacks {', '.join(lacking)}.")
        if self.anchored and so_far is None:
            raise ValueError("`so_far` must be given, as it was learnt from, got none.")
        first = so_far if self.anchored else None
        if self.columns is None:
            return _numbers(features.select(self.like.columns), first)
        made = as_pandas(conform(features, self.like), self.columns)
        if first is not None:
            made.insert(0, SO_FAR, first)
        return made

    def save(self, folder: Path) -> None:
        """Write the columns' names and types."""
        self.like.write_parquet(folder / FILE)


class Encoded(RegressorMixin, BaseEstimator):
    """A method behind an encoder of a flat table's columns; the value so far goes past it.

    Parameters
    ----------
    encode
        A transformer of the pandas frame, such as `learning.classifiers.encoder` makes.
    model
        The method.
    """

    def __init__(self, encode: Any, model: Any) -> None:
        self.encode = encode
        self.model = model

    def fit(self, X: Any, y: npt.ArrayLike, **more: Any) -> "Encoded":
        """Learn encoder and method from rows with their value."""
        table, first = _parted(X)
        self.n_features_in_ = np.shape(X)[1]
        self.encode_ = clone(self.encode)
        made = np.asarray(self.encode_.fit_transform(table, np.asarray(y)), np.float64)
        self.model_ = clone(self.model).fit(_beside(first, made), y, **more)
        return self

    def predict(self, X: Any) -> Floats:
        """The method's answer."""
        check_is_fitted(self, "model_")
        return np.asarray(self.model_.predict(self._encoded(X)), np.float64)

    def outputs(self, X: Any) -> dict[str, Floats]:
        """The method's outputs; of one with a single answer, that."""
        check_is_fitted(self, "model_")
        return outputs_of(self.model_, self._encoded(X))

    def _encoded(self, X: Any) -> Floats:
        table, first = _parted(X)
        return _beside(first, np.asarray(self.encode_.transform(table), np.float64))


def outputs_of(model: Any, X: Any) -> dict[str, Floats]:
    """A fitted method's outputs by name, all of them 0 or more; `mean` alone where it has one answer."""
    if hasattr(model, "outputs"):
        found: dict[str, Floats] = model.outputs(X)
        return found
    return {"mean": np.maximum(np.asarray(model.predict(X), np.float64), 0.0)}


def _numbers(features: pl.DataFrame, first: Floats | None) -> npt.NDArray[np.float32]:
    start = 0 if first is None else 1
    made = np.empty((features.height, features.width + start), np.float32)
    if first is not None:
        made[:, 0] = first
    for place, name in enumerate(features.columns, start):
        made[:, place] = features[name].cast(pl.Float32).fill_null(float("nan")).to_numpy()
    return made


def _parted(X: Any) -> tuple[Any, Floats | None]:
    if SO_FAR in getattr(X, "columns", ()):
        return X.drop(columns=SO_FAR), X[SO_FAR].to_numpy(np.float64)
    return X, None


def _beside(first: Floats | None, made: Floats) -> Floats:
    return made if first is None else np.column_stack([first, made])
