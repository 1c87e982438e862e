"""What a log lacks, and what was set aside of it."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from data.shortened import sample

EXAMPLES = 3
REASONS = 12
QUOTED = 60  # characters of a value
ASIDE = ("file", "row", "reason")
HOW = {"quarantined": "set aside", "dropped": "dropped by rule", "nulled": "value taken for missing"}


def missing(tables: Mapping[str, pl.LazyFrame]) -> pl.DataFrame:
    """What is null, by table and column: table, column, rows, missing, share; in the tables' order."""
    found = []
    for name, table in tables.items():
        counts = table.select(pl.len().alias(" rows"), pl.all().null_count()).collect().row(0, named=True)
        rows = counts.pop(" rows")
        found += [(name, column, rows, gone, gone / rows if rows else None) for column, gone in counts.items()]
    types = {"table": pl.String, "column": pl.String, "rows": pl.Int64, "missing": pl.Int64, "share": pl.Float64}
    return pl.DataFrame(found, schema=types, orient="row")


def set_aside(summary: Mapping[str, Any]) -> pl.DataFrame:
    """What became of rows that are no events, by reason: what, reason, rows, share (of the rows read).

    Parameters
    ----------
    summary
        A log's summary.json (`data.quality.summarise`).
    """
    read = summary["rows"] + summary.get("exploded", 0)
    found = [
        (told, sample(reason, 200), count, count / read if read else None)
        for name, told in HOW.items()
        for reason, count in summary[name].items()
    ]
    types = {"what": pl.String, "reason": pl.String, "rows": pl.Int64, "share": pl.Float64}
    return pl.DataFrame(found, schema=types, orient="row").sort("rows", descending=True, maintain_order=True)


def examples(quarantine: pl.LazyFrame) -> pl.DataFrame:
    """The first rows of the commonest reasons.

    Parameters
    ----------
    quarantine
        As `data.validate.QUARANTINE` says: file, row, reason, and the raw values as text.

    Returns
    -------
    pl.DataFrame
        reason, file (its name), row, values (`name: value`, what is not null, each shortened); `EXAMPLES` of each of
        `REASONS` reasons at most.
    """
    common = quarantine.group_by("reason").agg(times=pl.len()).sort("times", "reason", descending=[True, False])
    some = quarantine.join(common.head(REASONS), on="reason", how="inner", validate="m:1")
    place = pl.int_range(pl.len()).over("reason", order_by=["file", "row"])
    first = some.filter(place < EXAMPLES).sort(
        ["times", "reason", "file", "row"], descending=[True, False, False, False]
    )
    rows = [
        (
            sample(row["reason"], 200),
            row["file"].rpartition("/")[2],
            row["row"],
            ", ".join(
                f"{k}: {sample(v, QUOTED)}" for k, v in row.items() if k not in (*ASIDE, "times") and v is not None
            ),
        )
        for row in first.collect().iter_rows(named=True)
    ]
    return pl.DataFrame(
        rows, schema={"reason": pl.String, "file": pl.String, "row": pl.UInt64, "values": pl.String}, orient="row"
    )
