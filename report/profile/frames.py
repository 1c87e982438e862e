"""Tables of profile.json as frames."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Headline

Rows = Sequence[Mapping[str, Any]]
TITLES = {
    "sd": "standard deviation",
    "least": "smallest",
    "most": "largest",
    "skew_log": "skew of log(1 + x)",
    "top1": "share of the largest 1 %",
    "top10": "share of the largest 10 %",
}
BRIEF = ("rows", "mean", "sd", "least", "q0.05", "q0.5", "q0.95", "most", "skew", "skew_log")


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


def measures(named: Mapping[str, Mapping[str, Any] | None], left_out: Collection[str] = ()) -> pl.DataFrame:
    """What sums a few columns of numbers up, a row a measure and a column each, as texts."""
    given = {name: told for name, told in named.items() if told}
    asked = [key for key in next(iter(given.values()), {}) if key not in left_out]
    rows = [{"measure": _called(key)} | {n: _shown(key, told[key]) for n, told in given.items()} for key in asked]
    return pl.DataFrame(rows, infer_schema_length=None)


def spreads(named: Mapping[str, Mapping[str, Any]]) -> pl.DataFrame:
    """What sums many columns of numbers up, a row each: the measures that tell most."""
    return pl.DataFrame(
        [{"column": name} | {_called(key): told[key] for key in BRIEF} for name, told in named.items()],
        infer_schema_length=None,
    )


def _called(key: str) -> str:
    if key == "q0.5":
        return "median"
    return f"{float(key[1:]):.1%} lie below".replace(".0%", "%") if key.startswith("q0") else TITLES.get(key, key)


def _shown(key: str, value: float | None) -> str:
    return share(value) if key in ("top1", "top10") else written(value)
