"""How different visitors' lists are from each other."""

import numpy as np
import polars as pl


def personalisation(lists: pl.LazyFrame) -> float | None:
    """The mean over pairs of lists of the share of places that they do not share.

    0 where everybody is shown the same, 1 where no two lists have an item in common; for lists of one length it is the
    mean of 1 - cosine between lists (inter-list diversity: Zhou, Kuscsik, Liu, Medo, Wakeling, Zhang 2010, "Solving the
    apparent diversity-accuracy dilemma of recommender systems"). An item that stands in c lists is shared by
    c (c - 1) / 2 pairs, so all pairs are counted without being looked at.

    Parameters
    ----------
    lists
        frame(query, item), one list a query.

    Returns
    -------
    float or None
        Null with fewer than two lists.
    """
    pairs = lists.select("query", "item").unique()
    told = pairs.select(lists=pl.col("query").n_unique(), places=pl.len()).collect()
    number, places = (int(one) for one in told.row(0))
    if number < 2:
        return None
    counts = pairs.group_by("item").agg(n=pl.len()).collect()["n"].to_numpy().astype(np.int64)
    shared = int((counts * (counts - 1)).sum())
    return 1.0 - shared / ((number - 1) * places)
