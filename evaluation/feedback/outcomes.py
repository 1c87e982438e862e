"""What was shown joined with what happened: which places of a list hit what the visitor did next."""

from datetime import timedelta

import polars as pl

from data.schema import TYPES, TypeEnum

LIST = ["session", "shown"]
"""What names a list of each objective: whose it is, and when it was shown."""
WANTED = [*LIST, "type", "item"]


def wanted(served: pl.DataFrame, events: pl.DataFrame, within: timedelta | None = None) -> pl.DataFrame:
    """What each list should have held, as LABELS say it: the next clicked item, all items carted, all ordered.

    Parameters
    ----------
    served
        session, shown (when), type, rank (from 1), item; a row a place.
    events
        session, ts, type, item.
    within
        How long after it was shown an event still counts; null: to the end of the events.

    Returns
    -------
    pl.DataFrame
        session, shown, type, item; once each, sorted. Only of objectives that the list's session was shown.
    """
    lists = served.select(*LIST, "type").unique()
    after = pl.col("ts") > pl.col("shown")
    if within is not None:
        after &= pl.col("ts") <= pl.col("shown") + within
    later = lists.join(events, on=["session", "type"]).filter(after).sort("ts", maintain_order=True)
    clicks = later.filter(pl.col("type") == TYPES[0]).unique([*LIST, "type"], keep="first", maintain_order=True)
    others = later.filter(pl.col("type") != TYPES[0])
    return pl.concat([clicks, others]).select(WANTED).unique().sort(WANTED)


def outcomes(served: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """The served places with `hit`: whether the list should have held the item.

    Parameters
    ----------
    served
        As in `wanted`; an item that a list repeats hits at its first place alone.
    due
        `wanted` of it.

    Returns
    -------
    pl.DataFrame
        The same rows, sorted by (session, shown, type, rank), and hit (Boolean).
    """
    rows = served.with_columns(pl.col("type").cast(TypeEnum)).sort(*LIST, "type", "rank")
    found = rows.join(due.with_columns(__due=True), on=WANTED, how="left", validate="m:1", maintain_order="left")
    first = pl.struct(WANTED).is_first_distinct()
    return found.with_columns(hit=pl.col("__due").fill_null(False) & first).drop("__due")


def unshown(served: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """What should have been shown and was not: item, unshown (how often), most first."""
    missed = due.join(served.with_columns(pl.col("type").cast(TypeEnum)), on=WANTED, how="anti")
    return (
        missed.group_by("item").agg(unshown=pl.len().cast(pl.Int64)).sort("unshown", "item", descending=[True, False])
    )


def found_by_objective(judged: pl.DataFrame, due: pl.DataFrame) -> pl.DataFrame:
    """A row an objective: type, lists, shown (places), wanted (items), hits, recall (hits / wanted; null of none)."""
    lists = judged.group_by("type").agg(
        lists=pl.struct(LIST).n_unique().cast(pl.Int64),
        shown=pl.len().cast(pl.Int64),
        hits=pl.col("hit").sum().cast(pl.Int64),
    )
    asked = due.group_by("type").agg(wanted=pl.len().cast(pl.Int64))
    found = lists.join(asked, on="type", how="left").with_columns(pl.col("wanted").fill_null(0)).sort("type")
    recall = pl.when(pl.col("wanted") > 0).then(pl.col("hits") / pl.col("wanted"))
    return found.select("type", "lists", "shown", "wanted", "hits", recall=recall)
