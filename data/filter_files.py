"""Lists of items that a shop keeps beside its log: what is sold, what is not wanted, what is in stock."""

import gzip
import zlib
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import refuse_faults
from data.files import read_batches
from data.formats import LogFormat

TABLES = (".parquet", ".jsonl", ".ndjson", ".json")


def read_items(path: Path, setting: str, names: Sequence[str]) -> pl.Series:
    """The keys in a list of items, as texts, each once, in the file's order.

    Parameters
    ----------
    path
        A table with one of the columns, or a text file with a key a line.
    setting
        What names the file, for messages.
    names
        What the column of items may be called.

    Raises
    ------
    AisleError
        If the file cannot be read, or names no item.
    """
    table = read_table(path, names)
    rows = table if table is not None else pl.DataFrame({names[0]: _lines(path)}, schema={names[0]: pl.String})
    column = _column(rows, path, setting, names)
    keys = as_keys(rows[column]).drop_nulls().unique(maintain_order=True)
    if keys.is_empty():
        raise AisleError(
            f"{path}: `{setting}` names no item; give a key a line, or a table with a column `{names[0]}`."
        )
    return keys


def read_stock(path: Path, names: Sequence[str]) -> pl.DataFrame:
    """What is left of each item: frame(key, left), an item that is named several times with the most of them.

    Raises
    ------
    AisleError
        If the file cannot be read, lacks a column, or a number of pieces is none.
    """
    rows = read_table(path, names)
    if rows is None or "stock" not in rows.columns:
        found = "a list" if rows is None else rows.columns
        raise AisleError(f"{path}: `filters.stock` needs a table with columns `{names[0]}` and `stock`, got {found}.")
    keys = as_keys(rows[_column(rows, path, "filters.stock", names)])
    told = rows["stock"]
    left = (told.str.strip_chars() if told.dtype == pl.String else told).cast(pl.Float64, strict=False)
    if (wrong := keys.is_not_null() & (left.is_null() | left.is_nan())).any():
        row = int(wrong.arg_true()[0])
        raise AisleError(
            f"{path}: row {row + 1}: `stock` of item {keys[row]!r} is {told[row]!r}, and no number; write 0 where "
            "there is none, or leave the item out."
        )
    return pl.DataFrame({"key": keys, "left": left}).drop_nulls().group_by("key").agg(pl.col("left").max()).sort("key")


def read_table(path: Path, names: Sequence[str]) -> pl.DataFrame | None:
    """A file as a table; null for a text whose first line does not name the column of items."""
    if not any(suffix.lower() in TABLES for suffix in path.suffixes):
        first = next(iter(_lines(path)), "")
        separator = max(",;\t", key=first.count) if any(c in first for c in ",;\t") else ","
        header = [field.strip().strip("\"'") for field in first.split(separator)]
        if not set(header) & set(names):
            return None
        return pl.concat([refuse_faults(batch, path) for batch in read_batches(path, LogFormat(separator=separator))])
    return pl.concat([refuse_faults(batch, path) for batch in read_batches(path, LogFormat())], how="vertical_relaxed")


def as_keys(values: pl.Series) -> pl.Series:
    """Keys as texts without blanks around them; whole numbers as they are written, null for what is no key."""
    if values.dtype.is_float():
        values = values.set(~(values.is_finite() & (values == values.floor())), None).cast(pl.Int64, strict=False)
    text = values.cast(pl.String).str.strip_chars()
    return text.set(text == "", None)


def _column(rows: pl.DataFrame, path: Path, setting: str, names: Sequence[str]) -> str:
    found = next((name for name in names if name in rows.columns), None)
    if found is None:
        raise AisleError(f"{path}: `{setting}` needs a column `{names[0]}`, the table has {rows.columns}: name it so.")
    if rows.schema[found].is_nested():
        raise AisleError(f"{path}: `{setting}`: column `{found}` holds {rows.schema[found]}; give one key a row.")
    return found


def _lines(path: Path) -> list[str]:
    """A text's lines with something in them."""
    try:
        with gzip.open(path) if path.suffix.lower() == ".gz" else path.open("rb") as file:
            text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise AisleError(f"{path}: byte {error.start} is not UTF-8; write the list as UTF-8 text.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise AisleError(f"{path}: cannot be read ({error}); check the path.") from None
    return [line.strip() for line in text.splitlines() if line.strip()]
