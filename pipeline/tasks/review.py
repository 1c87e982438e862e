"""A table for people: what lists got wrong, with what could be done, in the columns of a file of rules."""

import polars as pl

from evaluation.feedback.chances import FAR

MOST = 200
SEEN = 3
"""How often an item was wanted and not shown, at least, to be told of."""
COLUMNS = (
    *("kind", "on", "key", "from", "until", "whom", "places"),
    *("suggested", "why", "text", "shown", "hits", "promised", "z", "unshown"),
)


def review_rows(items: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """What is to be looked at: items and categories beyond `FAR`, and items that were wanted and not shown.

    Parameters
    ----------
    items
        As `pipeline.tasks.feedback.Feedback` writes them.
    segments
        `evaluation.feedback.wrong.of_segments`, of which categories can be ruled on.

    Returns
    -------
    pl.DataFrame
        The columns of a file of rules, empty but for on and key, and what speaks for a rule: filled in at `kind`, a row
        is one. Those furthest from their promise come first, then those most often not shown; 200 at most.
    """
    categories = segments.filter(pl.col("segment") == "category").select(
        pl.lit("category").alias("on"), pl.col("value").alias("key"), "shown", "hits", "promised", "z"
    )
    of_items = items.select(pl.lit("item").alias("on"), pl.col("item").alias("key"), *items.columns[1:])
    rows = pl.concat([of_items, categories], how="diagonal_relaxed").with_columns(pl.col("unshown").fill_null(0))
    far = pl.col("z").abs() >= FAR
    rows = rows.filter(far.fill_null(False) | (pl.col("unshown") >= SEEN))
    far_first = pl.when(far).then(pl.col("z").abs()).otherwise(0.0).fill_null(0.0)
    rows = rows.sort(far_first, "unshown", "on", "key", descending=[True, True, True, False]).head(MOST)
    empty = [pl.lit(None, pl.String).alias(name) for name in ("kind", "from", "until", "whom", "places")]
    rounded = [pl.col("promised").round(2), pl.col("z").round(2)]
    return rows.with_columns(*empty, _suggested().alias("suggested"), _why().alias("why"), *rounded).select(COLUMNS)


def _suggested() -> pl.Expr:
    worse = (pl.col("z") <= -FAR).fill_null(False)
    return pl.when(worse & (pl.col("hits") == 0)).then(pl.lit("block")).when(~worse).then(pl.lit("boost"))


def _why() -> pl.Expr:
    promise = pl.format("{} hits where {} were promised", "hits", pl.col("promised").round(1))
    missed = pl.format("wanted {} times by who was not shown it", "unshown")
    return pl.when((pl.col("z").abs() >= FAR).fill_null(False)).then(promise).otherwise(missed)
