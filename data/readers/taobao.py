"""Taobao's `UserBehavior.csv`: page views, carts, favourites and purchases of users, without header or sessions."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.files import read_batches, select_columns, spelt_like
from data.formats import IGNORE, LogFormat
from data.readers.reader import Reader

HEADER = ["user", "item", "category", "type", "ts"]
COLUMNS = {name: name for name in HEADER}
MEND = "Taobao's columns are user, item, category, behaviour and seconds, without a header line"


def read_taobao(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of Taobao's log; `ts` in seconds, a session is the whole user.

    Parameters
    ----------
    path
        `UserBehavior.csv`, or a slice of it.
    log_format
        Gives `batch_rows` and `separator`.

    Yields
    ------
    pl.DataFrame
        user, item, category, type, ts.
    """
    for batch in read_batches(path, log_format, header=HEADER, wanted=spelt_like(COLUMNS)):
        yield select_columns(batch, COLUMNS, path, mend=MEND)


TAOBAO = Reader(
    name="taobao",
    read=read_taobao,
    events={"pv": "clicks", "cart": "carts", "buy": "orders", "fav": IGNORE},
    unit="s",
    integer_keys=frozenset({"user", "item", "category"}),
    sessions="user",
)
