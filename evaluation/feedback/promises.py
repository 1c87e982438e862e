"""What scores promise: how often places of such a score have hit before, and how often they hit now."""

import polars as pl

from evaluation.feedback.chances import against_promise, wilson

BANDS = 10
FILLED = 0
"""The band of places that popular items have filled up: they have no score."""


def promises(judged: pl.DataFrame, bands: int = BANDS) -> pl.DataFrame:
    """How often the places of each band of scores have hit.

    Parameters
    ----------
    judged
        type, score (null where popular items fill up), hit.
    bands
        Bands of equally many places, an objective.

    Returns
    -------
    pl.DataFrame
        type, band (from 1, the lowest scores; 0 for no score), low (its lowest score; null of band 0), shown, hits,
        rate; sorted. Bands that would begin at the same score are one.
    """
    scored = judged.filter(pl.col("score").is_not_null())
    place = pl.col("score").rank("min").over("type") - 1
    number = (place * bands // pl.len().over("type")).cast(pl.Int64)
    banded = scored.with_columns(band=number.rank("dense").over("type").cast(pl.Int64))
    empty = judged.filter(pl.col("score").is_null()).with_columns(band=pl.lit(FILLED, pl.Int64))
    both = pl.concat([banded, empty]).group_by("type", "band")
    found = both.agg(
        low=pl.col("score").min().cast(pl.Float64),
        shown=pl.len().cast(pl.Int64),
        hits=pl.col("hit").sum().cast(pl.Int64),
    )
    return found.with_columns(rate=pl.col("hits") / pl.col("shown")).sort("type", "band")


def promised(judged: pl.DataFrame, told: pl.DataFrame) -> pl.DataFrame:
    """The places with the band of their score, and the rate that it promises; null where nothing was promised.

    Parameters
    ----------
    judged
        type, score and more columns.
    told
        `promises` of earlier lists. A score below the lowest band belongs to that.

    Returns
    -------
    pl.DataFrame
        The same rows in their order with band and promised.
    """
    rows = judged.with_row_index("__row")
    bands = told.filter(pl.col("band") != FILLED)
    lowest = pl.col("band") == pl.col("band").min().over("type")
    starts = bands.select("type", "band", low=pl.when(lowest).then(float("-inf")).otherwise("low"), promised="rate")
    scored = rows.filter(pl.col("score").is_not_null()).with_columns(low=pl.col("score").cast(pl.Float64)).sort("low")
    scored = scored.join_asof(starts.sort("low"), on="low", by="type", check_sortedness=False).drop("low")
    filled = told.filter(pl.col("band") == FILLED).select("type", "band", promised="rate")
    empty = rows.filter(pl.col("score").is_null()).join(filled, on="type", how="left", validate="m:1")
    return pl.concat([scored, empty.select(scored.columns)]).sort("__row").drop("__row")


def calibration(judged: pl.DataFrame) -> pl.DataFrame:
    """What was promised against what happened, by band of scores.

    Parameters
    ----------
    judged
        type, band, promised, hit; places without a promise do not count.

    Returns
    -------
    pl.DataFrame
        type, band, shown, hits, promised (the band's mean rate), happened (hits / shown), low and high (the ends of
        its 95 % interval) and z; sorted.
    """
    known = judged.filter(pl.col("promised").is_not_null())
    found = known.group_by("type", "band").agg(*against_promise()).sort("type", "band")
    low, high = wilson(pl.col("hits"), pl.col("shown"))
    happened = pl.col("hits") / pl.col("shown")
    shown = found.with_columns(promised=pl.col("promised") / pl.col("shown"), happened=happened, low=low, high=high)
    return shown.select("type", "band", "shown", "hits", "promised", "happened", "low", "high", "z")


def calibration_error(bands: pl.DataFrame) -> pl.DataFrame:
    """The mean distance of what was promised from what happened, an objective: type, error; sorted.

    The expected calibration error (Naeini, Cooper and Hauskrecht 2015, "Obtaining well calibrated probabilities using
    Bayesian binning", AAAI), over the bands of `calibration`, each by its places.
    """
    far = (pl.col("promised") - pl.col("happened")).abs() * pl.col("shown")
    return bands.group_by("type", maintain_order=True).agg(error=far.sum() / pl.col("shown").sum()).sort("type")
