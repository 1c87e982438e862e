"""Where a row's numbers stand among those of its group, such as its country."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.local.by_group import ALL, Floats32, grouping_columns, known_by_group
from features.local.levels import Codes, Levels
from features.local.rows import Features, Floats, LocalGroup, LocalRows, numbers_of
from features.local.settings import Local

MOST = 200
"""Values of a group's distribution that are kept, about."""
SCHEMA = {"feature": pl.String, "by": pl.String, "code": pl.Int64, "value": pl.Float32, "place": pl.Float64}
Curve = tuple[Floats32, Floats]
"""Ascending values, and the place of each: the share of rows below it, with half of those equal to it."""


@dataclass(frozen=True)
class Places:
    """Distributions by (feature, column) and code."""

    of: Mapping[tuple[str, str], Mapping[int, Curve]]

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
        """`<feature>__in_<by>`: 0 to 1."""
        return {
            f"{feature}__in_{by}": _placed(numbers_of(rows.features, feature), rows.codes[by], curves)
            for (feature, by), curves in self.of.items()
        }


def curve_of(values: Floats32) -> Curve:
    """A distribution as about 200 values at most, evenly spread over its rows, from the least to the greatest."""
    levels, counts = np.unique(values, return_counts=True)
    places = (np.cumsum(counts) - counts / 2) / len(values)
    if len(levels) > MOST:
        at = np.searchsorted(places, np.linspace(0, 1, MOST))
        at = np.unique(np.clip(np.append(at, 0), 0, len(levels) - 1))
        levels, places = levels[at], places[at]
    return levels, places


def place_of(values: Floats32, curve: Curve) -> Floats:
    """Places of values in a distribution, between two of its own in proportion; NaN of NaN."""
    levels, places = curve
    at = np.clip(np.searchsorted(levels, values, side="right") - 1, 0, max(len(levels) - 2, 0))
    after = np.minimum(at + 1, len(levels) - 1)
    low, high = levels[at].astype(np.float64), levels[after].astype(np.float64)
    share = np.divide(values - low, high - low, out=np.zeros(len(values)), where=high > low)
    found = places[at] + np.clip(share, 0, 1) * (places[after] - places[at])
    return np.asarray(np.where(np.isnan(values), np.nan, found))


def _placed(values: Floats32, codes: Codes, curves: Mapping[int, Curve]) -> Floats:
    found = np.full(len(values), np.nan)
    order = np.argsort(codes, kind="stable")
    levels, firsts = np.unique(codes[order], return_index=True)
    for code, at in zip(levels, np.split(order, firsts[1:]), strict=True) if len(levels) else ():
        found[at] = place_of(values[at], curves.get(int(code), curves[ALL]))
    return found


def _learn(rows: LocalRows, local: Local) -> Places:
    found: dict[tuple[str, str], dict[int, Curve]] = {}
    for feature, by, code, values in known_by_group(rows, local.beside):
        found.setdefault((feature, by), {})[code] = curve_of(values)
    return Places(found)


def _read(table: pl.DataFrame, _: Levels, __: Local) -> Places:
    found: dict[tuple[str, str], dict[int, Curve]] = {}
    parts = table.partition_by("feature", "by", "code", as_dict=True, maintain_order=True)
    for (feature, by, code), part in parts.items():
        found.setdefault((feature, by), {})[code] = (part["value"].to_numpy(), part["place"].to_numpy())
    return Places(found)


percentiles = LocalGroup(
    "percentiles",
    "The share of the taught rows of the row's group that lie below it in a feature: `<feature>__in_<column>`.",
    _learn,
    _read,
    grouping_columns,
)
