"""Ranges of the true value around a prediction, as wide as honest errors of like predictions were."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from value.money.folds import Fold

Floats = npt.NDArray[np.float64]
LEAST_BIN = 100  # rows a bin at least: below it the outer percentiles are guesses
FLOOR = 0.05  # of the mean truth: the least scale of an error


@dataclass(frozen=True)
class Intervals:
    """Where the true value lies with a given coverage: prediction + scale x percentile of scaled errors of its bin.

    The scale is the prediction itself with a floor, so that a small session's range is small; bins are by prediction.

    Parameters
    ----------
    coverage
        Share of the rows whose truth lies inside.
    floor
        Least scale, in money.
    edges
        Inner edges of the bins of predictions, in money.
    low, high
        A bin's percentiles of (truth - prediction) / scale.
    """

    coverage: float
    floor: float
    edges: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @classmethod
    def fit(cls, predicted: Floats, truth: Floats, coverage: float, bins: int = 10) -> "Intervals":
        """Take the percentiles of errors of rows that the prediction was not learnt from.

        By a Mondrian conformal predictive system (Bostrom, Johansson, Lofstrom 2021) with normalised errors.
        """
        floor = FLOOR * float(truth.mean()) or 1.0
        number = max(1, min(bins, len(truth) // LEAST_BIN))
        edges = np.unique(np.quantile(predicted, np.arange(1, number) / number, method="lower"))
        edges = edges[edges > predicted.min()]  # edges are predictions, and so no bin is empty
        where = np.searchsorted(edges, predicted, side="right")
        scale = np.maximum(predicted, floor)
        found = [
            _percentiles((truth - predicted)[where == n], scale[where == n], coverage) for n in range(len(edges) + 1)
        ]
        low, high = (tuple(one) for one in zip(*found, strict=True))
        return cls(coverage, floor, tuple(edges.tolist()), low, high)

    def __call__(self, predicted: Floats, least: Floats | None = None) -> tuple[Floats, Floats]:
        """Low and high of each prediction; not below 0, nor below `least`, what the rows are worth already."""
        where = np.searchsorted(np.array(self.edges), predicted, side="right")
        scale = np.maximum(predicted, self.floor)
        bottom = np.zeros(len(predicted)) if least is None else np.maximum(least, 0.0)
        low = np.maximum(predicted + scale * np.array(self.low)[where], bottom)
        return low, np.maximum(predicted + scale * np.array(self.high)[where], low)

    def to_json(self) -> dict[str, Any]:
        """The intervals as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Intervals":
        """What `to_json` gave."""
        fields: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in values.items()}
        return cls(**fields)


def measured_coverage(
    predicted: Floats, truth: Floats, folds: Sequence[Fold], coverage: float, least: Floats | None = None
) -> dict[str, float]:
    """Cross-conformal (Vovk 2015): each fold's rows in the intervals of the other folds' errors.

    Returns
    -------
    dict
        coverage (what was asked), measured, below and above (shares of rows outside), mean_width and median_width.
    """
    low, high = np.full(len(truth), np.nan), np.full(len(truth), np.nan)
    judged = np.concatenate([outside for _, outside in folds])
    for _, outside in folds:
        rest = np.setdiff1d(judged, outside)
        made = Intervals.fit(predicted[rest], truth[rest], coverage)
        low[outside], high[outside] = made(predicted[outside], None if least is None else least[outside])
    y, lo, hi = truth[judged], low[judged], high[judged]
    return {
        "coverage": coverage,
        "measured": float(np.mean((lo <= y) & (y <= hi))),
        "below": float(np.mean(y < lo)),
        "above": float(np.mean(y > hi)),
        "mean_width": float(np.mean(hi - lo)),
        "median_width": float(np.median(hi - lo)),
    }


def _percentiles(errors: Floats, scale: Floats, coverage: float) -> tuple[float, float]:
    """The outer percentiles of errors over their scale, as crepes has them for a prediction of 0 with scale 1."""
    with warnings.catch_warnings():  # it sets a filter of its own when it is imported
        warnings.simplefilter("ignore")
        from crepes import ConformalPredictiveSystem  # noqa: PLC0415

        system = ConformalPredictiveSystem().fit(errors, sigmas=scale)
        outside = 50 * (1 - coverage)
        found = system.predict_percentiles(
            np.zeros(1), sigmas=np.ones(1), lower_percentiles=outside, higher_percentiles=100 - outside
        )
    scaled = errors / scale
    low, high = (float(v) for v in np.ravel(found))
    return max(low, float(scaled.min())), min(high, float(scaled.max()))  # too few rows make them infinite
