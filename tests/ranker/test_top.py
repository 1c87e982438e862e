import numpy as np
import polars as pl

from data.schema import Ranked
from ranker.top import rank_top

U32 = pl.UInt32


def pairs(*rows):
    schema = {"query": U32, "item": U32, "fused__rank": pl.UInt16}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def asked(*queries):
    return pl.LazyFrame({"query": queries}, schema={"query": U32})


def popular(*items):
    return pl.LazyFrame({"item": items, "place": range(len(items))}, schema={"item": U32, "place": U32})


def test_by_hand():
    rows = pairs((0, 5, 1), (0, 6, 2), (1, 7, 1))
    scores = {"orders": np.array([0.1, 0.9, -3.0]), "clicks": np.array([0.5, 0.5, 0.0])}
    ranked = rank_top(rows, scores, asked(1, 0), popular(6, 8)).collect()
    Ranked.validate(ranked, cast=True)
    assert ranked.columns == Ranked.column_names()
    assert ranked.with_columns(pl.col("score").round(2)).rows() == [
        (0, "clicks", 5, 1, 0.5),  # equal scores keep the fused order
        (0, "clicks", 6, 2, 0.5),
        (0, "clicks", 8, 3, None),
        (0, "orders", 6, 1, np.float32(0.9).round(2)),
        (0, "orders", 5, 2, np.float32(0.1).round(2)),
        (0, "orders", 8, 3, None),
        (1, "clicks", 7, 1, 0.0),
        (1, "clicks", 6, 2, None),
        (1, "clicks", 8, 3, None),
        (1, "orders", 7, 1, -3.0),
        (1, "orders", 6, 2, None),
        (1, "orders", 8, 3, None),
    ]


def test_twenty_distinct_items_for_every_query_and_objective():
    rows = pairs(*((0, item, item + 1) for item in range(30)), (1, 3, 1))
    scores = {"clicks": np.arange(31.0), "carts": -np.arange(31.0)}
    ranked = rank_top(rows, scores, asked(0, 1, 2), popular(*range(41))).collect()
    sizes = ranked.group_by("query", "type").agg(pl.col("item").n_unique(), pl.col("rank").sort())
    assert sizes.height == 6
    assert set(sizes["item"]) == {20}
    assert all(ranks == list(range(1, 21)) for ranks in sizes["rank"].to_list())
    best = ranked.filter((pl.col("query") == 0) & (pl.col("type") == "clicks"))
    assert best["item"].to_list() == list(range(29, 9, -1))
    assert best["score"].null_count() == 0
    filled = ranked.filter(pl.col("query") == 2)
    assert filled["score"].null_count() == filled.height == 40


def test_ties_keep_the_fused_order_and_not_the_items():
    rows = pairs((0, 9, 1), (0, 2, 2), (0, 4, 3))
    ranked = rank_top(rows, {"carts": np.array([1.0, 1.0, 2.0])}, asked(0), popular()).collect()
    assert ranked["item"].to_list() == [4, 9, 2]


def test_no_candidates_are_filled_by_popularity():
    ranked = rank_top(pairs(), {"carts": np.array([])}, asked(3), popular(8, 1)).collect()
    assert ranked.rows() == [(3, "carts", 8, 1, None), (3, "carts", 1, 2, None)]
