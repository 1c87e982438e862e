import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.top import top_k


def scored(*rows, by="query"):
    return pl.LazyFrame(rows, schema={by: pl.UInt32, "item": pl.UInt32, "score": pl.Float64}, orient="row")


def test_the_best_by_score_ties_by_item():
    rows = [(1, 5, 0.5), (1, 9, 0.5), (1, 2, 0.7), (0, 3, -1.0), (1, 4, 0.1)]
    found = top_k(scored(*rows), 3).collect()
    schema = {"query": pl.UInt32, "item": pl.UInt32, "rank": pl.UInt16, "score": pl.Float32}
    expected = [(0, 3, 1, -1.0), (1, 2, 1, 0.7), (1, 5, 2, 0.5), (1, 9, 3, 0.5)]
    assert_frame_equal(found, pl.DataFrame(expected, schema=schema, orient="row"))


def test_of_another_group_and_by_another_tie():
    frame = scored((1, 5, 0.5), (1, 9, 0.5), by="key").with_columns(place=pl.Series([2, 1]))
    found = top_k(frame, 1, by="key", tie="place").collect()
    assert found.columns == ["key", "item", "rank", "score"]
    assert found["item"].to_list() == [9]


def test_scores_that_only_f64_tells_apart_are_no_tie():
    found = top_k(scored((0, 1, 1.0), (0, 2, 1.0 + 1e-12)), 1).collect()
    assert found["item"].to_list() == [2]


def test_none():
    assert top_k(scored(), 5).collect().is_empty()


@settings(max_examples=60, deadline=None)
@given(
    pairs=st.dictionaries(st.tuples(st.integers(0, 3), st.integers(0, 6)), st.integers(-2, 2), max_size=20),
    k=st.integers(1, 5),
)
def test_equals_plain_python(pairs, k):
    expected = []
    for query in range(4):
        ranked = sorted((-score, item) for (q, item), score in pairs.items() if q == query)[:k]
        expected += [(query, item, rank, float(-score)) for rank, (score, item) in enumerate(ranked, 1)]
    assert top_k(scored(*((*pair, float(score)) for pair, score in pairs.items())), k).collect().rows() == expected
