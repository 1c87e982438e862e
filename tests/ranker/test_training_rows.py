import polars as pl
import pytest

from ranker.training_rows import TrainingSize, choose_queries, hits_of, label_rows, taken_whole
from tests.oracle.frames import labels, queries

CANDIDATES = pl.LazyFrame({"query": [0, 0, 1, 2], "item": [6, 5, 5, 7]}, schema={"query": pl.UInt32, "item": pl.UInt32})
TRUTH = labels((0, "clicks", 5), (0, "orders", 5), (0, "carts", 9), (1, "clicks", 7), (2, "carts", 7)).lazy()


def hits(*rows):
    return labels(*rows).lazy()


def test_hits_are_the_labels_among_the_candidates():
    assert hits_of(CANDIDATES, TRUTH).collect().rows() == [(0, "clicks", 5), (0, "orders", 5), (2, "carts", 7)]


def test_rows_are_labelled_by_type():
    rows = label_rows(CANDIDATES, hits_of(CANDIDATES, TRUTH)).collect()
    assert rows.columns == ["query", "item", "clicks", "carts", "orders"]
    assert rows.rows() == [(0, 6, 0, 0, 0), (0, 5, 1, 0, 1), (1, 5, 0, 0, 0), (2, 7, 0, 1, 0)]
    assert set(rows.dtypes[2:]) == {pl.UInt8}


def test_rows_without_any_hit_are_labelled_zero():
    rows = label_rows(CANDIDATES, hits()).collect()
    assert rows.select("clicks", "carts", "orders").sum().row(0) == (0, 0, 0)


def test_chosen_queries_have_a_hit_and_lie_in_fit_or_stop():
    asked = queries(*((q, None, 0, part) for q, part in enumerate(["fit", "stop", "tune", "fit", None]))).lazy()
    found = hits((0, "clicks", 1), (0, "orders", 1), (1, "carts", 1), (2, "carts", 1), (4, "clicks", 1))
    assert choose_queries(found, asked, TrainingSize()).collect().rows() == [(0, "fit"), (1, "stop")]


def test_limits_hold_a_type_and_part():
    asked = queries(*((q, None, 0, "fit" if q < 50 else "stop") for q in range(60))).lazy()
    found = hits(*((q, "clicks", 1) for q in range(60)), *((q, "orders", 1) for q in (3, 4, 5)))
    size = TrainingSize(train_queries=4, stop_queries=2)
    chosen = choose_queries(found, asked, size).collect()
    by_part = dict(chosen.group_by("part").agg(pl.col("query").n_unique()).rows())
    assert by_part["stop"] == 2
    assert 4 <= by_part["fit"] <= 7
    assert {3, 4, 5} <= set(chosen["query"])
    assert chosen["query"].is_sorted()
    assert not chosen["query"].is_duplicated().any()


def test_choice_does_not_depend_on_the_order_of_rows():
    asked = queries(*((q, None, 0, "fit") for q in range(30)))
    found = labels(*((q, "clicks", 1) for q in range(30)))
    size = TrainingSize(train_queries=5)
    one = choose_queries(found.lazy(), asked.lazy(), size).collect()
    two = choose_queries(found.reverse().lazy(), asked.sample(fraction=1, shuffle=True, seed=2).lazy(), size).collect()
    assert one.height == 5
    assert one.equals(two)
    assert one["query"].to_list() != [0, 1, 2, 3, 4]  # a sample, not the first ones


@pytest.mark.parametrize("name", ["train_queries", "stop_queries", "min_positive_queries"])
def test_refuses_sizes_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        TrainingSize(**{name: 0})


def test_a_session_is_taken_whole():
    rows = pl.DataFrame({"query": [5, 5, 3, 9], "session": [1, 1, 1, 2]}, schema_overrides={"query": pl.UInt32})
    assert rows.select(taken_whole(rows.columns)).to_series().to_list() == [3, 3, 3, 9]
    assert rows.select(taken_whole(["query"])).to_series().to_list() == [5, 5, 3, 9]
