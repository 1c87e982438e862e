import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.candidates import candidates_of

SCHEMA = {
    "query": pl.UInt32,
    "item": pl.UInt32,
    "near__rank": pl.UInt16,
    "near__score": pl.Float32,
    "far__rank": pl.UInt16,
    "far__score": pl.Float32,
    "fused__score": pl.Float32,
    "fused__rank": pl.UInt16,
}
ROWS = [
    (3, 7, 1, 0.5, None, None, 0.9, 1),
    (3, 2, None, None, 1, 0.25, 0.8, 2),
    (5, 7, 2, 0.0, 2, 0.5, 0.7, 1),
]


@pytest.fixture
def frame():
    return pl.DataFrame(ROWS, schema=SCHEMA, orient="row")


def test_there_and_back(frame):
    query = np.array([3, 4, 5], np.uint32)
    found = candidates_of(frame.sample(fraction=1, shuffle=True, seed=2), query)
    assert found.members == ("near", "far")
    assert found.starts.tolist() == [0, 2, 2, 3]
    assert found.rank.tolist() == [[1, 0, 2], [0, 1, 2]]
    assert np.isnan(found.score[0, 1])
    assert_frame_equal(found.frame(query), frame)


def test_the_first_of_each_query(frame):
    query = np.array([3, 4, 5], np.uint32)
    found = candidates_of(frame, query).first(1)
    assert found.starts.tolist() == [0, 1, 1, 2]
    assert found.item.tolist() == [7, 7]
    assert_frame_equal(found.frame(query), frame.filter(pl.col("fused__rank") == 1))


def test_none_at_all(frame):
    found = candidates_of(frame.clear(), np.array([], np.uint32))
    assert found.starts.tolist() == [0]
    assert found.frame(np.array([], np.uint32)).schema == frame.schema
