import polars as pl
import pytest

from features.groups.source_votes import source_votes


def votes(fused):
    rows = pl.DataFrame(
        {
            "query": [0, 0, 1],
            "item": [5, 6, 5],
            "a__rank": [3, None, 1],
            "a__score": [0.1, None, 0.2],
            "b__rank": [2, 4, None],
            "b__score": [9.0, 8.0, None],
            "fused__rank": [1, 2, 1],
            "fused__score": fused,
        },
        schema_overrides={"a__rank": pl.UInt16, "b__rank": pl.UInt16, "fused__score": pl.Float32},
    )
    return source_votes({"candidates": rows.lazy()}).collect()


def test_by_hand():
    rows = votes([0.5, 0.125, 0.25])
    names = ("members", "best_rank", "mean_rank", "reciprocal", "fused_of_best", "fused_behind")
    assert rows.columns[2:] == [f"source_votes__{n}" for n in names]
    assert rows.rows() == [
        (0, 5, 2, 2, 2.5, pytest.approx(1 / 63 + 1 / 62), 1, 0),
        (0, 6, 1, 4, 4, pytest.approx(1 / 64), 0.25, 0.375),
        (1, 5, 1, 1, 1, pytest.approx(1 / 61), 1, 0),
    ]


def test_query_without_any_fused_score_has_no_share():
    rows = votes([0.0, 0.0, 0.25])
    assert rows["source_votes__fused_of_best"].to_list() == [None, None, 1]
    assert rows["source_votes__fused_behind"].to_list() == pytest.approx([0, 0, 0])
