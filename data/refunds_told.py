"""What is said of money that goes back."""

import polars as pl

from data.warned import Warned


def told_refunds(matched: pl.DataFrame, lost: pl.DataFrame, revenue: float) -> dict[str, int | float]:
    """What the log's summary says of refunds: their number, and money before and after them."""
    back = float(matched["amount"].fill_null(0.0).to_numpy().sum())
    rows = matched.select("ts", "item").height
    return {"lines": rows, "unmatched": lost.height, "revenue": round(revenue, 2), "refunded": round(back, 2)}


def warn_of_refunds(refunds: pl.DataFrame, lost: pl.DataFrame) -> list[Warned]:
    """What to say where refunds match no order."""
    if lost.is_empty():
        return []
    said = (
        f"{lost.height:,} of {refunds.height:,} refunds match no earlier order of their number, session or user and "
        "item with pieces left, and take nothing back; where they are none, map their name to `ignore` in "
        "`input.format.events`"
    )
    return [Warned("unmatched_refunds", said, {"refunds": refunds.height, "unmatched": lost.height})]


def warn_of_negative(orders: int) -> list[Warned]:
    """What to say where orders of a negative quantity or price were set aside."""
    if not orders:
        return []
    said = (
        f"{orders:,} orders of a negative quantity or price were set aside: where they are money that goes back, set "
        "`input.format.negative: refund`, and sessions are worth what is left"
    )
    return [Warned("negative_orders", said, {"orders": orders})]
