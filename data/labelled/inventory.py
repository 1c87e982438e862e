"""The table of columns that every run writes: what each holds, what became of it, in how many rows it is missing."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data.labelled.config import Labelled
from data.labelled.index import Index
from data.labelled.reading import Odd
from data.labelled.roles import BECAME
from data.labelled.types import VALUE, family_of, kind

COLUMNS = "columns.csv"
SCHEMA = {"name": pl.String, "kind": pl.String, "became": pl.String, "missing": pl.Float64, "set_aside": pl.String}
WORDS = {"null": "nothing", "number": "number", "time": "time", "text": "text", "list": "list"}


def inventory(index: Index, table: Labelled, missing: Mapping[str, int], odd: Odd, rows: int) -> pl.DataFrame:
    """A row a column, in the order of the table's columns.

    Parameters
    ----------
    index, table
        The table.
    missing
        By column, in how many of the rows it has no value; of one that is not read nothing is known.
    odd
        By column, values that could not be said in its type, by reason.
    rows
        How many there are.

    Returns
    -------
    pl.DataFrame
        `name`; `kind` (of features by their type, else their role); `became`; `missing`, a share; `set_aside`.
    """
    days = {column: f"a label, {days} days: never a feature" for days, column in table.horizons.items()}
    told = [
        (
            name,
            kind_word(index.schema[name]) if name in index.schema else role,
            days.get(name, BECAME[role]),
            missing[name] / rows if name in missing and rows else None,
            ", ".join(f"{count} {reason}" for reason, count in sorted(odd.get(name, Counter()).items())),
        )
        for name, role in index.roles.items()
    ]
    return pl.DataFrame(told, schema=SCHEMA, orient="row")


def kind_word(dtype: pl.DataType) -> str:
    """What a type holds, in a word or two."""
    family = family_of(dtype)
    if family == "pairs":
        entry = kind(dtype.inner)  # type: ignore[attr-defined]
        values = {field.name: kind(field.dtype) for field in entry.fields} if isinstance(entry, pl.Struct) else {}
        times = any(family_of(held) == "time" for held in values.values())
        return ("map" if VALUE in values else "pairs") + (" of times" if times else "")
    return WORDS[family] if family is not None else "unreadable"


def described(mine: pl.DataFrame, features: pl.DataFrame) -> pl.DataFrame:
    """The table of columns with what a describer of rows says of those that it read.

    Parameters
    ----------
    mine
        As `inventory` gives it.
    features
        `name`, `kind`, `became`, `set_aside` of the describer; of its own kind and not of the type alone.
    """
    theirs = features.select("name", *(pl.col(name).alias(f"{name}_") for name in ("kind", "became", "set_aside")))
    feature = pl.col("became") == BECAME["feature"]
    joined = mine.join(theirs, on="name", how="left", maintain_order="left", validate="m:1")
    both = pl.concat_str(pl.col("set_aside"), pl.col("set_aside_").replace("", None), separator=", ", ignore_nulls=True)
    chosen = {name: pl.when(feature).then(pl.coalesce(f"{name}_", name)).otherwise(name) for name in ("kind", "became")}
    aside = pl.when(feature).then(both.str.strip_chars(", ")).otherwise("set_aside")
    return joined.with_columns(**chosen, set_aside=aside).select(list(SCHEMA))


def write_inventory(columns: pl.DataFrame, folder: Path) -> None:
    """Write columns.csv."""
    columns.write_csv(folder / COLUMNS, float_precision=6)
