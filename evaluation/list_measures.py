"""What other tools measure lists by: precision, hit rate, reciprocal rank, average precision, discounted gain."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from data.schema import TYPES

NAMES = ("precision", "hit_rate", "MRR", "MAP", "NDCG")


def list_measures(placed: pl.DataFrame, orders: Sequence[str], k: int) -> dict[str, dict[str, dict[str, float | None]]]:
    """Means over the queries that have a label of the type; a query whose list holds none counts as 0.

    Of a query with n labels, those that stand at places p_1 < p_2 < ... <= k of its list, m of them:

    - precision: m / k;
    - hit_rate: 1 if m > 0, else 0;
    - MRR: 1 / p_1, the first one's (Voorhees 1999, "The TREC-8 question answering track report");
    - MAP: the sum of i / p_i over min(n, k) (average precision; Buckley, Voorhees 2000, "Evaluating evaluation measure
      stability"; cut at k as RecBole and Kaggle do);
    - NDCG: the sum of 1 / log2(1 + p_i) over that of the best list's, 1 / log2(1 + i) for i to min(n, k) (Jarvelin,
      Kekalainen 2002, "Cumulated gain-based evaluation of IR techniques", with gains of 0 and 1).

    Parameters
    ----------
    placed
        `evaluation.places.places`.
    orders
        The columns that are measured.
    k
        How deep lists are read.

    Returns
    -------
    dict
        order -> type -> measure of NAMES -> fraction; null where a type has no labels.
    """
    of_type = {name: placed.filter(pl.col("type") == name) for name in TYPES}
    return {order: {name: _of_type(rows, order, k) for name, rows in of_type.items()} for order in orders}


def _of_type(placed: pl.DataFrame, order: str, k: int) -> dict[str, float | None]:
    if placed.is_empty():
        return dict.fromkeys(NAMES)
    within = pl.col(order).filter(pl.col(order) <= k).cast(pl.Float64)
    nth = pl.int_range(1, within.len() + 1).cast(pl.Float64)
    queries = placed.sort("query", order, nulls_last=True).group_by("query", maintain_order=True).agg(
        labels=pl.len(),
        precision=within.len() / k,
        hit_rate=(within.len() > 0).cast(pl.Float64),
        MRR=1 / within.min(),
        MAP=(nth / within).sum(),
        NDCG=(1 / (1 + within).log(2)).sum(),
    )  # fmt: skip
    best = np.minimum(queries["labels"].to_numpy(), k)
    gains = np.cumsum(1 / np.log2(1 + np.arange(1, k + 1)))
    over = {"MAP": best.astype(np.float64), "NDCG": gains[best - 1]}
    return {name: float(np.mean(queries[name].fill_null(0.0).to_numpy() / over.get(name, 1.0))) for name in NAMES}
