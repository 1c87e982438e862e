"""What a returning visitor did in earlier sessions."""

import polars as pl

from features.group import feature_group

DAY_MS = 86_400_000


@feature_group(scope="user", as_of=True)
def user_past(history: pl.LazyFrame) -> pl.LazyFrame:
    """Events, sessions, carts and orders of a user up to each of their sessions' ends, as of then.

    One row a (user, end of a session); a query sees the last row strictly before it starts. Empty where the
    log names no users.
    """
    sessions = (
        history.filter(pl.col("user").is_not_null())
        .group_by("user", "session")
        .agg(
            ts=pl.col("ts").max(),
            events=pl.len(),
            carts=(pl.col("type") == "carts").sum(),
            orders=(pl.col("type") == "orders").sum(),
        )
        .sort("user", "ts", "session")
    )
    running = [pl.col(c).cast(pl.Int64).cum_sum().over("user").alias(c) for c in ("events", "carts", "orders")]
    return (
        sessions.with_columns(*running, sessions=pl.int_range(1, pl.len() + 1).over("user"))
        .unique(["user", "ts"], keep="last", maintain_order=True)
        .select("user", "ts", "sessions", "events", "carts", "orders")
    )
