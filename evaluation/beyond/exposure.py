"""What of the catalogue is shown at all, and how evenly."""

import numpy as np
import numpy.typing as npt
import polars as pl


def exposure(lists: pl.LazyFrame) -> pl.LazyFrame:
    """How many places each item has in lists of query and item: item, places; sorted by item."""
    return lists.group_by("item").agg(places=pl.len().cast(pl.Int64)).sort("item")


def coverage(shown: pl.DataFrame, catalogue: pl.DataFrame) -> float | None:
    """Catalogue coverage: the share of the history's items that stand in a list at all.

    Ge, Delgado-Battenfeld, Jannach 2010, "Beyond accuracy: evaluating recommender systems by coverage and serendipity".

    Parameters
    ----------
    shown
        `exposure`.
    catalogue
        frame(item).
    """
    inside = shown.join(catalogue.select("item"), on="item", how="semi").height
    return inside / catalogue.height if catalogue.height else None


def gini(places: npt.ArrayLike) -> float | None:
    """How unequal places are among items: 0 where all have as many, near 1 where one has all.

    Fleder, Hosanagar 2009, "Blockbuster culture's next rise or fall"; as in Shani, Gunawardana 2011, "Evaluating
    recommendation systems", over the catalogue with what is never shown.

    Parameters
    ----------
    places
        Whole numbers an item, zeros included; shape (items,).

    Returns
    -------
    float or None
        (2 sum of i x_i) / (n sum of x) - (n + 1) / n, x ascending, i from 1; null without a place.
    """
    ascending = np.sort(np.asarray(places, np.int64))
    n, whole = len(ascending), int(ascending.sum())
    if not whole:
        return None
    weighted = int((np.arange(1, n + 1, dtype=np.int64) * ascending).sum())
    return 2 * weighted / (n * whole) - (n + 1) / n
