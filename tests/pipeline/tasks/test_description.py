import polars as pl
import pytest

from tests.pipeline.tasks.ranking_world import MEMBERS, description

QUERIES = pl.DataFrame({"query": [2, 3, 4, 7]}, schema={"query": pl.UInt32})


@pytest.fixture
def describing(tmp_path):
    return description(tmp_path).open()


def test_the_best_candidates_are_described_in_fused_order(describing):
    rows = describing.frame(QUERIES, 0)
    told = rows.select("query", "item", "fused__rank", MEMBERS, "item_age__age_days", "session_shape__events")
    assert told.rows() == [
        (2, 4, 1, 1, 1.0, 2),
        (2, 5, 2, 1, 2.0, 2),
        (2, 6, 3, 2, 3.0, 2),
        (3, 6, 1, 1, 3.0, 1),
        (3, 4, 2, 2, 1.0, 1),
    ]
    assert set(rows.dtypes[2:]) == {pl.Float32, pl.UInt16}


def test_other_shards_and_other_queries_are_left_out(describing):
    assert describing.frame(QUERIES, 1).select("query", "item").rows() == [(7, 2)]
    assert describing.frame(QUERIES.filter(query=3), 0)["item"].to_list() == [6, 4]
    assert describing.frame(QUERIES.filter(query=3), 1).height == 0


def test_a_query_alone_is_described_as_among_others(describing):
    every = describing.frame(QUERIES, 0)
    alone = pl.concat([describing.frame(QUERIES.filter(query=query), 0) for query in (2, 3, 4)])
    assert alone.equals(every)


def test_a_query_without_candidates_stands_among_the_visible(describing):
    visible, described = describing.some(QUERIES, 0)
    assert visible.query.tolist() == [2, 3, 4]
    assert described.candidates.starts.tolist() == [0, 3, 5, 5]


def test_total_cuts(tmp_path):
    one = description(tmp_path, total=1).open().frame(QUERIES, 0)
    assert one.select("query", "item").rows() == [(2, 4), (3, 6)]
