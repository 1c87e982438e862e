"""Diginetica's views and purchases (CIKM Cup 2016), whose clock is a date and the milliseconds of the session."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import polars as pl

from data.fault import at_fault, carried, with_faults
from data.files import read_batches, select_columns, spelt_like
from data.formats import LogFormat
from data.readers.reader import Reader
from data.schema import Timestamp
from data.values.time_range import moment

COLUMNS = {
    "session": "sessionId",
    "user": "userId",
    "item": "itemId",
    "timeframe": "timeframe",
    "eventdate": "eventdate",
}
MEND = "Diginetica's views and purchases have sessionId, userId, itemId, timeframe and eventdate, divided by `;`"


def read_diginetica(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of `train-item-views.csv` or `train-purchases.csv`; a column `ordernumber` tells purchases.

    The data names no time of day: `ts` is the date's midnight (taken as UTC) plus the time since the session
    began, so that events are in order within a session and sessions of one day are not.

    Parameters
    ----------
    path
        A file of views or of purchases, in the newer (session_id) or older (sessionId) spelling.
    log_format
        Gives `batch_rows`; the separator is always `;`.

    Yields
    ------
    pl.DataFrame
        session, user (null for `NA`), item, ts (Datetime[ms, UTC], null where date or timeframe is unreadable),
        type (view or purchase); a date and a timeframe that give no time are the row's fault.
    """
    for batch in read_batches(path, replace(log_format, separator=";"), wanted=spelt_like(COLUMNS)):
        kind = "purchase" if "ordernumber" in (name.lower() for name in batch.columns) else "view"
        events = select_columns(batch, COLUMNS, path, mend=MEND)
        user = pl.col("user").cast(pl.String)
        timed = events.select(
            "session", pl.when(user != "NA").then(user), "item", *carried(events), ts=_time(), type=pl.lit(kind)
        )
        said = events.select(pl.all_horizontal(pl.col("eventdate", "timeframe").is_not_null())).to_series()
        both = pl.concat_str(pl.col("eventdate", "timeframe").cast(pl.String), separator=" ", ignore_nulls=True)
        why = events.select(at_fault("unparsable time (eventdate and timeframe)", both)).to_series()
        yield with_faults(timed, timed["ts"].is_null() & said, why)


def _time() -> pl.Expr:
    date = pl.col("eventdate").cast(pl.String).str.strip_chars()
    midnight = date.str.to_datetime("%Y-%m-%d", time_unit="ms", strict=False).dt.epoch("ms")
    passed = pl.col("timeframe").cast(pl.Float64, strict=False)
    return moment(midnight + moment(passed)).cast(Timestamp)


DIGINETICA = Reader(
    name="diginetica",
    read=read_diginetica,
    events={"view": "clicks", "purchase": "orders"},
    timezone="UTC",
    integer_keys=frozenset({"session", "user", "item"}),
)
