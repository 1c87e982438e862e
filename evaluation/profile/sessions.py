"""What sessions are like: how long they are, how far they go, and what follows what."""

from collections.abc import Sequence
from itertools import pairwise

import polars as pl

from data.fixed import as_money, money
from data.schema import TYPES
from evaluation.profile.spread import counts_histogram, histogram

START, END = "start", "end"
SECONDS = {
    "under 1 s": 0, "1-9 s": 1, "10-29 s": 10, "30-59 s": 30, "1-2 min": 60, "2-5 min": 120, "5-10 min": 300,
    "10-30 min": 600, "30-60 min": 1_800, "1-2 h": 3_600, "2-6 h": 7_200, "6-24 h": 21_600, "1-7 d": 86_400,
    "7-30 d": 604_800, "over 30 d": 2_592_000,
}  # fmt: skip
"""Bins of durations, and where each begins."""


def session_rows(events: pl.LazyFrame, scale: float, keys: Sequence[str] = ("session",)) -> pl.LazyFrame:
    """One row a session.

    Parameters
    ----------
    events
        EVENTS with `value`, what each event is worth in money.
    scale
        Of fixed-point money (`data.fixed.money_scale`), so that sums are the same in every run.
    keys
        What a session is known by: `session`, or `session` and `visit`.

    Returns
    -------
    pl.LazyFrame
        The keys, user, start and end (Datetime[ms, UTC]), seconds (f64), events, items, clicks, carts, orders (u32) and
        value (f64); sorted by the keys.
    """
    return (
        events.group_by(keys)
        .agg(
            pl.col("user").first(),
            start=pl.col("ts").min(),
            end=pl.col("ts").max(),
            events=pl.len(),
            items=pl.col("item").n_unique(),
            **{name: (pl.col("type") == name).sum() for name in TYPES},
            value=as_money(money(pl.col("value"), scale).sum(), scale),
        )
        .with_columns(seconds=(pl.col("end") - pl.col("start")).dt.total_milliseconds() / 1_000)
        .sort(keys)
    )


def lengths(sessions: pl.DataFrame) -> pl.DataFrame:
    """Sessions by their number of events: label, begins, rows."""
    return counts_histogram(sessions["events"].to_numpy())


def durations(sessions: pl.DataFrame) -> pl.DataFrame:
    """Sessions of two events and more by the time from the first to the last: label, begins (seconds), rows."""
    several = sessions.filter(pl.col("events") > 1)["seconds"].to_numpy()
    return histogram(several, list(SECONDS.values()), list(SECONDS))


def funnel(sessions: pl.DataFrame) -> pl.DataFrame:
    """How far sessions go.

    Returns
    -------
    pl.DataFrame
        stage, sessions, share (of all) and of_before (of the sessions of the stage before, those that reach this one
        too; null where there are none): all of them, those that click, that cart, that order. A session may skip a
        stage.
    """
    reached = [("all", pl.lit(True)), *((name, pl.col(name) > 0) for name in TYPES)]
    counted = sessions.select(
        *(there.sum().alias(f"n_{name}") if name != "all" else pl.len().alias("n_all") for name, there in reached),
        *((there & before).sum().alias(f"b_{name}") for (_, before), (name, there) in _pairs(reached)),
    ).row(0, named=True)
    rows, whole = [], counted["n_all"]
    for (before, _), (name, _) in [(("", pl.lit(True)), reached[0]), *_pairs(reached)]:
        base = counted[f"n_{before}"] if before else 0
        both = counted[f"b_{name}"] / base if base else None
        rows.append((name, counted[f"n_{name}"], counted[f"n_{name}"] / whole if whole else None, both))
    types = {"stage": pl.String, "sessions": pl.Int64, "share": pl.Float64, "of_before": pl.Float64}
    return pl.DataFrame(rows, schema=types, orient="row")


def _pairs(reached: list[tuple[str, pl.Expr]]) -> list[tuple[tuple[str, pl.Expr], tuple[str, pl.Expr]]]:
    return list(pairwise(reached))


def transitions(events: pl.LazyFrame) -> pl.DataFrame:
    """What follows what within a session.

    Parameters
    ----------
    events
        EVENTS, a session's together and in their order.

    Returns
    -------
    pl.DataFrame
        before (start, clicks, carts, orders), after (clicks, carts, orders, end), times, share (of what follows
        `before`); every pair, but no session of nothing; sorted in the types' order.
    """
    kind, same = pl.col("type").cast(pl.String), pl.col("session") == pl.col("session").shift(1)
    first = events.select(
        before=pl.when(same.fill_null(False)).then(kind.shift(1)).otherwise(pl.lit(START)), after=kind
    )
    last = (pl.col("session") != pl.col("session").shift(-1)).fill_null(True)
    ends = events.filter(last).select(before=kind, after=pl.lit(END))
    counted = pl.concat([first, ends]).group_by("before", "after").agg(times=pl.len()).collect()
    pairs = [(b, a) for b in (START, *TYPES) for a in (*TYPES, END) if (b, a) != (START, END)]
    whole = pl.DataFrame(pairs, schema=["before", "after"], orient="row")
    joined = whole.join(counted, on=["before", "after"], how="left", validate="1:1", maintain_order="left")
    times = pl.col("times").fill_null(0)
    return joined.with_columns(times).with_columns(
        share=pl.col("times") / pl.col("times").sum().over("before").replace(0, None)
    )
