"""What of the catalogue is shown at all, and how evenly."""

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
