"""The BTK Datathon 2025 log: sessions of a shop's users, whose value its train file names."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from data.files import present, read_batches, select_columns, spelt_like
from data.formats import IGNORE, LogFormat
from data.readers.reader import Reader

COLUMNS = {
    "session": "user_session",
    "user": "user_id",
    "item": "product_id",
    "ts": "event_time",
    "type": "event_type",
    "category": "category_id",
}
LABEL = {"session_value": "session_value"}
MEND = f"the BTK log has {', '.join(COLUMNS.values())}"


def read_btk(path: Path, log_format: LogFormat) -> Iterator[pl.DataFrame]:
    """Raw batches of the BTK log; its times are UTC, whether they say so or not.

    Parameters
    ----------
    path
        `train.csv` or `test.csv`.
    log_format
        Gives `batch_rows` and `separator`.

    Yields
    ------
    pl.DataFrame
        session, user, item, ts, type, category; all keys are texts. `session_value`, where the file has it: only
        the train file does.
    """
    for batch in read_batches(path, log_format, wanted=spelt_like(COLUMNS | LABEL)):
        yield select_columns(batch, COLUMNS | present(batch, LABEL), path, mend=MEND)


BTK = Reader(
    name="btk",
    read=read_btk,
    events={"VIEW": "clicks", "ADD_CART": "carts", "BUY": "orders", "REMOVE_CART": IGNORE},
    timezone="UTC",
)
