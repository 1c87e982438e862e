"""Whether the running session goes through the catalogue in order, as summed or automatic orders do."""

import polars as pl

from data.fixed import as_float, fixed
from features.group import feature_group
from features.kernels.order import known_below


@feature_group(scope="query")
def catalogue_order(prefixes: pl.LazyFrame, queries: pl.LazyFrame, touched: pl.LazyFrame) -> pl.LazyFrame:
    """How often an event's item follows the one before it in the order of keys, and how far the session has come.

    A place is the share of the items known at the session's start that have smaller keys. `in_order` is the share of
    steps upwards; `first_place` and `last_place`; `mean_step` the mean of the steps' lengths; `left` the steps of that
    length from the last place to the catalogue's end. Null where the session has one event, or nothing was known.
    """
    since = touched.group_by("item").agg(since=pl.col("ts").min()).sort("since", "item")
    asked = (
        prefixes.select("query", "position", "item")
        .join(queries.select("query", "start_ts"), on="query", validate="m:1")
        .sort("start_ts", "query", "position")
    )
    places = pl.concat([asked, since.select(known_item="item", since="since")], how="diagonal").map_batches(
        _places, schema={"query": pl.UInt32, "position": pl.UInt32, "item": pl.UInt32, "place": pl.Float64}
    )
    step = pl.col("place").diff().over("query", order_by="position")
    up = (pl.col("item").cast(pl.Int64).diff().over("query", order_by="position") >= 0).cast(pl.Float64)
    steps = places.with_columns(step=step.abs(), up=up)
    found = steps.group_by("query").agg(
        in_order=as_float(fixed(pl.col("up")).sum()) / pl.col("up").count().replace(0, None),
        first_place=pl.col("place").sort_by("position").first(),
        last_place=pl.col("place").sort_by("position").last(),
        mean_step=as_float(fixed(pl.col("step")).sum()) / pl.col("step").count().replace(0, None),
    )
    length = pl.col("mean_step")
    return found.with_columns(left=((1 - pl.col("last_place")) / pl.when(length > 0).then(length)).log1p())


def _places(rows: pl.DataFrame) -> pl.DataFrame:
    """The asked events with their places among the known items; both come in one frame, one above the other."""
    known = rows.filter(pl.col("known_item").is_not_null())
    asked = rows.filter(pl.col("query").is_not_null())
    codes, items = asked["item"].cast(pl.Int64), known["known_item"].cast(pl.Int64)
    size = max(int(codes.max() or 0), int(items.max() or 0)) + 1  # type: ignore[arg-type]
    moments, since = (s.dt.epoch("ms").to_numpy() for s in (asked["start_ts"], known["since"]))
    below, all_known = known_below(items.to_numpy(), since, codes.to_numpy(), moments, size)
    counts = pl.DataFrame({"below": below, "known": all_known})
    share = counts.select(place=pl.col("below") / pl.col("known").replace(0, None))
    return asked.select("query", "position", "item").with_columns(share["place"])
