"""Described candidates: FEATURES as an array, a column after the other."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.candidates import Candidates


@dataclass(frozen=True)
class Described:
    """Candidates and all that is said of them.

    Parameters
    ----------
    candidates
        What is described.
    columns
        The members' ranks and scores, the fused ones, then `<group>__<feature>`.
    values
        f32 (columns, candidates); NaN for null.
    """

    candidates: Candidates
    columns: tuple[str, ...]
    values: npt.NDArray[np.float32]

    def frame(self, query: npt.NDArray[np.uint32]) -> pl.DataFrame:
        """FEATURES, sorted by (query, fused__rank).

        Parameters
        ----------
        query
            The queries' numbers.
        """
        keys = self.candidates.frame(query)
        features = (
            pl.Series(name, column).fill_nan(None)
            for name, column in zip(self.columns, self.values, strict=True)
            if name not in keys.columns
        )
        return keys.hstack(list(features)).select("query", "item", *self.columns)
