"""Where a row's numbers stand among those of its group, such as a country: percentiles, distances to the median."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from features.local.levels import Codes, Levels
from features.local.rows import Features, Floats, LocalGroup, LocalRows, numbers_of
from features.local.settings import Local

MOST = 200
"""Values of a group's distribution that are kept."""
ALL = -1
"""The code under which the distribution of all rows stands."""
SCHEMA = {
    "feature": pl.String,
    "by": pl.String,
    "code": pl.Int64,
    "value": pl.Float32,
    "place": pl.Float64,
}
Curve = tuple[npt.NDArray[np.float32], Floats]
"""Ascending values, and the place of each: the share of rows below it, with half of those equal to it."""
Curves = Mapping[tuple[str, str], Mapping[int, Curve]]


@dataclass(frozen=True)
class Places:
    """Distributions of features by (feature, column) and code.

    Parameters
    ----------
    of
        The distributions; that of all rows under `ALL`.
    as_median
        Whether the distance to the group's median is told in place of the percentile.
    """

    of: Curves
    as_median: bool

    @property
    def table(self) -> pl.DataFrame:
        """A row a value."""
        parts = [
            pl.DataFrame({"feature": f, "by": by, "code": code, "value": value, "place": place}, schema=SCHEMA)
            for (f, by), curves in self.of.items()
            for code, (value, place) in curves.items()
        ]
        return pl.concat(parts) if parts else pl.DataFrame(schema=SCHEMA)

    def describe(self, rows: LocalRows) -> Features:
        """`<feature>__in_<by>`, 0 to 1, or `<feature>__from_<by>`, the feature less its group's median."""
        ending = "from" if self.as_median else "in"
        found: Features = {}
        for (feature, by), curves in self.of.items():
            values, codes = numbers_of(rows.features, feature), rows.codes[by]
            told = _from_median(values, codes, curves) if self.as_median else _placed(values, codes, curves)
            found[f"{feature}__{ending}_{by}"] = told
        return found


def curve_of(values: npt.NDArray[np.float32]) -> Curve:
    """A distribution as some 200 of its values at most, evenly spread over its rows, from the least to the greatest."""
    levels, counts = np.unique(values, return_counts=True)
    below = np.cumsum(counts) - counts
    places = (below + counts / 2) / len(values)
    if len(levels) > MOST:
        wanted = np.linspace(0, 1, MOST)
        at = np.unique(np.clip(np.searchsorted(places, wanted), 0, len(levels) - 1))
        at = np.unique(np.concatenate([[0], at, [len(levels) - 1]]))
        levels, places = levels[at], places[at]
    return levels, places


def place_of(values: npt.NDArray[np.float32], curve: Curve) -> Floats:
    """Places of values in a distribution, between two of its own in proportion; NaN of NaN."""
    levels, places = curve
    at = np.clip(np.searchsorted(levels, values, side="right") - 1, 0, max(len(levels) - 2, 0))
    after = np.minimum(at + 1, len(levels) - 1)
    low, high = levels[at].astype(np.float64), levels[after].astype(np.float64)
    share = np.divide(values - low, high - low, out=np.zeros(len(values)), where=high > low)
    found = places[at] + np.clip(share, 0, 1) * (places[after] - places[at])
    return np.asarray(np.where(np.isnan(values), np.nan, found))


def median_of(curve: Curve) -> float:
    """The value at the middle of a distribution: the last whose place is at most one half, or the first of all."""
    levels, places = curve
    return float(levels[max(int(np.searchsorted(places, 0.5, side="right")) - 1, 0)])


def _placed(values: npt.NDArray[np.float32], codes: Codes, curves: Mapping[int, Curve]) -> Floats:
    found = np.full(len(values), np.nan)
    order = np.argsort(codes, kind="stable")
    ordered = codes[order]
    firsts = np.flatnonzero(np.diff(ordered, prepend=-2))
    for start, end in zip(firsts, [*firsts[1:], len(ordered)], strict=True):
        at = order[start:end]
        found[at] = place_of(values[at], curves.get(int(ordered[start]), curves[ALL]))
    return found


def _from_median(values: npt.NDArray[np.float32], codes: Codes, curves: Mapping[int, Curve]) -> Floats:
    medians = np.full(max(codes.max(initial=0), *curves) + 1, median_of(curves[ALL]))
    for code, curve in curves.items():
        if code != ALL:
            medians[code] = median_of(curve)
    return np.asarray(values - medians[codes])


def _curves(rows: LocalRows, local: Local) -> Curves:
    found: dict[tuple[str, str], dict[int, Curve]] = {}
    for by in local.beside.by:
        codes, size = rows.codes[by], rows.levels.size(by)
        for feature in local.beside.of:
            values = numbers_of(rows.features, feature)
            known = ~np.isnan(values)
            if known.any():
                found[feature, by] = _by_code(values[known], codes[known], size, local.beside.fewest)
    return found


def _by_code(values: npt.NDArray[np.float32], codes: Codes, size: int, fewest: int) -> dict[int, Curve]:
    curves = {ALL: curve_of(values)}
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=size + 2))
    for code in range(size + 1):  # a strange level is compared with all
        at = order[ends[code - 1] if code else 0 : ends[code]]
        if len(at) >= fewest:
            curves[code] = curve_of(values[at])
    return curves


def _read_curves(table: pl.DataFrame) -> Curves:
    found: dict[tuple[str, str], dict[int, Curve]] = {}
    parts = table.partition_by("feature", "by", "code", as_dict=True, maintain_order=True)
    for key, part in parts.items():
        feature, by, code = key
        curves = found.setdefault((str(feature), str(by)), {})
        curves[int(code)] = (part["value"].to_numpy(), part["place"].to_numpy())
    return found


def _learn_percentiles(rows: LocalRows, local: Local) -> Places:
    return Places(_curves(rows, local), as_median=False)


def _read_percentiles(table: pl.DataFrame, _: Levels, __: Local) -> Places:
    return Places(_read_curves(table), as_median=False)


def _learn_deviations(rows: LocalRows, local: Local) -> Places:
    return Places(_curves(rows, local), as_median=True)


def _read_deviations(table: pl.DataFrame, _: Levels, __: Local) -> Places:
    return Places(_read_curves(table), as_median=True)


percentiles = LocalGroup("percentiles", _learn_percentiles, _read_percentiles)
deviations = LocalGroup("deviations", _learn_deviations, _read_deviations)
