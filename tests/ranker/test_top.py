import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.candidates import candidates_of
from data.schema import Ranked
from ranker.top import ranked_frame, top_lists
from tests.oracle import top as oracle

U32 = pl.UInt32


def pairs(*rows):
    schema = {"query": U32, "item": U32, "fused__rank": pl.UInt16}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def rank_top(pairs, scores, queries, popular):
    """RANKED of candidates in fused order."""
    query = np.sort(np.array(queries, np.uint32))
    candidates = candidates_of(pairs.with_columns(fused__score=pl.lit(0.0, pl.Float32)), query)
    lists = {name: top_lists(candidates, values, np.array(popular, np.int64)) for name, values in scores.items()}
    return ranked_frame(query, lists)


def test_by_hand():
    rows = pairs((0, 5, 1), (0, 6, 2), (1, 7, 1))
    scores = {"orders": np.array([0.1, 0.9, -3.0]), "clicks": np.array([0.5, 0.5, 0.0])}
    ranked = rank_top(rows, scores, [1, 0], [6, 8])
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
    ranked = rank_top(rows, scores, [0, 1, 2], list(range(41)))
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
    ranked = rank_top(rows, {"carts": np.array([1.0, 1.0, 2.0])}, [0], [])
    assert ranked["item"].to_list() == [4, 9, 2]


def test_no_candidates_are_filled_by_popularity():
    ranked = rank_top(pairs(), {"carts": np.array([])}, [3], [8, 1])
    assert ranked.rows() == [(3, "carts", 8, 1, None), (3, "carts", 1, 2, None)]


@given(
    lists=st.lists(st.lists(st.integers(0, 30), unique=True, max_size=30), min_size=1, max_size=4),
    popular=st.permutations(range(45)),
    dice=st.randoms(use_true_random=False),
)
def test_the_same_as_by_expressions(lists, popular, dice):
    rows = pairs(*((query, item, place) for query, items in enumerate(lists) for place, item in enumerate(items, 1)))
    values = [[dice.choice([-1.5, 0.0, 0.25, 2.0]) for _ in range(rows.height)] for _ in range(2)]
    scores = {"carts": np.array(values[0]), "orders": np.array(values[1])}
    fillers = pl.LazyFrame({"item": popular[:41], "place": range(41)}, schema={"item": U32, "place": U32})
    asked = pl.LazyFrame({"query": range(len(lists))}, schema={"query": U32})
    found = rank_top(rows, scores, list(range(len(lists))), popular[:41])
    assert_frame_equal(found, oracle.rank_top(rows, scores, asked, fillers))
