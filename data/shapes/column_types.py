"""What a raw column may hold: single values, of types that keys, times, numbers and texts can be made from."""

from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import with_faults
from data.opening.arrow_types import why_unreadable
from data.shortened import sample
from data.values.time_range import within_range

NUMBERS = frozenset({"price", "quantity", "session_value"})
NO_NUMBER = (pl.Boolean, pl.Date, pl.Datetime, pl.Time)
NO_TIME = (pl.Boolean, pl.Time)


def plain_columns(
    frame: pl.DataFrame, path: Path, names: Mapping[str, str] | None = None, kept: Collection[str] = ()
) -> pl.DataFrame:
    """A raw batch whose columns hold single values: numbers, texts, truth values, dates, times or nulls.

    Bytes become texts, decimals whole numbers (without a fraction: texts where 64 bits do not hold one) or floats,
    categories texts. A value that cannot be said - bytes that are not UTF-8, a time outside the years 1 to 9999 -
    is null, and its row has a fault.

    Parameters
    ----------
    frame
        The columns that are used.
    path
        The file, for messages.
    names
        What the file calls the columns, for messages; those absent here are called by their own name.
    kept
        Columns that may hold lists, structs and durations too.

    Returns
    -------
    pl.DataFrame
        The same rows and columns, and `FAULT` where there is a fault.

    Raises
    ------
    AisleError
        If a column cannot be read, or holds what is no single value.
    """
    lost: list[tuple[pl.Series, str]] = []
    columns = []
    for column in frame.iter_columns():
        name = (names or {}).get(column.name, column.name)
        plain = _plain(column, partial(_refusal, path, name), column.name in kept)
        columns.append(plain)
        if plain.null_count() > column.null_count():
            lost.append((plain.is_null() & column.is_not_null(), f"{sample(name)} {_loss(column)}"))
    settled = pl.DataFrame(columns)
    for rows, why in lost:
        settled = with_faults(settled, rows, why)
    return settled


def check_roles(frame: pl.DataFrame, path: Path) -> None:
    """Refuse times that should be numbers and truth values that should be times: they would be read as others."""
    for name, dtype in frame.schema.items():
        if name in NUMBERS and dtype in NO_NUMBER:
            raise _refusal(path, name, f"{dtype} where numbers are needed", "name another column")
        if name == "ts" and dtype in NO_TIME:
            raise _refusal(path, name, f"{dtype} where dates with times are needed", "name another column")


def as_texts(column: pl.Series) -> pl.Series:
    """A plain column as stripped texts, whole numbers without a fraction: 5.0 is how pandas writes 5 beside a null."""
    texts = column.cast(pl.String).str.strip_chars()
    if not column.dtype.is_float():
        return texts
    whole = column.set((column != column.floor()).fill_null(True), None).cast(pl.Int64, strict=False)
    return whole.cast(pl.String).fill_null(texts).set(column.is_nan(), None)


def _plain(column: pl.Series, refusal: Callable[[str, str], AisleError], kept: bool) -> pl.Series:
    """The column in a plain type; what it cannot say is null."""
    dtype = column.dtype
    if (why := why_unreadable(dtype)) is not None:
        raise refusal(
            f"what cannot be read ({why})", "write it as text or numbers, each column under a name of its own"
        )
    if kept and (dtype.is_nested() or dtype == pl.Duration):
        return column
    if dtype.is_nested():
        raise refusal(f"{dtype} where each row needs one value", "name another column, or flatten this one")
    if dtype.is_temporal() and dtype != pl.Duration:
        return within_range(column)
    for kind, settle in SETTLED.items():
        if dtype == kind:
            return settle(column)
    if dtype.is_numeric() or dtype in (pl.String, pl.Boolean, pl.Null):
        return column
    raise refusal(f"{dtype} where each row needs a text, a number or a time", "write it as one of these")


def _loss(column: pl.Series) -> str:
    return "is not UTF-8" if column.dtype == pl.Binary else "is a time outside the years 1 to 9999"


def _text(column: pl.Series) -> pl.Series:
    try:
        return column.cast(pl.String)
    except pl.exceptions.ComputeError:
        return pl.Series(column.name, [_decoded(value) for value in column], dtype=pl.String)


def _decoded(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return None


def _number(column: pl.Series) -> pl.Series:
    """A database's NUMBER(38, 0) is how it writes whole numbers; one with a fraction is a price."""
    assert isinstance(column.dtype, pl.Decimal)
    if column.dtype.scale:
        return column.cast(pl.Float64)
    whole = column.cast(pl.Int64, strict=False)
    return column.cast(pl.String) if whole.null_count() > column.null_count() else whole


SETTLED: dict[type[pl.DataType], Callable[[pl.Series], pl.Series]] = {
    pl.Binary: _text,
    pl.Decimal: _number,
    pl.Categorical: lambda column: column.cast(pl.String),
    pl.Enum: lambda column: column.cast(pl.String),
    pl.Float16: lambda column: column.cast(pl.Float32),
}


def _refusal(path: Path, name: str, found: str, mend: str) -> AisleError:
    return AisleError(f"{path}: `{sample(name)}` holds {sample(found, 120)}; {mend}.")
