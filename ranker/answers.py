"""The answer in the shop's own keys, and OTTO's submission file."""

import polars as pl


def recommendations(ranked: pl.LazyFrame, queries: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """RANKED in the shop's keys: session, events (how many were visible), type, rank, item, score."""
    about = queries.select("query", session="session_key", events="events")
    return (
        ranked.join(about, on="query", how="left", validate="m:1", maintain_order="left")
        .join(items.select("item", "key"), on="item", how="left", validate="m:1", maintain_order="left")
        .select("session", "events", "type", "rank", item="key", score="score")
    )


def submission(ranked: pl.LazyFrame, queries: pl.LazyFrame, items: pl.LazyFrame) -> pl.LazyFrame:
    """OTTO's submission: session_type (`42_clicks`), labels (`1 2 3 ...`), best first."""
    return (
        recommendations(ranked, queries, items)
        .group_by("session", "type", maintain_order=True)
        .agg(labels=pl.col("item").sort_by("rank").str.join(" "))
        .select(session_type=pl.format("{}_{}", "session", "type"), labels="labels")
    )
