import lightgbm as lgb
import numpy as np
import polars as pl
import pytest

from ranker.dataset import blocks_of, dataset, matrix, prior_scores

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
    made = dataset(ROWS.lazy(), ["a", "b"], prior).construct()
    assert made.get_group().tolist() == [2, 1]
    assert made.get_label().tolist() == [0, 1, 1]
    assert made.get_feature_name() == ["a", "b"]
    start = made.get_init_score()
    assert start is None if prior == 0 else start == pytest.approx([0, -prior * np.log(2), 0])


def test_blocks_are_whole_queries():
    counts = pl.DataFrame({"query": [1, 3, 4, 8, 9], "len": [2, 1, 4, 1, 1]})
    assert blocks_of(counts, 3) == [(1, 3, 3), (4, 4, 4), (8, 9, 2)]
    assert blocks_of(counts, 100) == [(1, 9, 9)]
    assert blocks_of(counts.clear(), 3) == []


def test_the_trees_do_not_depend_on_the_blocks_nor_on_the_order_of_rows(tmp_path):
    dice = np.random.default_rng(3)
    rows = pl.DataFrame(
        {
            "query": np.repeat(np.arange(40, dtype=np.uint32), 25),
            "fused__rank": np.tile(np.arange(1, 26, dtype=np.uint16), 40),
            "a": dice.random(1_000, np.float32),
            "b": pl.Series(dice.random(1_000, np.float32)).set(pl.Series(dice.random(1_000) < 0.1), None),
            "relevance": (dice.random(1_000) < 0.1).astype(np.int32),
        }
    )
    mixed = rows.sample(fraction=1.0, shuffle=True, seed=5)
    for shard in range(3):
        mixed.filter(pl.col("query") % 3 == shard).write_parquet(tmp_path / f"{shard}.parquet")
    how = {"objective": "lambdarank", "min_data_in_leaf": 5, "verbosity": -1, "num_threads": 1}
    trees = [
        lgb.train(how, dataset(table, ["b", "fused__rank", "a"], 1.0, rows_at_once=size), 5).model_to_string()
        for table, size in (
            (rows.lazy(), 10_000),
            (rows.lazy(), 60),
            (pl.scan_parquet(tmp_path / "*.parquet"), 130),
        )
    ]
    assert trees[0] == trees[1] == trees[2]
    whole = lgb.Dataset(matrix(rows, ["b", "fused__rank", "a"]), rows["relevance"].to_numpy(), group=[25] * 40)
    whole.set_init_score(prior_scores(rows, 1.0))
    plain = lgb.train(how, whole, 5).predict(matrix(rows, ["b", "fused__rank", "a"]))
    read = lgb.Booster(model_str=trees[0]).predict(matrix(rows, ["b", "fused__rank", "a"]))
    np.testing.assert_array_equal(read, plain)
