"""A frame as charts see it: fields with their types, titles and formats, and values that are the same everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import polars as pl

from report.page.blocks import Format
from report.page.cells import default_format, title

D3: dict[Format, str] = {
    "count": ",d",
    "number": ",.6~r",
    "share": ".1~%",
    "money": ",.2f",
    "seconds": ",.3~r",
    "bytes": ".3~s",
}
DIGITS = 6
ORDER = "__order"
LETTERS = 60
"""Of names below a chart, which stand upright up to so many."""
STEP, NARROW = 24, 12
"""Pixels of a row of names, and of one bar of several in it."""


@dataclass(frozen=True)
class Frame:
    """A frame with how its columns are written.

    Parameters
    ----------
    rows
        Some thousand rows at most.
    formats, titles
        By column.
    """

    rows: pl.DataFrame
    formats: Mapping[str, Format] | None = None
    titles: Mapping[str, str] | None = None

    def chart(self, described: str, named: str | None = None, beside: str | None = None) -> alt.Chart:
        """Give a chart of the rows, described by what it is for who cannot see it.

        Its height follows from the names of the column `named` that stand below each other, with a line for each value
        of `beside`, if they are given.
        """
        made = alt.Chart(light(self.rows), description=described)
        if named is None:
            return made
        each = max(STEP, NARROW * self.rows[beside].n_unique()) if beside else STEP
        return made.properties(height=each * max(1, self.rows[named].n_unique()))

    def named(self, *columns: str) -> "Frame":
        """Take times in columns that name bars or cells as words."""
        return replace(self, rows=self.rows.with_columns(_worded(self.rows[column]) for column in columns))

    def ordered(self, column: str) -> "Frame":
        """Number a column's values as they first stand, in a column (`ORDER`) that is not among the figures shown."""
        levels = self.rows[column].unique(maintain_order=True)
        places = pl.DataFrame({column: levels, ORDER: range(len(levels))})
        return replace(
            self, rows=self.rows.join(places, on=column, how="left", nulls_equal=True, maintain_order="left")
        )

    def kind(self, column: str) -> str:
        """Tell Vega-Lite's type of a column."""
        dtype = self.rows.schema[column]
        if dtype.is_numeric():
            return "quantitative"
        return "temporal" if dtype in (pl.Date, pl.Datetime) else "nominal"

    def title(self, column: str) -> str:
        """Tell what a column is called."""
        return (self.titles or {}).get(column, title(column))

    def d3(self, column: str) -> str:
        """Tell d3's format of a column; empty for text."""
        form = (self.formats or {}).get(column) or default_format(self.rows.schema[column])
        return D3.get(form, "")

    def escaped(self, column: str) -> str:
        """Write a column's name where Vega-Lite would see a path in its dots and brackets."""
        return column.replace("\\", "\\\\").replace(".", "\\.").replace("[", "\\[").replace("]", "\\]")

    def plain(self, column: str) -> dict[str, Any]:
        """Give what any channel needs."""
        return {"field": self.escaped(column), "type": self.kind(column), "title": self.title(column)}

    def field(
        self, column: str, called: str | None = None, scale: str = "linear", zero: bool = False
    ) -> dict[str, Any]:
        """Give a position's channel; with another column's title where it shares an axis."""
        called = called or column
        given = {**self.plain(column), "title": self.title(called)}
        if self.kind(column) == "temporal":
            return {**given, "scale": alt.Scale(type="utc")}  # of the log's clock, not of the browser's
        if self.kind(column) == "nominal":
            return {**given, "sort": None}
        return {**given, "axis": alt.Axis(format=self.d3(called)), **self._scale(column, scale, zero)}

    def band(self, column: str, below: bool = True) -> dict[str, Any]:
        """Give the channel of a position whose values are names, in the frame's order; long ones lean, `below`."""
        given = {**self.plain(column), "type": "ordinal", "sort": None}
        if not below:
            return given
        letters = self.rows[column].unique().cast(pl.String).str.len_chars().sum()
        return {**given, "axis": alt.Axis(labelAngle=0 if letters <= LETTERS else -40, labelOverlap=True)}

    def colored(self, column: str | None) -> dict[str, Any]:
        """Give the channel of colour, or none."""
        return {"color": alt.Color(**{**self.plain(column), "type": "nominal"}, sort=None)} if column else {}

    def tips(self, *columns: str | None) -> list[alt.Tooltip]:
        """Give a tooltip of the columns that are named."""
        return [self._tip(column) for column in columns if column]

    def range(self, *columns: str) -> tuple[float, float]:
        """Give the least and the most of several columns."""
        held = pl.concat([self.rows[column].cast(pl.Float64) for column in columns]).drop_nans().drop_nulls()
        return (float(held.min() or 0.0), float(held.max() or 0.0)) if len(held) else (0.0, 1.0)  # type: ignore[arg-type]

    def _scale(self, column: str, scale: str, zero: bool) -> dict[str, Any]:
        if scale == "linear":
            return {}
        least = self.rows[column].min()
        if scale == "log" and (zero or least is None or least <= 0):  # type: ignore[operator]
            return {"scale": alt.Scale(type="symlog")}
        return {"scale": alt.Scale(type=scale, nice=scale != "log")}  # type: ignore[arg-type]

    def _tip(self, column: str) -> alt.Tooltip:
        if self.kind(column) == "quantitative":
            return alt.Tooltip(**self.plain(column), format=self.d3(column))
        return alt.Tooltip(**self.plain(column))


def _worded(values: pl.Series) -> pl.Series:
    if values.dtype not in (pl.Date, pl.Datetime):
        return values
    days = values.dt.strftime("%Y-%m-%d")
    return days if (values.dt.truncate("1d") == values).all() else values.dt.strftime("%Y-%m-%d %H:%M")


def light(rows: pl.DataFrame) -> pl.DataFrame:
    """Make a frame's values those of JSON: times as UTC text, floats of six digits, what is no number null."""
    floats, times = pl.selectors.float(), pl.selectors.datetime()
    return rows.with_columns(
        pl.when(floats.is_finite()).then(floats.round_sig_figs(DIGITS)),
        times.dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"),
        pl.selectors.date().dt.strftime("%Y-%m-%dT00:00:00Z"),
        pl.selectors.categorical().cast(pl.String),
        pl.selectors.enum().cast(pl.String),
    )
