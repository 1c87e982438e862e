"""How far a share, or a count, may lie from what is true by chance alone."""

import polars as pl

QUANTILE = 1.959963984540054
"""Of the normal distribution: 95 of 100 lie within."""
FAR = 3.0
"""Standard errors beyond which a count is told of as wrong: the outer limits of a funnel plot (Spiegelhalter 2005)."""
LEAST = 1.0
"""Hits that must be promised, at least: the sum of fewer is far from normal (Cochran 1954, "Some methods for
strengthening the common chi-square tests", Biometrics 10)."""


def wilson(hits: pl.Expr, n: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """The ends of the 95 % score interval of a share (Wilson 1927, "Probable inference", JASA 22); null of nothing."""
    share, z2 = hits / n, QUANTILE**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = QUANTILE / (1 + z2 / n) * (share * (1 - share) / n + z2 / (4 * n * n)).sqrt()
    some = pl.when(n > 0)
    return some.then((middle - half).clip(lower_bound=0)), some.then((middle + half).clip(upper_bound=1))


def against_promise() -> list[pl.Expr]:
    """What a group of places came to beside its promise: shown, hits, promised and z.

    promised is the sum of the places' chances, and z the hits' distance from it in standard errors of a sum of
    independent trials, sqrt(sum p (1 - p)), as in funnel plots (Spiegelhalter 2005, "Funnel plots for comparing
    institutional performance", Statistics in Medicine 24). Null where nothing was promised, z also where fewer than
    `LEAST` hits were.
    """
    chance = pl.col("promised")
    hits, sums = pl.col("hit").filter(chance.is_not_null()).sum(), chance.sum()
    spread = (chance * (1 - chance)).sum().sqrt()
    some = pl.when(chance.count() > 0)
    return [
        pl.len().cast(pl.Int64).alias("shown"),
        pl.col("hit").sum().cast(pl.Int64).alias("hits"),
        some.then(sums).alias("promised"),
        some.then(pl.when((spread > 0) & (sums >= LEAST)).then((hits - sums) / spread)).alias("z"),
    ]
