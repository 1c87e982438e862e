"""How far a row's numbers are from the median of its group, such as its country."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from features.local.by_group import ALL, grouping_columns, known_by_group
from features.local.levels import Levels
from features.local.rows import Features, LocalGroup, LocalRows, numbers_of
from features.local.settings import Local

SCHEMA = {"feature": pl.String, "by": pl.String, "code": pl.Int64, "median": pl.Float64}


@dataclass(frozen=True)
class Medians:
    """Medians by (feature, column) and code: of an even number of values the lower of the two in the middle."""

    of: Mapping[tuple[str, str], Mapping[int, float]]

    @property
    def table(self) -> pl.DataFrame:
        """A row a median."""
        rows = [(f, by, code, median) for (f, by), found in self.of.items() for code, median in found.items()]
        return pl.DataFrame(rows, schema=SCHEMA, orient="row")

    def describe(self, rows: LocalRows) -> Features:
        """`<feature>__from_<by>`: the feature less its group's median."""
        found: Features = {}
        for (feature, by), medians in self.of.items():
            by_code = np.full(rows.levels.size(by) + 2, medians[ALL])
            for code, median in medians.items():
                if code != ALL:
                    by_code[code] = median
            found[f"{feature}__from_{by}"] = numbers_of(rows.features, feature) - by_code[rows.codes[by]]
        return found


def _learn(rows: LocalRows, local: Local) -> Medians:
    found: dict[tuple[str, str], dict[int, float]] = {}
    for feature, by, code, values in known_by_group(rows, local.beside):
        found.setdefault((feature, by), {})[code] = float(values[(len(values) - 1) // 2])
    return Medians(found)


def _read(table: pl.DataFrame, _: Levels, __: Local) -> Medians:
    found: dict[tuple[str, str], dict[int, float]] = {}
    for feature, by, code, median in table.rows():
        found.setdefault((feature, by), {})[code] = median
    return Medians(found)


deviations = LocalGroup(
    "deviations",
    "A feature less its median in the row's group: `<feature>__from_<column>`.",
    _learn,
    _read,
    grouping_columns,
)
