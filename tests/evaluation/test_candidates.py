import polars as pl

from evaluation.candidates import candidate_recall
from tests.oracle.frames import labels

CANDIDATES = pl.LazyFrame(
    {
        "query": [0, 0, 0, 1],
        "item": [5, 6, 7, 5],
        "a__rank": [1, None, 2, 1],
        "b__rank": [3, 1, None, None],
        "fused__rank": [1, 2, 3, 1],
    },
    schema={
        "query": pl.UInt32,
        "item": pl.UInt32,
        "a__rank": pl.UInt16,
        "b__rank": pl.UInt16,
        "fused__rank": pl.UInt16,
    },
)
TRUTH = labels((0, "clicks", 6), (1, "clicks", 5), (0, "carts", 5), (0, "carts", 7), (2, "carts", 5)).lazy()


def test_by_hand():
    assert candidate_recall(CANDIDATES, TRUTH, ["a", "b"], depths=(1, 2)) == {
        "a": {
            "recall@1": {"clicks": 0.5, "carts": 0.5, "orders": None},
            "recall@2": {"clicks": 0.5, "carts": 2 / 3, "orders": None},
        },
        "b": {
            "recall@1": {"clicks": 0.5, "carts": 0.0, "orders": None},
            "recall@2": {"clicks": 0.5, "carts": 0.0, "orders": None},
        },
        "union": {
            "recall@1": {"clicks": 0.5, "carts": 0.5, "orders": None},
            "recall@2": {"clicks": 1.0, "carts": 1 / 3, "orders": None},
        },
    }


def test_depths_by_default():
    found = candidate_recall(CANDIDATES, TRUTH, [])
    assert list(found) == ["union"]
    assert list(found["union"]) == ["recall@20", "recall@50", "recall@100", "recall@200"]
    assert found["union"]["recall@20"] == {"clicks": 1.0, "carts": 2 / 3, "orders": None}
