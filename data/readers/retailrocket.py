"""RetailRocket's raw `events.csv`: views, carts and transactions of visitors, without sessions."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.files import read_batches, select_columns, spelt_like
from data.formats import LogFormat
from data.readers.reader import Reader

COLUMNS = {"user": "visitorid", "item": "itemid", "ts": "timestamp", "type": "event"}
MEND = "RetailRocket's events.csv has timestamp, visitorid, event, itemid and transactionid"


def read_retailrocket(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of RetailRocket's events; `ts` in milliseconds, sessions are cut by a gap of the visitor.

    Parameters
    ----------
    path
        `events.csv`.
    log_format
        Gives `batch_rows` and `separator`.

    Yields
    ------
    pl.DataFrame
        user, item, ts, type. `transactionid` is not read: the items of one transaction share user and time.
    """
    for batch in read_batches(path, log_format, wanted=spelt_like(COLUMNS)):
        yield select_columns(batch, COLUMNS, path, mend=MEND)


RETAILROCKET = Reader(
    name="retailrocket",
    read=read_retailrocket,
    events={"view": "clicks", "addtocart": "carts", "transaction": "orders"},
    unit="ms",
    integer_keys=frozenset({"user", "item"}),
    sessions="gap",
)
