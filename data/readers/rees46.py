"""REES46's shop logs (multi-category store, cosmetics, electronics): one CSV a month, all events of a shop."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.files import read_batches, select_columns, spelt_like
from data.formats import IGNORE, LogFormat
from data.readers.reader import Reader

COLUMNS = {
    "session": "user_session",
    "user": "user_id",
    "item": "product_id",
    "ts": "event_time",
    "type": "event_type",
    "price": "price",
    "category": "category_id",
    "brand": "brand",
    "text": "category_code",
}
MEND = f"REES46's logs have {', '.join(COLUMNS.values())}"


def read_rees46(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of a REES46 log.

    Parameters
    ----------
    path
        Such as `2019-Oct.csv` or `2019-Oct.csv.gz`.
    log_format
        Gives `batch_rows` and `separator`.

    Yields
    ------
    pl.DataFrame
        session, user, item, ts, type, price, category, brand, and as text the category's code in words
        (`electronics.smartphone` -> `electronics smartphone`). A negative price (the cosmetics shop has some)
        is left as it is.
    """
    for batch in read_batches(path, log_format, wanted=spelt_like(COLUMNS)):
        events = select_columns(batch, COLUMNS, path, mend=MEND)
        yield events.with_columns(pl.col("text").cast(pl.String).str.replace_all(r"[._]+", " "))


REES46 = Reader(
    name="rees46",
    read=read_rees46,
    events={"view": "clicks", "cart": "carts", "purchase": "orders", "remove_from_cart": IGNORE},
    timezone="UTC",
    integer_keys=frozenset({"user", "item", "category"}),
)
