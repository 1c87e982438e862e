"""Segments that call for different acts: whales, carts waiting, new, lapsing and returning visitors and customers."""

from dataclasses import dataclass
from math import ceil

import polars as pl

WHALES = 0.01
NEW_DAYS, LONG_DAYS, GAPS = 90, 90, 2
"""A customer is new for so many days; one is away for long after so many usual gaps, or days where none is usual."""


@dataclass(frozen=True)
class Segment:
    """A kind of visitors or customers.

    Parameters
    ----------
    name
        In tables.
    rule
        Who belongs to it, of whom no earlier segment has taken.
    session, customer
        What is suggested for a session, and for a customer.
    """

    name: str
    rule: str
    session: str
    customer: str

    def action(self, of: str) -> str:
        """What is suggested for one of `sessions`, or of `customers` and other rows."""
        return self.session if of == "sessions" else self.customer


SEGMENTS = (
    Segment(
        "whales",
        f"the {WHALES:.0%} of whom most is still expected",
        "help in person: chat, stock held back, fast delivery; no discount is needed",
        "care in person: an account manager, early access; no discount is needed",
    ),
    Segment(
        "cart waiting",
        "an item was put into the cart and not ordered",
        "remind of the cart: delivery costs and stock first, a discount last",
        "remind of the cart: delivery costs and stock first, a discount last",
    ),
    Segment(
        "new",
        f"a visitor's first visit; a customer whose first purchase is less than {NEW_DAYS} days old",
        "make the first order easy: best sellers, reviews, returns explained",
        "ask for the second purchase: what goes with the first one",
    ),
    Segment(
        "lapsing",
        f"away for more than {GAPS} of their usual gaps; more than {LONG_DAYS} days where none is usual",
        "welcome back: what is new since the last visit",
        "win back: a reason to return with an end to it",
    ),
    Segment(
        "returning",
        "known, and within their usual gaps",
        "show what goes on from the last visit",
        "keep: what they buy again, when it is due",
    ),
    Segment("others", "the log does not tell who they are", "treat by value alone", "treat by value alone"),
)
NAMES = tuple(segment.name for segment in SEGMENTS)


def segments(table: pl.DataFrame) -> pl.Series:
    """Each row's segment: the first whose rule it meets.

    Parameters
    ----------
    table
        worth (money that is still expected), and, null where not known: waiting (whether a cart waits), before
        (whether there was an earlier visit, or a first purchase long ago), since and usual (days since the last one,
        and between them).

    Returns
    -------
    pl.Series
        `segment`, text, in the rows' order. Rows of equal worth at the whales' edge are no whales.
    """
    usual = pl.coalesce(pl.col("usual") * GAPS, pl.lit(float(LONG_DAYS)))
    whales, cart, new, lapsing, returning, others = NAMES
    rule = (
        pl.when(_is_whale(table))
        .then(pl.lit(whales))
        .when(pl.col("waiting").fill_null(False))
        .then(pl.lit(cart))
        .when((~pl.col("before")).fill_null(False))
        .then(pl.lit(new))
        .when((pl.col("since") > usual).fill_null(False))
        .then(pl.lit(lapsing))
        .when(pl.col("before").fill_null(False))
        .then(pl.lit(returning))
        .otherwise(pl.lit(others))
    )
    return table.select(segment=rule)["segment"]


def _is_whale(table: pl.DataFrame) -> pl.Expr:
    """Whether at most a hundredth of the rows, or one, are promised as much or more."""
    most = max(1, ceil(table.height * WHALES))
    return (pl.col("worth") > 0) & (pl.col("worth").rank("max", descending=True) <= most)
