"""All that is said of some lists beyond accuracy."""

from dataclasses import dataclass
from typing import Any

import polars as pl

from data.sampling import some_queries
from evaluation.beyond.diversity import diversity_by_category, diversity_by_company
from evaluation.beyond.exposure import coverage, exposure
from evaluation.beyond.novelty import mean_novelty
from evaluation.beyond.personalisation import personalisation
from evaluation.beyond.popularity import TAIL, band_of, band_shares, mean_popularity
from evaluation.inequality import gini

SALT = 22


@dataclass(frozen=True)
class Known:
    """What the history knows of items.

    Parameters
    ----------
    popular
        `evaluation.beyond.popularity.item_popularity`.
    visitors
        How many the history has.
    categories
        frame(item, category).
    history
        frame(session, item).
    """

    popular: pl.DataFrame
    visitors: int
    categories: pl.DataFrame
    history: pl.LazyFrame


def of_lists(lists: pl.LazyFrame, known: Known, most: int) -> dict[str, Any]:
    """Coverage, exposure, popularity, novelty, personalisation and diversity of lists.

    Parameters
    ----------
    lists
        frame(query, item), one list a query.
    known
        What the history knows.
    most
        Lists whose diversity is measured at most, by a hash of the query: their pairs are many.

    Returns
    -------
    dict
        lists, places, coverage, gini, tail, popularity, novelty, personalisation, diversity_by_category,
        diversity_by_company, and `bands`, each band's share of places; null where undefined.
    """
    shown = band_of(exposure(lists), known.popular.lazy()).collect()
    everything = known.popular.select("item").join(shown.select("item", "places"), on="item", how="left")
    bands = band_shares(shown)
    some = some_lists(lists, most)
    return {
        "lists": int(lists.select(pl.col("query").n_unique()).collect().item()),
        "places": int(shown["places"].sum()),
        "coverage": coverage(shown, known.popular),
        "gini": gini(everything["places"].fill_null(0).to_numpy()),
        "tail": bands[TAIL],
        "popularity": mean_popularity(shown),
        "novelty": mean_novelty(shown, known.visitors),
        "personalisation": personalisation(lists),
        "diversity_by_category": diversity_by_category(some, known.categories),
        "diversity_by_company": diversity_by_company(some, _of_items(known.history, some)),
        "bands": bands,
    }


def some_lists(lists: pl.LazyFrame, most: int) -> pl.DataFrame:
    """The lists of some queries, by hash; sorted by (query, item)."""
    queries = some_queries(lists.select("query").unique(), most, SALT)
    return lists.select("query", "item").join(queries, on="query", how="semi").sort("query", "item").collect()


def _of_items(history: pl.LazyFrame, lists: pl.DataFrame) -> pl.DataFrame:
    wanted = lists.lazy().select("item").unique()
    return history.select("session", "item").join(wanted, on="item", how="semi").unique().collect()
