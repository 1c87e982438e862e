"""Tables of profile.json as frames."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Headline

Rows = Sequence[Mapping[str, Any]]


def frame(rows: Rows, *columns: str) -> pl.DataFrame:
    """Rows as a frame of some of their columns, or of all; empty but with its columns where there is no row."""
    found = pl.DataFrame(list(rows), infer_schema_length=None)
    if not found.width:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return found.select(columns) if columns else found


def dated(rows: Rows, *columns: str) -> pl.DataFrame:
    """The same with `period` as a moment."""
    return frame(rows, *columns).with_columns(pl.col("period").str.to_datetime("%Y-%m-%dT%H:%M:%SZ"))


def counted(rows: Rows) -> pl.DataFrame:
    """A histogram's labels and rows."""
    return frame(rows, "label", "rows")


def headline(label: str, value: object, source: str = "", beside: str = "") -> Headline:
    """A number as it is read."""
    return Headline(label, written(value), beside, source)


def written(value: object) -> str:
    """A number in a few digits; a dash where there is none."""
    if value is None:
        return "-"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    if isinstance(value, int) or abs(value) >= 1_000:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.3g}"


def share(value: float | None) -> str:
    """A share in percent."""
    return "-" if value is None else f"{value:.1%}"


def spreads(named: Mapping[str, Mapping[str, Any] | None]) -> pl.DataFrame:
    """What sums several columns of numbers up, a row each."""
    return pl.DataFrame([{"": name, **told} for name, told in named.items() if told], infer_schema_length=None)
