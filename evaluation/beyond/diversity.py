"""How unlike each other a list's items are."""

import numpy as np
import polars as pl
from scipy import sparse


def diversity_by_category(lists: pl.DataFrame, categories: pl.DataFrame) -> float | None:
    """Intra-list diversity: the share of a list's pairs of items that are of two categories, mean over lists.

    Ziegler, McNee, Konstan, Lausen 2005, "Improving recommendation lists through topic diversification", with a
    distance of 1 between two categories and 0 within one. Items without a category are left out, and lists with fewer
    than two others.

    Parameters
    ----------
    lists
        frame(query, item).
    categories
        frame(item, category).
    """
    known = categories.select("item", "category").filter(pl.col("category").is_not_null())
    alike = (
        lists.join(known, on="item", how="inner", validate="m:1")
        .group_by("query", "category")
        .agg(n=pl.len().cast(pl.Int64))
        .group_by("query")
        .agg(items=pl.col("n").sum(), same=(pl.col("n") * (pl.col("n") - 1) // 2).sum())
        .filter(pl.col("items") > 1)
        .sort("query")
    )
    if alike.is_empty():
        return None
    pairs = alike["items"].to_numpy() * (alike["items"].to_numpy() - 1) // 2
    return float(np.mean(1 - alike["same"].to_numpy() / pairs))


def diversity_by_company(lists: pl.DataFrame, history: pl.DataFrame) -> float | None:
    """Intra-list diversity with the distance 1 - cosine between the visits that two items are touched in.

    Vargas, Castells 2011, "Rank and relevance in novelty and diversity metrics for recommender systems": the distance
    of items as collaborative filtering sees them. An item that the history lacks is as far as can be from all others.

    Parameters
    ----------
    lists
        frame(query, item); lists of one item are left out.
    history
        frame(session, item), what was touched together.
    """
    items = lists["item"].unique().sort()
    touched = (
        history.filter(pl.col("item").is_in(items.implode())).select("session", "item").unique().sort("session", "item")
    )
    vectors = _unit_vectors(touched, items)
    row = {item: n for n, item in enumerate(items.to_list())}
    found = []
    for (_,), some in lists.sort("query", "item").group_by("query", maintain_order=True):
        mine = vectors[[row[item] for item in some["item"].to_list()]]
        n = mine.shape[0]
        if n > 1:
            alike = (mine @ mine.T).toarray()
            found.append(1 - float(np.triu(alike, 1).sum()) / (n * (n - 1) / 2))
    return float(np.mean(found)) if found else None


def _unit_vectors(touched: pl.DataFrame, items: pl.Series) -> sparse.csr_array:
    """A row an item, a column a session, each row of length 1."""
    places = np.searchsorted(items.to_numpy(), touched["item"].to_numpy())
    sessions, columns = np.unique(touched["session"].to_numpy(), return_inverse=True)
    counts = np.bincount(places, minlength=len(items))
    weights = 1 / np.sqrt(counts[places]) if len(places) else np.zeros(0)
    return sparse.csr_array((weights, (places, columns)), shape=(len(items), max(len(sessions), 1)))
