"""Checks that nothing is known too early; they run by default, and a run stops over what they find."""

from collections.abc import Sequence

import numpy as np
import polars as pl

SAME_ORDER = 0.999
SAMPLED = 2_000
LEAST_ROWS = 30
RECOUNTED = "user_worth__sessions"


def shared_sessions(train: pl.DataFrame, test: pl.DataFrame) -> list[str]:
    """Sessions that are learnt from and scored both.

    Parameters
    ----------
    train, test
        Frames with `session`, a row a query.
    """
    both = sorted(set(train["session"].unique()) & set(test["session"].unique()))
    return [f"{len(both)} sessions are in train and test both, such as {both[0]}"] if both else []


def events_after_cut(queries: pl.DataFrame, prefixes: pl.DataFrame) -> list[str]:
    """Prefixes that show more than the cut allows: later events, or more of them.

    Parameters
    ----------
    queries, prefixes
        QUERIES and PREFIXES.
    """
    shown = prefixes.group_by("query").agg(shown=pl.len(), last=pl.col("ts").max())
    asked = queries.join(shown, on="query", how="left", validate="1:1")
    late = asked.filter((pl.col("last") > pl.col("cut_ts")) | (pl.col("shown") > pl.col("events")))
    return (
        [f"{late.height} prefixes show events after the cut, such as query {late['query'][0]}"] if late.height else []
    )


def copies_of_target(features: pl.DataFrame, target: pl.Series) -> list[str]:
    """Features whose order is the target's: |Spearman| of .999 or more over the rows that have one.

    Parameters
    ----------
    features
        Numeric columns; others are passed over.
    target
        A value a row.
    """
    found = []
    for name in features.columns:
        if not features[name].dtype.is_numeric():
            continue
        pair = pl.DataFrame({"x": features[name], "y": target}).drop_nulls()
        if pair.height < LEAST_ROWS or pair["y"].n_unique() < 3:  # among so few, orders agree by chance
            continue
        ranks = pair.select(pl.all().rank().cast(pl.Float64))
        if ranks["x"].std() == 0:
            continue
        r = float(np.corrcoef(ranks["x"], ranks["y"])[0, 1])
        if abs(r) >= SAME_ORDER:
            found.append(f"`{name}` has the target's order (Spearman {r:.4f})")
    return found


def later_history(queries: pl.DataFrame, features: pl.DataFrame, closed: pl.DataFrame) -> list[str]:
    """History that closed at a session's start or later, in what the features say of its user, item or segment.

    Every `<group>__days_since` must be above 0; and for a sample of queries the user's earlier sessions are counted
    anew, from CLOSED itself.

    Parameters
    ----------
    queries, features
        QUERIES with user, and their features, in the same rows.
    closed
        CLOSED.
    """
    found = []
    for name in [n for n in features.columns if "__days_since" in n]:
        least = features[name].min()
        if isinstance(least, float) and least <= 0:
            found.append(f"`{name}` reaches {least:g}: history from the session's start or later")
    if RECOUNTED in features.columns:
        asked = queries.select("query", "user", "start_ts").with_columns(told=features[RECOUNTED])
        asked = asked.filter(pl.col("user").is_not_null()).sort("query").head(SAMPLED)
        ends = closed.filter(pl.col("user").is_not_null()).select("user", "ts")
        earlier = asked.join(ends, on="user").filter(pl.col("ts") < pl.col("start_ts"))
        counted = earlier.group_by("query").agg(counted=pl.len())
        wrong = asked.join(counted, on="query", how="left").filter(
            pl.col("told").fill_null(0) != pl.col("counted").fill_null(0)
        )
        if wrong.height:
            found.append(f"`{RECOUNTED}` counts sessions that are not earlier, such as of query {wrong['query'][0]}")
    return found


def told(leaks: Sequence[str]) -> str:
    """What was found, in one line."""
    return "; ".join(leaks)
