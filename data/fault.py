"""What a raw batch says of rows that could not be read."""

import polars as pl

FAULT = "__fault"
"""A raw batch's column for them: null, or what is wrong with the row, which then has no values, or not all of them."""


def carried(batch: pl.DataFrame) -> list[str]:
    """The column of faults, if a batch has it: what a reader that selects columns takes along."""
    return [FAULT] if FAULT in batch.columns else []


def with_faults(batch: pl.DataFrame, lost: pl.Series, why: str) -> pl.DataFrame:
    """A batch whose `lost` rows have a fault, unless they have one already; as it is where there are none."""
    if not lost.any():
        return batch
    told = pl.when(lost).then(pl.lit(why))
    return batch.with_columns((pl.coalesce(FAULT, told) if carried(batch) else told).alias(FAULT))
