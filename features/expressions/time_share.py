"""Shares of an item's events that fall into a time of day or week."""

import polars as pl

HOURS_A_DAYPART = 6
PRIOR_EVENTS = 10


def share_and_lift(count: str, when: str) -> tuple[pl.Expr, pl.Expr]:
    """The share of an item's events at a time, and its ratio to all items' share at that time.

    The ratio counts `PRIOR_EVENTS` more events an item, spread as all items' are, so that rare items stay near 1.

    Parameters
    ----------
    count
        The column with whole numbers of events, a row an (item, finest time).
    when
        The column with the time.
    """
    of_item, here = pl.col(count).sum().over("item"), pl.col(count).sum().over("item", when)
    usual = pl.col(count).sum().over(when) / pl.col(count).sum()
    return here / of_item, (here + PRIOR_EVENTS * usual) / (of_item + PRIOR_EVENTS) / usual
