"""How long a customer has been away when asked, and how often he came before."""

import polars as pl

from features.group import feature_group

DAY_MS = 86_400_000
RECENT = (7, 30)


@feature_group(scope="query", clock=True, returning=True)
def visit_pause(prefixes: pl.LazyFrame, queries: pl.LazyFrame) -> pl.LazyFrame:
    """Days from the visible events to the moment of the question, which may come long after them (`folds.returning`).

    `days_away`: since the last event; `days_known`: since the first; `events_7d`, `events_30d`: events in so many last
    days; `days_active`: distinct days (UTC) with an event; `mean_pause`: days from one such day to the next, null where
    there is one alone; `due`: days away in mean pauses.
    """
    asked = queries.select("query", "cut_ts")
    since = (pl.col("cut_ts") - pl.col("ts")).dt.total_milliseconds()
    day = pl.col("ts").dt.epoch("ms") // DAY_MS
    seen = (
        prefixes.select("query", "ts")
        .join(asked, on="query", validate="m:1")
        .with_columns(since=since, day=day)
        .group_by("query")
        .agg(
            days_away=pl.col("since").min() / DAY_MS,
            days_known=pl.col("since").max() / DAY_MS,
            **{f"events_{days}d": (pl.col("since") < days * DAY_MS).sum() for days in RECENT},
            days_active=pl.col("day").n_unique(),
            mean_pause=(pl.col("day").max() - pl.col("day").min()) / (pl.col("day").n_unique() - 1).replace(0, None),
        )
    )
    return seen.with_columns(due=pl.col("days_away") / pl.col("mean_pause"))
