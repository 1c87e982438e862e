"""Rare targets shown more often than common ones: sampling by the counts of an equal-width histogram of the target.

After Aminian, Ribeiro, Gama 2025, "Histogram Approaches for Imbalanced Data Streams Regression" (arXiv 2501.17568).
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
ROWS_A_BIN = 100  # on average: what sets the number of bins
MOST = 40  # times that a row is presented
EDGE = 1e-9  # of a bin's width: rounding of a rescaled target moves no row over an edge


def bins_of(target: Floats, bins: int | None = None) -> Places:
    """Each row's bin among bins of equal width over the targets' range.

    Parameters
    ----------
    target
        (rows,) finite.
    bins
        Their number; null for a hundredth of the rows, and one at least.
    """
    number = max(1, round(len(target) / ROWS_A_BIN)) if bins is None else bins
    low, spread = float(target.min()), float(np.ptp(target))
    if spread == 0:
        return np.zeros(len(target), np.int64)
    place = np.floor((target - low) / spread * number + EDGE).astype(np.int64)
    return np.minimum(place, number - 1)


def commonness(bins: Places) -> Floats:
    """The count c of each row's bin over c*, that of the fullest, (rows,) above 0 and at most 1."""
    counts = np.bincount(bins)
    return np.asarray(counts[bins] / counts.max(), np.float64)


def rarity(common: Floats, beta: float = 1.0) -> Floats:
    """p(y) = exp(-beta c / c*)."""
    return np.asarray(np.exp(-beta * common), np.float64)


def presentations(rare: Floats, alpha: float = 1.02) -> Floats:
    """How often `HistOver` presents a row of this rarity on average: 1 + p + p p/alpha + p p/alpha p/alpha^2 + ..."""
    total, shown, p = np.ones(len(rare)), np.ones(len(rare)), np.asarray(rare, np.float64)
    for _ in range(MOST - 1):
        shown = shown * np.minimum(p, 1.0)
        total = total + shown
        p = p / alpha
    return total


class _Histogram(BaseEstimator):
    """What both samplers share: rarities, and imbalanced-learn's interface."""

    beta: float
    bins: int | None
    classes: bool

    def rarity(self, y: npt.ArrayLike) -> Floats:
        """The rarity p of each row.

        Raises
        ------
        ValueError
            If there is no row, or a target is not finite.
        """
        values = np.asarray(y)
        if not len(values):
            raise ValueError("`y` must hold at least one row, got none.")
        if self.beta < 0:
            raise ValueError(f"`beta` must be 0 or more, got {self.beta}.")
        if self.classes:
            return rarity(commonness(np.unique(values, return_inverse=True)[1].astype(np.int64)), self.beta)
        target = values.astype(np.float64)
        if not np.isfinite(target).all():
            raise ValueError("`y` must be finite, got a missing or an infinite value.")
        return rarity(commonness(bins_of(target, self.bins)), self.beta)

    def fit_resample(self, X: Any, y: npt.ArrayLike) -> tuple[Any, Any]:
        """The drawn rows and their targets, in the rows' order; `sample_indices_` are their positions."""
        self.sample_indices_ = self.draw(y)
        rows = X.iloc[self.sample_indices_] if hasattr(X, "iloc") else np.asarray(X)[self.sample_indices_]
        return rows, np.asarray(y)[self.sample_indices_]

    def draw(self, y: npt.ArrayLike) -> Places:
        """The positions of the drawn rows, ascending, one as often as it is presented."""
        raise NotImplementedError


class HistUnder(_Histogram):
    """HistUS: a row stays with probability p; a row of the largest target always.

    Parameters
    ----------
    beta
        How strongly common rows are thinned.
    bins
        Of the histogram; null for a hundredth of the rows.
    classes
        Whether targets are names: then a class is a bin.
    seed
        Of the drawing.
    """

    def __init__(self, beta: float = 1.0, bins: int | None = None, *, classes: bool = False, seed: int = 42) -> None:
        self.beta = beta
        self.bins = bins
        self.classes = classes
        self.seed = seed

    def draw(self, y: npt.ArrayLike) -> Places:
        """The positions of the rows that stay."""
        kept = np.random.default_rng(self.seed).random(len(np.asarray(y))) < self.rarity(y)
        if not self.classes:
            target = np.asarray(y, np.float64)
            kept |= target == target.max()
        return np.flatnonzero(kept)

    def weights(self, y: npt.ArrayLike) -> Floats:
        """What each row counts on average, (rows,): the drawing without its chance."""
        found = self.rarity(y)
        if not self.classes:
            target = np.asarray(y, np.float64)
            found[target == target.max()] = 1.0
        return found


class HistOver(_Histogram):
    """HistOS: a row is presented once, and again while U < p, with p <- p / alpha after each, at most 40 times.

    Parameters
    ----------
    beta, bins, classes, seed
        As of `HistUnder`.
    alpha
        How fast the chance of one more presentation falls.
    """

    def __init__(
        self,
        beta: float = 1.0,
        alpha: float = 1.02,
        bins: int | None = None,
        *,
        classes: bool = False,
        seed: int = 42,
    ) -> None:
        self.beta = beta
        self.alpha = alpha
        self.bins = bins
        self.classes = classes
        self.seed = seed

    def draw(self, y: npt.ArrayLike) -> Places:
        """The positions of the rows, each as often as it is presented."""
        p = self.rarity(y)
        random = np.random.default_rng(self.seed)
        times, going = np.ones(len(p), np.int64), np.ones(len(p), np.bool_)
        for _ in range(MOST - 1):
            going &= random.random(len(p)) < p
            times += going
            p = p / self._fall()
        return np.repeat(np.arange(len(p)), times)

    def weights(self, y: npt.ArrayLike) -> Floats:
        """How often each row is presented on average, (rows,)."""
        return presentations(self.rarity(y), self._fall())

    def _fall(self) -> float:
        if self.alpha < 1:
            raise ValueError(f"`alpha` must be 1 or more, got {self.alpha}.")
        return self.alpha
