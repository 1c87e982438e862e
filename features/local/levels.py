"""The levels of categories that the taught rows have, and the codes of rows by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

Codes = npt.NDArray[np.int64]
CROSS: Final = "*"
BETWEEN: Final = "\x1f"
SCHEMA = {"column": pl.String, "level": pl.String, "rows": pl.Int64}


@dataclass(frozen=True)
class Levels:
    """Levels by column, the most frequent first, equally frequent ones in the order of their texts.

    Parameters
    ----------
    known
        Of a column: its known levels, and how many taught rows have each.
    missing
        Of a column: how many taught rows have none.
    taught
        How many rows were taught.
    """

    known: Mapping[str, pl.DataFrame]
    missing: Mapping[str, int]
    taught: int

    @classmethod
    def of(cls, categories: pl.DataFrame, most: int) -> "Levels":
        """Count the levels of columns of texts, and keep the `most` frequent ones of each."""
        known, missing = {}, {}
        for column in categories.iter_columns():
            counted = column.drop_nulls().value_counts(name="rows").rename({column.name: "level"})
            ordered = counted.sort("rows", "level", descending=[True, False]).head(most)
            known[column.name] = ordered.select("level", pl.col("rows").cast(pl.Int64))
            missing[column.name] = column.null_count()
        return cls(known, missing, categories.height)

    def size(self, column: str) -> int:
        """How many levels are known; their codes are 0 to one less, then that of none, then that of a strange one."""
        return self.known[column].height

    def codes(self, texts: pl.Series, column: str) -> Codes:
        """(n,) codes of texts."""
        levels = self.known[column]["level"]
        found = texts.cast(pl.Enum(levels), strict=False).to_physical().cast(pl.Int64)
        strange = pl.Series([self.size(column) + 1], dtype=pl.Int64)
        found = found.fill_null(strange[0])
        return found.set(texts.is_null(), self.size(column)).to_numpy().astype(np.int64)

    def rows(self, column: str) -> Codes:
        """(levels + 2,) taught rows by code."""
        return np.append(self.known[column]["rows"].to_numpy(), [self.missing[column], 0]).astype(np.int64)

    def table(self) -> pl.DataFrame:
        """All of it as one table: a level that is null counts the rows without one, a column that is null all rows."""
        parts = [pl.DataFrame({"column": [None], "level": [None], "rows": [self.taught]}, schema=SCHEMA)]
        for name, known in self.known.items():
            none = pl.DataFrame({"level": [None], "rows": [self.missing[name]]}, schema_overrides=SCHEMA)
            parts.append(
                pl.concat([known, none.cast(known.schema)]).select(pl.lit(name).alias("column"), "level", "rows")
            )
        return pl.concat(parts)

    @classmethod
    def of_table(cls, table: pl.DataFrame) -> "Levels":
        """What `table` has written."""
        taught = int(table.filter(pl.col("column").is_null())["rows"][0])
        known, missing = {}, {}
        for (name,), part in (
            table.filter(pl.col("column").is_not_null())
            .partition_by("column", as_dict=True, maintain_order=True)
            .items()
        ):
            known[str(name)] = part.filter(pl.col("level").is_not_null()).select("level", "rows")
            missing[str(name)] = int(part.filter(pl.col("level").is_null())["rows"][0])
        return cls(known, missing, taught)


def crossed(columns: Iterable[str]) -> list[pl.Expr]:
    """Columns of texts; of a name such as `a*b` both texts as one, null where one of them is."""
    made = []
    for name in columns:
        parts = [pl.col(part) for part in name.split(CROSS)]
        made.append(pl.concat_str(parts, separator=BETWEEN).alias(name) if len(parts) > 1 else parts[0])
    return made
