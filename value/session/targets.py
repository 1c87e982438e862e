"""What a session is worth: revenue, a label that the log brings, or weights of its events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal

import polars as pl

from data.checks import check_durations
from data.fixed import as_float, fixed, type_weight
from data.schema import TYPES
from data.visits import with_visits

Kind = Literal["revenue", "label", "weights"]
Of = Literal["final", "remaining"]
VISIT = ("session", "visit")
OF_VISIT = ("user", "segment", "start_ts", "ts", "events", "items", *TYPES, "pieces", "value")
OF_ITEM = ("user", "ts", *TYPES, "pieces", "spend", "events", "value")
"""CLOSED's and TOUCHED's columns beside their keys."""
FINALS = {name: as_float(fixed(pl.col(summed)).sum()) for name, summed in (("final", "value"), ("ordered", "pieces"))}


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
    valued = event_values(with_visits(events, targets.closes_after), items, targets)
    visits = valued.group_by(VISIT).agg(
        pl.col("user").first(),
        start_ts=pl.col("ts").min(),
        ts=pl.col("ts").max() + targets.closes_after,
        events=pl.len().cast(pl.UInt32),
        items=pl.col("item").n_unique().cast(pl.UInt32),
        **sums_of("pieces", "value"),
    )
    visits = visits.join(notes, on="session", how="left", validate="m:1")
    if targets.kind == "label":
        last = pl.col("visit") == pl.col("visit").max().over("session")
        visits = visits.with_columns(value=pl.when(last).then("session_value")).filter(pl.col("value").is_not_null())
    whole = visits.select(*VISIT, "user", "ts", "events", "value")
    touched = valued.group_by(*VISIT, "item").agg(**sums_of("pieces", "spend")).join(whole, on=VISIT, validate="m:1")
    return visits.select(*VISIT, *OF_VISIT).sort(VISIT), touched.select(*VISIT, "item", *OF_ITEM).sort(*VISIT, "item")


def sums_of(*names: str) -> dict[str, pl.Expr]:
    """Sums of what `event_values` gives, and how many events of each type: an order without a piece left is none."""
    stands = {name: (pl.col("type") == name) & ((name != "orders") | (pl.col("pieces") > 0)) for name in TYPES}
    counts = {name: kept.sum().cast(pl.UInt32) for name, kept in stands.items()}
    return counts | {name: as_float(fixed(pl.col(name)).sum()) for name in names}


def finals(closed: pl.LazyFrame) -> pl.LazyFrame:
    """What whole sessions came to: session, final (value) and ordered (pieces).

    Parameters
    ----------
    closed
        CLOSED, or events with their values (see `event_values`).
    """
    return closed.group_by("session").agg(**FINALS)


def so_far(prefixes: pl.LazyFrame, items: pl.LazyFrame, targets: Targets) -> pl.LazyFrame:
    """The value, and what is in carts and orders, that a prefix shows.

    Returns
    -------
    pl.LazyFrame
        query, so_far, taken_so_far: the value at the cut; and the price of all that was carted or ordered, each
        distinct item once or as often as ordered. Of an item that went back counts what is left.
    """
    valued = event_values(prefixes, items, targets)
    price = pl.coalesce("price", "listed_price").fill_null(0.0)
    went = (pl.col("type") == "orders") & (pl.col("pieces") == 0)  # what went back is in no cart
    listed = items.select("item", listed_price="price")
    taken = (
        valued.filter(pl.col("type") != "clicks")
        .join(listed, on="item", how="left", validate="m:1")
        .group_by("query", "item")
        .agg(spend=as_float(fixed(pl.col("spend")).sum()), carted=pl.when(~went.any()).then(price.max()))
        .group_by("query")
        .agg(taken_so_far=as_float(fixed(pl.max_horizontal("spend", "carted")).sum()))
    )
    sums = valued.group_by("query").agg(so_far=as_float(fixed(pl.col("value")).sum()))
    return sums.join(taken, on="query", how="left", validate="1:1").with_columns(pl.col("taken_so_far").fill_null(0.0))
