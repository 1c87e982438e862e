"""What lists show that was wanted and that nobody needed a recommender for, and what was wanted besides."""

import polars as pl


def serendipity(placed: pl.DataFrame, order: str, primitive: str, places: int, k: int = 20) -> dict[str, float | None]:
    """How much of what is shown is wanted and not what a primitive method shows.

    Ge, Delgado-Battenfeld, Jannach 2010, "Beyond accuracy": an item is serendipitous if it is useful and unexpected,
    and unexpected is what a primitive prediction model does not recommend (after Murakami, Mori, Orihara 2008).

    Parameters
    ----------
    placed
        `evaluation.places.places` of one type's labels.
    order, primitive
        The columns of the order that is judged, and of the method that expects.
    places
        How many places all lists have.
    k
        How deep lists are read.

    Returns
    -------
    dict
        serendipity: the share of places with a wanted item that the primitive list lacks; serendipity_of_hits: the
        share of the wanted items that are shown which it lacks. Null without a place, or a hit.
    """
    hit, expected = (pl.col(name).is_not_null() & (pl.col(name) <= k) for name in (order, primitive))
    sums = placed.select(hits=hit.sum(), surprising=(hit & ~expected).sum()).row(0, named=True)
    return {
        "serendipity": sums["surprising"] / places if places else None,
        "serendipity_of_hits": sums["surprising"] / sums["hits"] if sums["hits"] else None,
    }
