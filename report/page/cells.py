"""Tables for people: values written by their format, the best ones marked, and what they are sorted by."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from report.page.blocks import Format, Shown

NONE = "-"
SHORT, LONG = 19, 24  # characters; a date and time are short
KIB = 1024
SMALL, LARGE = 1e-3, 1e4  # between them `mixed` numbers are written with decimals


@dataclass(frozen=True)
class Cell:
    """A value as it is written, what it is sorted by (empty where by its text), and whether it is its column's best."""

    text: str
    sorted_by: str = ""
    best: bool = False


@dataclass(frozen=True)
class Tabled:
    """A table's columns (title, and class: `number`, `short`, `long` or none) and its rows.

    `named` where the first cell of a row names it.
    """

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Cell, ...], ...]
    named: bool


def tabled(shown: Shown) -> Tabled:
    """Write a table's values; numbers of one column get the same decimals."""
    rows = shown.rows
    formats = {name: shown.formats.get(name) or default_format(rows.schema[name]) for name in rows.columns}
    cells = [_column(rows[name], formats[name], shown.best) for name in rows.columns]
    return Tabled(
        columns=tuple((title(name), _kind(rows[name], formats[name])) for name in rows.columns),
        rows=tuple(zip(*cells, strict=True)),
        named=bool(rows.columns) and formats[rows.columns[0]] == "text",
    )


def title(column: str) -> str:
    """Write a column's name for people."""
    return column.replace("__", ": ").replace("_", " ")


def _kind(values: pl.Series, form: Format) -> str:
    """`number`; of texts `short` where none is broken over lines, `long` where they need room of their own."""
    if form != "text":
        return "number"
    longest = max((len(written(value, form)) for value in values.to_list()), default=0)
    return "short" if longest <= SHORT else "long" if longest > LONG else ""


def default_format(dtype: pl.DataType) -> Format:
    """Give the format of a column that names none: whole numbers are counted, others are numbers or text."""
    if dtype.is_integer():
        return "count"
    return "number" if dtype.is_numeric() else "text"


def written(value: object, form: Format, decimals: int = 4) -> str:
    """Write one value; what is missing or not a number is a dash."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return NONE
    if form == "text" or not isinstance(value, (int, float)) or isinstance(value, bool):
        return _as_text(value)
    if math.isinf(value):
        return "∞" if value > 0 else "-∞"
    return WRITERS[form](value) if form in WRITERS else _number(value, decimals)


def _column(values: pl.Series, form: Format, best: Mapping[str, bool]) -> list[Cell]:
    held = values.to_list()
    numbers = [value for value in held if isinstance(value, (int, float)) and not math.isnan(value)]
    top = None
    if values.name in best and numbers:
        top = max(numbers) if best[values.name] else min(numbers)
    decimals = _decimals(numbers)
    return [
        Cell(
            written(value, form, decimals),
            "" if form == "text" else _sorted_by(value),
            top is not None and value == top,
        )
        for value in held
    ]


def _decimals(numbers: list[float]) -> int:
    """Give four significant digits to the largest of a column, and no more than four decimals."""
    largest = max((abs(number) for number in numbers if math.isfinite(number)), default=0.0)
    return max(0, min(4, 4 - len(str(int(largest))))) if largest >= 1 else 4


def _sorted_by(value: object) -> str:
    return repr(value) if isinstance(value, (int, float)) and math.isfinite(value) else ""


def _as_text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return ", ".join(_as_text(one) for one in value)
    return str(value)


def _number(value: float, decimals: int) -> str:
    least = 10.0**-decimals
    return f"<{least:.{decimals}f}" if 0 < value < least / 2 else f"{value:,.{decimals}f}"


def _mixed(value: float) -> str:
    """Four significant digits of its own, where a column's values are of different scales."""
    if value == int(value) or abs(value) >= LARGE:
        return f"{value:,.0f}"
    return f"{value:,.{max(0, 3 - math.floor(math.log10(abs(value))))}f}" if abs(value) >= SMALL else f"{value:.3g}"


def _duration(seconds: float) -> str:
    if abs(seconds) < 1:
        return f"{seconds * 1000:,.0f} ms"
    if abs(seconds) < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _size(held: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if abs(held) < KIB:
            return f"{held:,.0f} B" if unit == "B" else f"{held:,.1f} {unit}"
        held /= KIB
    return f"{held:,.1f} GiB"


WRITERS: Mapping[str, Callable[[float], str]] = {
    "count": "{:,.0f}".format,
    "mixed": _mixed,
    "share": "{:.1%}".format,
    "money": "{:,.2f}".format,
    "seconds": _duration,
    "bytes": _size,
}
