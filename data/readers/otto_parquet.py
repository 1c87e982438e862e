"""OTTO's data as Kaggle's parquet exports hold it: an event a row, seconds for times, numbers for types."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.files import read_batches, select_columns, spelt_like
from data.formats import LogFormat
from data.readers.reader import Reader
from data.schema import TYPES
from data.shapes.column_types import as_texts

COLUMNS = {"session": "session", "item": "aid", "ts": "ts", "type": "type"}
MEND = "OTTO's parquet has session, aid, ts and type"
NUMBERS = {str(number): name for number, name in enumerate(TYPES)}


def read_otto_parquet(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of an OTTO parquet file; `ts` in seconds, a session is the whole user.

    Parameters
    ----------
    path
        A file with columns session, aid, ts and type (0 clicks, 1 carts, 2 orders, or their names).
    log_format
        Gives `batch_rows`.

    Yields
    ------
    pl.DataFrame
        session, item, ts, type; a number that is no type stays as its text.
    """
    for batch in read_batches(path, log_format, wanted=spelt_like(COLUMNS)):
        events = select_columns(batch, COLUMNS, path, mend=MEND)
        yield events.with_columns(as_texts(events["type"]).replace(NUMBERS))


OTTO_PARQUET = Reader(
    name="otto_parquet",
    read=read_otto_parquet,
    events={name: name for name in TYPES},
    unit="s",
    integer_keys=frozenset({"session", "item"}),
)
