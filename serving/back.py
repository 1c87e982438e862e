"""Money that goes back of what running sessions have ordered: set apart from their events, matched to their orders."""

import numpy as np
import numpy.typing as npt
import polars as pl

from data.readers.reader import SessionRule
from data.refunds import match_refunds
from data.schema import Refunds
from data.shapes.marks import EVENT_ID, REFUND_ROW
from serving.rows import Rows

Ints = npt.NDArray[np.int64]
NAMED = ("row", "ts", "session", "user", "item", "price", "quantity")


def set_apart(typed: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame | None]:
    """Checked rows without those of money that goes back, and these; null where there are none."""
    if REFUND_ROW not in typed.columns:
        return typed, None
    refunds = typed.filter(REFUND_ROW)
    return typed.filter(~pl.col(REFUND_ROW)).drop(REFUND_ROW), refunds if refunds.height else None


def matched_orders(refunds: pl.DataFrame, known: pl.DataFrame, by: SessionRule) -> pl.DataFrame:
    """What refunds take of order lines (see `data.refunds.match_refunds`), each of what its own session or user shows.

    So what is said of one session does not depend on the others that are asked about.

    Parameters
    ----------
    refunds
        Checked rows.
    known
        Checked rows of events, with their sessions.
    by
        What a session is.
    """
    owner = "session" if by == "column" else "user"
    named = [name for name in (*NAMED, EVENT_ID) if name in refunds.columns]
    lines = known.filter(pl.col("type") == "orders").select(named)
    of_owner = lines.partition_by(owner, as_dict=True)
    found = [
        match_refunds(mine.select(named), of_owner.get(key, lines.clear()))[0]
        for key, mine in refunds.partition_by(owner, as_dict=True).items()
    ]
    return pl.concat(found)


def coded_refunds(matched: pl.DataFrame, rows: Rows, asked: Ints, items: Ints) -> pl.DataFrame:
    """REFUNDS of the sessions that are asked about, by the numbers of their queries.

    Parameters
    ----------
    matched
        What `matched_orders` gave.
    rows
        The sessions' events.
    asked
        The sessions' numbers, in the order of the queries.
    items
        The codes of the rows' items.
    """
    for name, keys, codes in (
        ("session", rows.session, np.searchsorted(asked, rows.number)),
        ("item", rows.item, items),
    ):
        pairs = pl.DataFrame({name: keys, "code": codes}).unique()
        matched = matched.join(pairs, on=name, maintain_order="left", validate="m:1")
        matched = matched.with_columns(pl.col("code").alias(name)).drop("code")
    return Refunds.validate(matched.with_row_index("refund"), cast=True)
