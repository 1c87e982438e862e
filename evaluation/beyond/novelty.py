"""How little known the items of lists are."""

from math import log2

import polars as pl

from data.fixed import ONE, fixed


def mean_novelty(shown: pl.DataFrame, visitors: int) -> float | None:
    """MIUF, mean inverse user frequency: the mean of -log2 of the share of visitors who have touched a place's item.

    Zhou, Kuscsik, Liu, Medo, Wakeling, Zhang 2010, "Solving the apparent diversity-accuracy dilemma of recommender
    systems" (there self-information). Bits: 1 is an item that half of the visitors know. An item that nobody has
    touched counts as if one had.

    Parameters
    ----------
    shown
        frame(places, visitors): how often each item is shown, and who has touched it.
    visitors
        Of the whole history.
    """
    places = int(shown["places"].sum())
    if not places or not visitors:
        return None
    bits = log2(visitors) - pl.col("visitors").clip(lower_bound=1).cast(pl.Float64).log(2)
    return int(shown.select((fixed(bits) * pl.col("places")).sum()).item()) / ONE / places
