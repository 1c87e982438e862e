"""What a raw batch says of rows that could not be read."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from data.errors import AisleError

NUMBERED = r"^(line [0-9]+(?: of `[^`]*`)?) ([^:]*?)(?:: .*)?$"
"""What a fault that names a line looks like: the line, what is wrong, and perhaps what stands there."""
FAULT = "__fault"
"""A raw batch's column for them: null, or what is wrong with the row, which then has no values, or not all of them."""


VALUE = "\x1f"
"""Within a fault, before the value that is at fault: it is shown once, and not part of what is counted."""


def at_fault(why: str, value: pl.Expr) -> pl.Expr:
    """A fault and the row's value, whatever type that has."""
    return pl.concat_str(pl.lit(why + VALUE), value.cast(pl.String, strict=False).fill_null(""))


def carried(batch: pl.DataFrame) -> list[str]:
    """The column of faults, if a batch has it: what a reader that selects columns takes along."""
    return [FAULT] if FAULT in batch.columns else []


def with_faults(batch: pl.DataFrame, lost: pl.Series, why: str | pl.Series) -> pl.DataFrame:
    """A batch whose `lost` rows have a fault, unless they have one already; as it is where there are none."""
    if not lost.any():
        return batch
    told = pl.when(lost).then(pl.lit(why))
    return batch.with_columns((pl.coalesce(FAULT, told) if carried(batch) else told).alias(FAULT))


class Lost(NamedTuple):
    """A line that could not be read: its place among the rows of its batch, from 0, and what is wrong with it."""

    row: int
    why: str


def with_lost_lines(frame: pl.DataFrame, lost: Sequence[Lost]) -> pl.DataFrame:
    """The rows that were read, with rows without values for the lines that were not, at their places."""
    if not lost:
        return frame
    total = frame.height + len(lost)
    bad = pl.Series("row", [line.row for line in lost], dtype=pl.Int64)
    rows = pl.int_range(total, eager=True).alias("row")
    places = pl.concat([rows.filter(~rows.is_in(bad.implode())), bad])
    told = pl.DataFrame({FAULT: [line.why for line in lost]}, schema={FAULT: pl.String})
    both = pl.concat(
        [frame.with_columns(pl.repeat(None, frame.height, dtype=pl.String, eager=True).alias(FAULT)), told],
        how="diagonal",
    )
    return both[places.arg_sort()]


def refuse_faults(batch: pl.DataFrame, path: Path) -> pl.DataFrame:
    """The batch without its column of faults, for tables that no row is set aside of.

    Raises
    ------
    AisleError
        If a row could not be read, naming the first.
    """
    faults = batch[FAULT].drop_nulls() if carried(batch) else pl.Series(dtype=pl.String)
    if len(faults):
        more, what = (f", and {len(faults) - 1:,} more such rows", "them") if len(faults) > 1 else ("", "it")
        raise AisleError(f"{path}: {faults[0].replace(VALUE, ' ')}{more}; mend {what}, or leave {what} out.")
    return batch.drop(FAULT, strict=False)
