"""How long ago a customer has touched the candidate, as of the moment of the question."""

import polars as pl

from features.group import feature_group

DAY_MS = 86_400_000


@feature_group(scope="pair", clock=True, returning=True)
def item_pause(prefixes: pl.LazyFrame, queries: pl.LazyFrame) -> pl.LazyFrame:
    """Days from the candidate's visible events to the question, null for those never touched (`folds.returning`).

    `days`: since its latest event; `order_days`: since its latest order; `mean_pause`: days from one of its events to
    the next, null where there is one alone or all are of one moment; `due`: `days` in mean pauses.
    """
    asked = queries.select("query", "cut_ts")
    since = pl.col("since")
    pause = (since.max() - since.min()) / (pl.len() - 1).replace(0, None)
    seen = (
        prefixes.select("query", "item", "ts", "type")
        .join(asked, on="query", validate="m:1")
        .with_columns(since=(pl.col("cut_ts") - pl.col("ts")).dt.total_milliseconds())
        .group_by("query", "item")
        .agg(
            days=since.min() / DAY_MS,
            order_days=since.filter(pl.col("type") == "orders").min() / DAY_MS,
            mean_pause=pause.replace(0.0, None) / DAY_MS,
        )
    )
    return seen.with_columns(due=pl.col("days") / pl.col("mean_pause"))
