"""YooChoose's clicks and buys (RecSys Challenge 2015), two files without a header line."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import carried
from data.files import csv_fields, is_csv, read_batches
from data.formats import LogFormat
from data.readers.reader import Reader

CLICKS = ["session", "ts", "item", "category"]
BUYS = ["session", "ts", "item", "price", "quantity"]


def read_yoochoose(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of `yoochoose-clicks.dat` (4 columns) or `yoochoose-buys.dat` (5 columns).

    The data writes what it does not know as 0: a click's category, and both price and quantity of about half
    of all buys. These become null.

    Parameters
    ----------
    path
        A file of clicks (also `yoochoose-test.dat`) or of buys; the first line's fields tell which.
    log_format
        Gives `batch_rows` and `separator`.

    Yields
    ------
    pl.DataFrame
        session, ts, item, type (click or buy), then category for clicks, price and quantity for buys. Categories
        are texts: a number from 1 to 12, `S` for a special offer, or a brand's number.
    """
    if not is_csv(path):
        raise AisleError(f"{path}: YooChoose's files are texts without a header line; write this one as a CSV.")
    fields = len(csv_fields(path, log_format))
    if fields not in {len(CLICKS), len(BUYS)}:
        raise AisleError(f"{path}: the first line has {fields} fields; YooChoose's clicks have {CLICKS}, buys {BUYS}.")
    header, kind = (CLICKS, "click") if fields == len(CLICKS) else (BUYS, "buy")
    for batch in read_batches(path, log_format, header=header):
        known = [_null_if_zero(name) for name in header[3:]]
        yield batch.select("session", "ts", "item", pl.lit(kind).alias("type"), *known, *carried(batch))


def _null_if_zero(name: str) -> pl.Expr:
    zero = pl.col(name).cast(pl.Float64, strict=False) == 0
    return pl.when(~zero.fill_null(False)).then(name).alias(name)


YOOCHOOSE = Reader(
    name="yoochoose",
    read=read_yoochoose,
    events={"click": "clicks", "buy": "orders"},
    timezone="UTC",
    integer_keys=frozenset({"session", "item"}),
)
