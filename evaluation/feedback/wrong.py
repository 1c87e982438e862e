"""Where lists did worse, or better, than they promised: by item, and by segment."""

from collections.abc import Sequence

import polars as pl

from evaluation.feedback.chances import against_promise

EVENTS = (1, 3, 10)
"""How many events a session had shown, at most, in each band but the last."""
MOST = 50
"""Values that are told of a segment, those that were shown most."""


def of_items(judged: pl.DataFrame, missed: pl.DataFrame) -> pl.DataFrame:
    """A row an item that was shown, or should have been.

    Parameters
    ----------
    judged
        item, hit, promised.
    missed
        item, unshown: how often it should have been shown (`evaluation.feedback.outcomes.unshown`).

    Returns
    -------
    pl.DataFrame
        item, shown, hits, promised, z (see `evaluation.feedback.chances.against_promise`), unshown; sorted by item.
    """
    found = judged.group_by("item").agg(*against_promise())
    both = found.join(missed, on="item", how="full", coalesce=True)
    return both.with_columns(pl.col("shown", "hits", "unshown").fill_null(0)).sort("item")


def of_segments(judged: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """A row a value of each segment: segment, value, shown, hits, promised, z; the segments in their order.

    Parameters
    ----------
    judged
        hit, promised and the segments' columns; null is no value.
    names
        The segments.
    """
    pieces = [
        judged.filter(pl.col(name).is_not_null())
        .group_by(value=pl.col(name).cast(pl.String))
        .agg(*against_promise())
        .sort("shown", "value", descending=[True, False])
        .head(MOST)
        .sort("value")
        .select(pl.lit(name).alias("segment"), pl.all())
        for name in names
    ]
    kinds = {"segment": pl.String, "value": pl.String, "shown": pl.Int64, "hits": pl.Int64}
    return pl.concat([pl.DataFrame(schema=kinds | {"promised": pl.Float64, "z": pl.Float64}), *pieces])


def events_band(events: pl.Expr) -> pl.Expr:
    """How much a session had shown, in words: `1`, `2-3`, `4-10`, `over 10`."""
    first, second, third = EVENTS
    chosen = pl.when(events <= first).then(pl.lit(f"{first}")).when(events <= second)
    named = chosen.then(pl.lit(f"{first + 1}-{second}")).when(events <= third).then(pl.lit(f"{second + 1}-{third}"))
    return pl.when(events.is_not_null()).then(named.otherwise(pl.lit(f"over {third}")))
