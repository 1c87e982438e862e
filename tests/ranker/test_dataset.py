import numpy as np
import polars as pl
import pytest

from ranker.dataset import dataset, matrix, prior_scores

ROWS = pl.DataFrame(
    {"query": [4, 4, 9], "a": [1, None, 3], "b": [0.5, 0.25, None], "fused__rank": [1, 2, 1], "relevance": [0, 1, 1]},
    schema_overrides={"fused__rank": pl.UInt16, "relevance": pl.Int32},
)


def test_matrix_keeps_the_order_of_names_and_nulls_are_missing():
    np.testing.assert_array_equal(
        matrix(ROWS, ["b", "a"]), np.array([[0.5, 1], [0.25, np.nan], [np.nan, 3]], dtype=np.float32)
    )
    assert matrix(ROWS, ["a"]).dtype == np.float32


def test_prior_falls_with_the_fused_rank():
    assert prior_scores(ROWS, 2.0) == pytest.approx([0, -2 * np.log(2), 0])
    assert not prior_scores(ROWS, 0.0).any()


@pytest.mark.parametrize("prior", [0.0, 1.5])
def test_dataset_has_a_group_a_query_and_starts_from_the_prior(prior):
    made = dataset(ROWS, ["a", "b"], prior).construct()
    assert made.get_group().tolist() == [2, 1]
    assert made.get_label().tolist() == [0, 1, 1]
    assert made.get_feature_name() == ["a", "b"]
    start = made.get_init_score()
    assert start is None if prior == 0 else start == pytest.approx([0, -prior * np.log(2), 0])
