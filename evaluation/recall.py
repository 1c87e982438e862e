"""recall@k per type, HR@k and MRR@k for the next click: the project's measures, exactly."""

from collections.abc import Sequence

import polars as pl

from data.schema import TYPES

TOTAL_WEIGHTS = {"clicks": 0.10, "carts": 0.30, "orders": 0.60}


def recall_at(ranked: pl.LazyFrame, labels: pl.LazyFrame, k: int) -> dict[str, float | None]:
    """recall@k a type, micro-averaged, and their weighted total.

    Parameters
    ----------
    ranked
        query, item, rank (from 1) and, where lists differ by type, type. A repeated item wastes its place.
    labels
        LABELS; queries without a list count in the denominator.
    k
        How deep the lists are read.

    Returns
    -------
    dict
        clicks, carts, orders: sum of hits / sum of min(k, labels); null where a type has no labels. total:
        0.10 / 0.30 / 0.60 of them; null unless all three are there. Fractions.
    """
    return recall_of(hits_at(ranked, labels, k))


def hits_at(ranked: pl.LazyFrame, labels: pl.LazyFrame, k: int) -> pl.DataFrame:
    """What `recall_at` divides, so that it can be added up over portions of the queries.

    Returns
    -------
    pl.DataFrame
        type, hits, possible (sum of min(k, labels)); a row a type that has labels.
    """
    per_query = ["query", "type"]
    keys = [*per_query, "item"] if "type" in ranked.collect_schema() else ["query", "item"]
    shown = ranked.filter(pl.col("rank") <= k).select(keys).unique()
    hits = labels.join(shown, on=keys, how="semi").group_by("type").agg(hits=pl.len())
    most = labels.group_by(per_query).agg(possible=pl.len().clip(upper_bound=k).cast(pl.Int64))
    possible = most.group_by("type").agg(pl.col("possible").sum())
    found = possible.join(hits, on="type", how="left").select("type", pl.col("hits").fill_null(0), "possible")
    return found.collect()


def recall_of(hits: pl.DataFrame) -> dict[str, float | None]:
    """`recall_at` of `hits_at`, of all portions under each other."""
    summed = hits.group_by("type").agg(pl.col("hits", "possible").sum())
    recalls: dict[str, float | None] = dict.fromkeys(TYPES)
    recalls |= {row["type"]: row["hits"] / row["possible"] for row in summed.to_dicts()}
    return recalls | {"total": _total(recalls)}


def next_click(ranked: pl.LazyFrame, labels: pl.LazyFrame, cuts: Sequence[int] = (10, 20)) -> dict[str, float | None]:
    """Hit rate and mean reciprocal rank of the next clicked item.

    Parameters
    ----------
    ranked
        query, item, rank (from 1). A repeated item wastes its place.
    labels
        LABELS; only clicks count, at most one a query.
    cuts
        The depths k.

    Returns
    -------
    dict
        HR@k and MRR@k; null without labels. Fractions over all queries with a click label. Of items that share a
        rank the wanted one counts as the last.
    """
    return next_click_of(click_places(ranked, labels), cuts)


def click_places(ranked: pl.LazyFrame, labels: pl.LazyFrame) -> pl.Series:
    """Where the next clicked item of each query stands, from 1; null where it is not listed (see `next_click`)."""
    wanted = labels.filter(pl.col("type") == "clicks").select("query", "item")
    rank = pl.col("rank").cast(pl.Int64)
    last = pl.max_horizontal(rank, rank.rank("max").over("query").cast(pl.Int64))
    first = ranked.with_columns(rank=last).group_by("query", "item").agg(pl.col("rank").min())
    return wanted.join(first, on=["query", "item"], how="left").select("rank").collect()["rank"]


def next_click_of(ranks: pl.Series, cuts: Sequence[int] = (10, 20)) -> dict[str, float | None]:
    """`next_click` of `click_places`, of all portions after each other."""
    measures: dict[str, float | None] = {}
    for k in cuts:
        within = ranks.filter(ranks <= k)
        measures[f"HR@{k}"] = len(within) / len(ranks) if len(ranks) else None
        measures[f"MRR@{k}"] = float((1 / within.sort()).sum()) / len(ranks) if len(ranks) else None
    return {name: measures[name] for kind in ("HR", "MRR") for name in measures if name.startswith(f"{kind}@")}


def _total(recalls: dict[str, float | None]) -> float | None:
    known = [recalls[name] for name in TYPES]
    if any(value is None for value in known):
        return None
    return sum(TOTAL_WEIGHTS[name] * value for name, value in zip(TYPES, known, strict=True) if value is not None)
