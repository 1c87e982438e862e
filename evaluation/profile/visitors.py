"""Who comes back, when, and what those who do are worth beside those who are new."""

from datetime import datetime, timedelta

import polars as pl

from data.fixed import as_money, money
from evaluation.profile.spread import counts_histogram, histogram

DAYS = {
    "under 1 h": 0.0, "1-6 h": 1 / 24, "6-24 h": 0.25, "1-2 d": 1.0, "2-4 d": 2.0, "4-7 d": 4.0, "7-14 d": 7.0,
    "14-30 d": 14.0, "30-90 d": 30.0, "90-365 d": 90.0, "over 1 y": 365.0,
}  # fmt: skip
"""Bins of the time between two visits, and where each begins."""
WITHIN = (1, 7, 30, 90)
KINDS = ("new", "returning")


def numbered_visits(visits: pl.DataFrame) -> pl.DataFrame:
    """The visits of known visitors in their order.

    Parameters
    ----------
    visits
        As `evaluation.profile.sessions.session_rows` gives them.

    Returns
    -------
    pl.DataFrame
        The same columns with `number` (of the visitor's visits, from 1) and `days` (since the end of the one before,
        0 where they overlap; null of the first); sorted by user and start.
    """
    known = visits.filter(pl.col("user").is_not_null()).sort("user", "start", "session")
    again = pl.col("user") == pl.col("user").shift(1)
    since = (pl.col("start") - pl.col("end").shift(1)).dt.total_milliseconds() / 86_400_000
    return known.with_columns(
        number=pl.int_range(1, pl.len() + 1).over("user"),
        days=pl.when(again).then(since.clip(lower_bound=0.0)),
    )


def visits_a_visitor(numbered: pl.DataFrame) -> pl.DataFrame:
    """Visitors by how often they came: label, begins, rows."""
    return counts_histogram(numbered.group_by("user").len()["len"].to_numpy())


def days_between(numbered: pl.DataFrame) -> pl.DataFrame:
    """Visits after the first by the time since the one before: label, begins (days), rows."""
    return histogram(numbered["days"].drop_nulls().to_numpy(), list(DAYS.values()), list(DAYS))


def returned_within(numbered: pl.DataFrame, last: datetime) -> pl.DataFrame:
    """How many come back within so many days after their first visit's end.

    Only visitors whose first visit ended that long before the log does are asked, as of the others nobody knows.

    Returns
    -------
    pl.DataFrame
        days, visitors (who are asked), returned, share; no row of days beyond the log.
    """
    first = numbered.filter(pl.col("number") == 1).select("user", "end")
    second = numbered.filter(pl.col("number") == 2).select("user", "days")
    both = first.join(second, on="user", how="left", validate="1:1")
    rows = []
    for days in WITHIN:
        asked = both.filter(pl.col("end") <= last - timedelta(days=days))
        if asked.height:
            back = asked.filter(pl.col("days") <= days).height
            rows.append((days, asked.height, back, back / asked.height))
    types = {"days": pl.Int64, "visitors": pl.Int64, "returned": pl.Int64, "share": pl.Float64}
    return pl.DataFrame(rows, schema=types, orient="row")


def new_and_returning(numbered: pl.DataFrame, scale: float) -> pl.DataFrame:
    """First visits beside later ones.

    Parameters
    ----------
    numbered
        As `numbered_visits` gives them.
    scale
        Of fixed-point money.

    Returns
    -------
    pl.DataFrame
        visitor (new, returning), visits, events (a visit), carts and orders (shares of the visits that have any),
        value (of all), value_a_visit.
    """
    kind = pl.when(pl.col("number") == 1).then(pl.lit(KINDS[0])).otherwise(pl.lit(KINDS[1]))
    counted = numbered.group_by(visitor=kind).agg(
        visits=pl.len(),
        events=pl.col("events").sum() / pl.len(),
        carts=(pl.col("carts") > 0).sum() / pl.len(),
        orders=(pl.col("orders") > 0).sum() / pl.len(),
        value=as_money(money(pl.col("value"), scale).sum(), scale),
    )
    return counted.with_columns(value_a_visit=pl.col("value") / pl.col("visits")).sort("visitor")


def visitors_over_time(numbered: pl.DataFrame, step: str) -> pl.DataFrame:
    """Visits by period and by whether they are their visitor's first: period, visitor, visits; sorted."""
    kind = pl.when(pl.col("number") == 1).then(pl.lit(KINDS[0])).otherwise(pl.lit(KINDS[1]))
    counted = numbered.group_by(period=pl.col("start").dt.truncate(step), visitor=kind).agg(visits=pl.len())
    return counted.sort("period", "visitor")
