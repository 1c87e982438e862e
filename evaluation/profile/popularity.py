"""How events are spread over the catalogue, and how the catalogue changes."""

from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from data.schema import TYPES
from evaluation.inequality import gini
from evaluation.profile.periods import periods
from evaluation.profile.spread import top_share

POINTS = 100


def item_rows(events: pl.LazyFrame) -> pl.LazyFrame:
    """One row an item: item, events, clicks, carts, orders, first and last (the times of its events); sorted."""
    return (
        events.group_by("item")
        .agg(
            events=pl.len(),
            **{name: (pl.col("type") == name).sum() for name in TYPES},
            first=pl.col("ts").min(),
            last=pl.col("ts").max(),
        )
        .sort("item")
    )


def concentration(items: pl.DataFrame) -> list[dict[str, Any]]:
    """How few items hold most of the events.

    Parameters
    ----------
    items
        As `item_rows` gives them.

    Returns
    -------
    list
        A dictionary for all events and one for each type: type, items (with any), events, gini, top1 and top10 (the
        share of the events that the most popular hundredth and tenth of these items have), half (the share of these
        items that has half of the events).
    """
    found = []
    for name in ("events", *TYPES):
        counts = np.sort(items[name].to_numpy().astype(np.float64))[::-1]
        counts = counts[counts > 0]
        running = np.cumsum(counts)
        half = (int(np.searchsorted(running, running[-1] / 2)) + 1) / len(counts) if len(counts) else None
        found.append(
            {
                "type": "all" if name == "events" else name,
                "items": len(counts),
                "events": int(counts.sum()),
                "gini": gini(counts),
                "top1": top_share(counts, 0.01),
                "top10": top_share(counts, 0.1),
                "half": half,
            }
        )
    return found


def popularity_curve(counts: pl.Series) -> pl.DataFrame:
    """The events of an item by its rank, and what the items up to it hold of all.

    Parameters
    ----------
    counts
        Events an item, above 0.

    Returns
    -------
    pl.DataFrame
        rank (from 1, most popular first), events, items (share of the items up to it), share (of the events); at most
        some hundred ranks, closer where few items hold much.
    """
    x = np.sort(counts.to_numpy().astype(np.float64))[::-1]
    if not len(x):
        return pl.DataFrame(schema={"rank": pl.Int64, "events": pl.Int64, "items": pl.Float64, "share": pl.Float64})
    evenly, finely = np.linspace(1, len(x), POINTS), np.geomspace(1, len(x), POINTS)
    rank = np.unique(np.round(np.concatenate([evenly, finely])).astype(np.int64))
    running = np.cumsum(x) / x.sum()
    return pl.DataFrame(
        {"rank": rank, "events": x[rank - 1].astype(np.int64), "items": rank / len(x), "share": running[rank - 1]}
    )


def turnover(events: pl.LazyFrame, items: pl.DataFrame, first: datetime, last: datetime, step: str) -> pl.DataFrame:
    """What comes into the catalogue and what leaves it.

    Parameters
    ----------
    events
        EVENTS.
    items
        As `item_rows` gives them.
    first, last, step
        As in `evaluation.profile.periods.events_over_time`.

    Returns
    -------
    pl.DataFrame
        period, items (with an event), new (whose first event it has; null in the first period, where all are), gone
        (whose last event it has; null in the last period, of which nobody knows).
    """
    active = events.group_by(period=pl.col("ts").dt.truncate(step)).agg(items=pl.col("item").n_unique()).collect()
    whole = periods(first, last, step).with_row_index("n")
    for name, at in (("new", "first"), ("gone", "last")):
        counted = items.group_by(period=pl.col(at).dt.truncate(step)).agg(pl.len().alias(name))
        active = active.join(counted, on="period", how="left", validate="1:1")
    joined = whole.join(active, on="period", how="left", validate="1:1").sort("period")
    joined = joined.with_columns(pl.col("items", "new", "gone").fill_null(0))
    return joined.select(
        "period",
        "items",
        new=pl.when(pl.col("n") > 0).then("new"),
        gone=pl.when(pl.col("n") < pl.col("n").max()).then("gone"),
    )
