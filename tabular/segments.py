"""Reports of parts of a flat table: new and returning visitors, and the levels of a column."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from evaluation.classification import class_report
from learning.columns import tidy
from tabular.classified_rows import FlatTable, Labels

SEGMENTS = 20  # levels of `by` that are reported


def segments_of(
    table: pl.DataFrame, flat: FlatTable, answers: npt.NDArray[np.float64], truth: Labels, classes: Sequence[str]
) -> dict[str, Any]:
    """The classification report of new and of returning visitors, and of each level of `by`."""
    parts: dict[str, pl.Series] = {}
    if flat.user is not None:
        parts[flat.user] = _visitors(table, flat.user, flat.time)
    if flat.by is not None:
        parts[flat.by] = table[flat.by].cast(pl.String).fill_null("(missing)")
    found: dict[str, Any] = {}
    for name, part in parts.items():
        levels = part.value_counts().sort("count", part.name, descending=[True, False]).head(SEGMENTS)[part.name]
        inside = {str(level): (part == level).to_numpy() for level in levels}
        found[name] = {
            level: class_report(truth[rows], answers[rows], classes)
            | {
                "came_true": {c: float((truth[rows] == n).mean()) for n, c in enumerate(classes)},
                "promised": {c: float(answers[rows, n].mean()) for n, c in enumerate(classes)},
            }
            for level, rows in inside.items()
        }
    return found


def _visitors(table: pl.DataFrame, user: str, time: str | None) -> pl.Series:
    """`new` at a visitor's first row, by time or else in the file's order, `returning` afterwards."""
    when = tidy(table.select(time)).to_series().alias("when") if time else pl.Series("when", range(table.height))
    rows = pl.DataFrame([table[user].alias("user"), when]).with_row_index("at")
    first = rows.sort("when", "at", nulls_last=True).unique("user", keep="first", maintain_order=True)["at"]
    seen = rows["at"].is_in(first.implode())
    return (
        pl.DataFrame({"new": seen})
        .select(pl.when("new").then(pl.lit("new")).otherwise(pl.lit("returning")).alias("visitor"))
        .to_series()
    )
