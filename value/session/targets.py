"""What a session is worth: revenue, a label that the log brings, or weights of its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import polars as pl

from data.checks import check_durations
from data.fixed import as_float, fixed, type_weight
from data.schema import TYPES

Kind = Literal["revenue", "label", "weights"]
Of = Literal["final", "remaining"]


@dataclass(frozen=True)
class Targets:
    """What is predicted of a session.

    Parameters
    ----------
    kind
        `revenue`: sum of price x quantity over orders. `label`: the log's own `session_value`. `weights`: a sum of
        weights of the events' types, for logs without prices.
    of
        `final`: the session's value in all. `remaining`: what it brings after the cut; only where events have values.
    weights
        What an event of each type is worth, for `weights`; a type that is not named is worth 0.
    closes_after
        The pause after which a session counts as closed, and is known to sessions that begin later. What follows
        in the same session is a visit of its own to the history.
    """

    kind: Kind = "revenue"
    of: Of = "final"
    weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 0.0, "carts": 0.3, "orders": 1.0})
    closes_after: timedelta = timedelta(minutes=30)

    def __post_init__(self) -> None:
        check_durations(self, "closes_after")
        unknown = sorted(set(self.weights) - set(TYPES))
        if unknown:
            raise ValueError(f"`weights` names {unknown}; use {list(TYPES)}.")
        if any(not weight >= 0 for weight in self.weights.values()):
            raise ValueError(f"`weights` must be 0 or more, got {dict(self.weights)}.")
        if self.kind == "weights" and not any(self.weights.values()):
            raise ValueError(f"`weights` needs one above 0, got {dict(self.weights)}.")
        if self.kind == "label" and self.of == "remaining":
            raise ValueError("`of` must be final for `kind` label: a label says nothing of a session's parts.")


def event_values(events: pl.LazyFrame, items: pl.LazyFrame, targets: Targets) -> pl.LazyFrame:
    """EVENTS or PREFIXES with `pieces`, `spend` and `value` of each event.

    Parameters
    ----------
    events
        With item, type, price and quantity; a missing quantity is one piece, a missing price the item's own.
    items
        ITEMS, for prices that events lack; an item without any counts 0.
    targets
        What value means; for `label` an event's value is its revenue, which the label need not equal.

    Returns
    -------
    pl.LazyFrame
        The same rows; pieces and spend are 0 where nothing was ordered.
    """
    listed = items.select("item", listed_price="price")
    pieces = pl.when(pl.col("type") == "orders").then(pl.col("quantity").fill_null(1.0)).otherwise(0.0)
    price = pl.coalesce("price", "listed_price").fill_null(0.0)
    rows = events.join(listed, on="item", how="left", validate="m:1", maintain_order="left")
    rows = rows.with_columns(pieces=pieces).with_columns(spend=pl.col("pieces") * price).drop("listed_price")
    value = type_weight(dict(targets.weights)) if targets.kind == "weights" else pl.col("spend")
    return rows.with_columns(value=value)


def closed_visits(
    events: pl.LazyFrame, items: pl.LazyFrame, notes: pl.LazyFrame, targets: Targets
) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """CLOSED and TOUCHED: what visits came to, and what they did with each item.

    Parameters
    ----------
    events, items, notes
        EVENTS of whole sessions in their order, ITEMS, and NOTES with the labels and segments.
    targets
        What value means. For `label` a session's last visit has its value, and visits without one are left out.

    Returns
    -------
    tuple
        Both tables, sorted by their keys.
    """
    valued = _with_visits(event_values(events, items, targets), targets.closes_after)
    keys = ("session", "visit")
    counts = {name: (pl.col("type") == name).sum().cast(pl.UInt32) for name in TYPES}
    pieces, spend, value = (as_float(fixed(pl.col(name)).sum()) for name in ("pieces", "spend", "value"))
    visits = (
        valued.group_by(keys)
        .agg(
            pl.col("user").first(),
            start_ts=pl.col("ts").min(),
            ts=pl.col("ts").max() + targets.closes_after,
            events=pl.len().cast(pl.UInt32),
            items=pl.col("item").n_unique().cast(pl.UInt32),
            pieces=pieces,
            value=value,
            **counts,
        )
        .join(notes, on="session", how="left", validate="m:1")
    )
    if targets.kind == "label":
        last = pl.col("visit") == pl.col("visit").max().over("session")
        visits = visits.with_columns(value=pl.when(last).then("session_value")).filter(pl.col("value").is_not_null())
    whole = visits.select(*keys, "user", "ts", "events", "value")
    touched = (
        valued.group_by(*keys, "item").agg(pieces=pieces, spend=spend, **counts).join(whole, on=keys, validate="m:1")
    )
    names = ("user", "segment", "start_ts", "ts", "events", "items", *TYPES, "pieces", "value")
    columns = ("user", "ts", *TYPES, "pieces", "spend", "events", "value")
    return (
        visits.select(*keys, *names).sort(keys),
        touched.select(*keys, "item", *columns).sort(*keys, "item"),
    )


def finals(closed: pl.LazyFrame) -> pl.LazyFrame:
    """What whole sessions came to: session, final (value) and ordered (pieces).

    Parameters
    ----------
    closed
        CLOSED.
    """
    sums = {name: as_float(fixed(pl.col(column)).sum()) for name, column in (("final", "value"), ("ordered", "pieces"))}
    return closed.group_by("session").agg(**sums)


def _with_visits(events: pl.LazyFrame, pause: timedelta) -> pl.LazyFrame:
    """EVENTS with `visit`, which counts from 0 within the session."""
    paused = (pl.col("ts").diff() > pause).fill_null(False)
    return events.with_columns(visit=paused.cast(pl.UInt32).cum_sum().over("session", order_by="ts"))


def so_far(prefixes: pl.LazyFrame, items: pl.LazyFrame, targets: Targets) -> pl.LazyFrame:
    """The value, and what is in carts and orders, that a prefix shows.

    Returns
    -------
    pl.LazyFrame
        query, so_far, taken_so_far: the value at the cut; and the price of all that was carted or ordered, each
        distinct item once or as often as ordered.
    """
    valued = event_values(prefixes, items, targets)
    price = pl.coalesce("price", "listed_price").fill_null(0.0)
    listed = items.select("item", listed_price="price")
    taken = (
        valued.filter(pl.col("type") != "clicks")
        .join(listed, on="item", how="left", validate="m:1")
        .group_by("query", "item")
        .agg(spend=as_float(fixed(pl.col("spend")).sum()), carted=price.max())
        .group_by("query")
        .agg(taken_so_far=as_float(fixed(pl.max_horizontal("spend", "carted")).sum()))
    )
    sums = valued.group_by("query").agg(so_far=as_float(fixed(pl.col("value")).sum()))
    return sums.join(taken, on="query", how="left", validate="1:1").with_columns(pl.col("taken_so_far").fill_null(0.0))
