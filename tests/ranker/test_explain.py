import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from learning.boosting import Boosting
from ranker.explain import (
    Importances,
    contributions,
    explain_model,
    explained_rows,
    group_of,
    strongest,
    within_query,
)
from ranker.lambdarank import LambdaRank, train
from tests.ranker.test_lambdarank import made

SMALL = Boosting(rounds=20, patience=10, min_rows=10, leaves=4, threads=1)
HOW = LambdaRank(min_stop_queries=10, boosting=SMALL)
ROWS = made(120).rename({"signal": "own__signal", "noise": "own__noise"}).with_columns(other__flat=pl.lit(1.0))
ALL = Importances(queries=1_000)


@pytest.fixture(scope="module")
def trained():
    return train(ROWS.lazy(), "clicks", HOW)


@pytest.fixture(scope="module")
def explained(trained):
    return explain_model(trained.scorer, ROWS.lazy(), "clicks", ALL, 1)


@pytest.mark.parametrize(("name", "value", "rule"), [("queries", 0, "at least 1"), ("seed", -1, "0 or more")])
def test_refuses(name, value, rule):
    with pytest.raises(ValueError, match=f"`{name}` must be {rule}, got {value}"):
        Importances(**{name: value})


def test_a_column_is_of_the_group_before_the_double_line():
    assert group_of("item_age__days_since") == "item_age"
    assert group_of("covisit__rank") == "covisit"


@pytest.mark.parametrize("prior", [1.0, 0.0])
def test_contributions_sum_to_the_score(prior):
    scorer = train(ROWS.lazy(), "clicks", replace(HOW, prior=prior)).scorer
    added = contributions(scorer, ROWS, 1)
    assert added.shape == (ROWS.height, len(scorer.features) + 1)
    np.testing.assert_allclose(added.sum(axis=1), scorer(ROWS, 1), atol=1e-9)
    raw = scorer.booster.predict(ROWS.select(scorer.features).cast(pl.Float32).to_numpy(), raw_score=True)
    trees = added.sum(axis=1) + prior * np.log(ROWS["fused__rank"].to_numpy().astype(float))
    np.testing.assert_allclose(trees, raw, atol=1e-9)


def test_within_a_query_contributions_sum_to_the_distance_from_its_mean(trained):
    own = within_query(ROWS, contributions(trained.scorer, ROWS, 1))
    scored = ROWS.select("query", score=pl.Series(trained.scorer(ROWS, 1)))
    away = scored.select(pl.col("score") - pl.col("score").mean().over("query")).to_series().to_numpy()
    np.testing.assert_allclose(own.sum(axis=1), away, atol=1e-9)


def test_what_all_candidates_share_adds_nothing():
    rows = pl.DataFrame({"query": [7, 3, 7]})
    added = np.array([[1.0, 5.0, 9.0], [2.0, 5.0, 9.0], [4.0, 5.0, 9.0]])
    assert within_query(rows, added).tolist() == [[-1.5, 0.0], [0.0, 0.0], [1.5, 0.0]]


def test_no_trees_and_no_rows_contribute_the_starting_score():
    first = pl.col("fused__rank") == 1
    bare = ROWS.with_columns(own__signal=pl.lit(0.0), own__noise=pl.lit(0.0), orders=first.cast(pl.UInt8))
    few = LambdaRank(min_stop_queries=1_000, cv_rounds=4, cv_folds=3, boosting=SMALL)
    scorer = train(bare.lazy(), "orders", few).scorer
    assert scorer.booster.num_trees() == 0
    added = contributions(scorer, bare, 1)
    np.testing.assert_allclose(added.sum(axis=1), scorer(bare, 1))
    assert not added[:, 1:].any()
    nothing = contributions(scorer, bare.clear(), 1)
    assert within_query(bare.clear(), nothing).shape == (0, len(scorer.features))
    told = explain_model(scorer, bare.lazy(), "orders", ALL, 1)
    assert told["features"]["fused__rank"]["permutation"] > 0.3


def test_the_planted_feature_is_the_most_important_and_noise_is_not(explained):
    features, groups = explained["features"], explained["groups"]
    assert next(iter(features)) == "own__signal"
    assert features["own__signal"]["permutation"] > 0.2
    assert abs(features["own__noise"]["permutation"]) < 0.05
    assert features["other__flat"] == {"gain": 0.0, "permutation": 0.0, "contribution": 0.0}
    for measure in ("gain", "contribution"):
        assert max(features, key=lambda f: features[f][measure]) in ("own__signal", "fused__rank")
        assert features["own__signal"][measure] > 3 * features["own__noise"][measure]
    assert set(groups) == {"fused", "own", "other"}
    assert groups["own"]["gain"] == pytest.approx(features["own__signal"]["gain"] + features["own__noise"]["gain"])
    assert 0 < groups["own"]["permutation"] <= explained["recall@20"]
    assert groups["fused"]["permutation"] == features["fused__rank"]["permutation"]


def test_the_same_measures_every_time_and_json_takes_them(trained, explained):
    assert explain_model(trained.scorer, ROWS.lazy(), "clicks", ALL, 1) == explained
    assert json.loads(json.dumps(explained)) == explained
    other = explain_model(trained.scorer, ROWS.lazy(), "clicks", replace(ALL, seed=1), 1)
    assert other["recall@20"] == explained["recall@20"] == pytest.approx(trained.about["stop_recall@20"])
    assert other["features"] != explained["features"]


def test_explained_queries_are_bounded_and_of_the_stop_part():
    some = explained_rows(ROWS.lazy(), "clicks", 5)
    assert some["query"].n_unique() == 5
    assert some["part"].unique().to_list() == ["stop"]
    whole = explained_rows(ROWS.lazy(), "clicks", 1_000)
    assert set(some["query"]) < set(whole["query"])
    assert whole["query"].is_sorted()
    unwatched = ROWS.with_columns(part=pl.lit("fit"))
    assert explained_rows(unwatched.lazy(), "clicks", 5)["part"].unique().to_list() == ["fit"]


def test_nothing_is_said_without_a_hit(trained):
    none = ROWS.with_columns(clicks=pl.lit(0, pl.UInt8))
    assert explain_model(trained.scorer, none.lazy(), "clicks", ALL, 1) is None


def test_strongest_for_and_against():
    names = ["a", "b", "c", "d", "e", "f"]
    assert strongest(names, np.array([0.1, -3.0, 2.0, 2.0, 0.0, 0.5])) == (["c", "d", "f"], ["b"])
    assert strongest(names, np.array([-1.0, -3.0, -2.0, -0.5, 0.0, 0.0]), most=2) == ([], ["b", "c"])
