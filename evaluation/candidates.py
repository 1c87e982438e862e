"""How many of the labels a member's proposals, and their union, contain."""

from collections.abc import Sequence

import polars as pl

from evaluation.recall import recall_at

DEPTHS = (20, 50, 100, 200)


def candidate_recall(
    candidates: pl.LazyFrame, labels: pl.LazyFrame, members: Sequence[str], depths: Sequence[int] = DEPTHS
) -> dict[str, dict[str, dict[str, float | None]]]:
    """recall@K of each member and of the union in fused order.

    Parameters
    ----------
    candidates
        CANDIDATES before any cut.
    labels
        LABELS of the same queries.
    members
        The members to report.
    depths
        The Ks.

    Returns
    -------
    dict
        member or `union` -> `recall@K` -> type -> fraction or null.
    """
    keys = labels.select("query", "item").unique()
    hits = candidates.join(keys, on=["query", "item"], how="semi").collect().lazy()
    result: dict[str, dict[str, dict[str, float | None]]] = {}
    for name, column in [(m, f"{m}__rank") for m in members] + [("union", "fused__rank")]:
        ranked = hits.select("query", "item", rank=column).filter(pl.col("rank").is_not_null())
        result[name] = {f"recall@{k}": _by_type(recall_at(ranked, labels, k)) for k in depths}
    return result


def _by_type(recalls: dict[str, float | None]) -> dict[str, float | None]:
    return {name: value for name, value in recalls.items() if name != "total"}
