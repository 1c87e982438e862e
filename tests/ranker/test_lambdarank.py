from dataclasses import replace

import lightgbm as lgb
import numpy as np
import polars as pl
import pytest

from data.schema import TYPES
from learning.boosting import Boosting
from pipeline.store.task import Artifact
from ranker.lambdarank import LambdaRank, Scorer, fewest_rounds, plan_models, relevance, thinned, train, with_hits
from ranker.recall_measure import recall_measure

SMALL = Boosting(rounds=15, patience=5, min_rows=10, leaves=4, threads=1)
WATCHING = LambdaRank(min_stop_queries=10, boosting=SMALL)
FOLDING = LambdaRank(min_stop_queries=1_000, cv_rounds=8, cv_folds=3, boosting=SMALL)
CANDIDATES = 40


def made(queries=90, seed=1):
    """Rows whose one label a query is what `signal` shows, and never what the fused order shows."""
    dice = np.random.default_rng(seed)
    frames = []
    for query in range(queries):
        hit = np.arange(CANDIDATES) == dice.integers(CANDIDATES)
        frames.append(
            pl.DataFrame(
                {
                    "query": query,
                    "item": np.arange(CANDIDATES),
                    "fused__rank": np.arange(1, CANDIDATES + 1),
                    "signal": (hit + dice.normal(0, 0.3, CANDIDATES)).astype(np.float32),
                    "noise": dice.random(CANDIDATES).astype(np.float32),
                    "part": "stop" if query % 3 == 0 else "fit",
                    "clicks": hit & (query % 10 > 0),
                    "carts": hit & (query % 2 == 0),
                    "orders": hit & (query % 9 == 0),
                }
            )
        )
    types = dict.fromkeys(TYPES, pl.UInt8)
    return pl.concat(frames).cast({"query": pl.UInt32, "item": pl.UInt32, "fused__rank": pl.UInt16, **types})


def in_files(rows, number, folder):
    """An artifact of rows, a query in one of so many files."""
    (folder / "rows").mkdir(parents=True)
    for part in range(number):
        rows.filter(pl.col("query") % number == part).write_parquet(folder / "rows" / f"{part}.parquet")
    return Artifact(folder, "rows")


ROWS = made()


def test_negatives_are_thinned_in_proportion():
    rows = with_hits(ROWS.lazy(), "clicks")
    kept, all_rows = thinned(rows, 0.25).collect(), rows.collect()
    assert kept["relevance"].sum() == all_rows["relevance"].sum()
    before, after = (frame.filter(pl.col("relevance") == 0) for frame in (all_rows, kept))
    assert 0.2 < after.height / before.height < 0.3
    assert after["fused__rank"].mean() == pytest.approx(before["fused__rank"].mean(), rel=0.1)  # hard and easy alike
    assert thinned(rows, 1.0) is rows
    some = ROWS.filter(pl.col("query") < 45)
    assert thinned(with_hits(some.lazy(), "clicks"), 0.25).collect().equals(kept.filter(pl.col("query") < 45))


def test_training_on_a_share_of_the_negatives_sees_fewer_rows():
    trained = train(ROWS.lazy(), "clicks", replace(WATCHING, negative_share=0.5))
    whole = train(ROWS.lazy(), "clicks", WATCHING)
    assert trained.about["queries"] == whole.about["queries"]
    assert 0.4 < trained.about["rows"] / whole.about["rows"] < 0.65
    assert trained.about["stop_recall@20"] > 0.7


def reached(scores, rows, objective="clicks"):
    learnt = rows.with_columns(relevance=relevance(objective), score=scores)
    learnt = learnt.filter(pl.col("relevance").max().over("query") > 0)
    return recall_measure(learnt, [0, 1])(learnt["score"].to_numpy())


@pytest.mark.parametrize("name", ["truncation", "min_stop_queries", "cv_rounds"])
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        LambdaRank(**{name: 0})


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"prior": -1.0}, "`prior` must be 0 or more, got -1.0"),
        ({"cv_folds": 1}, "`cv_folds` must be at least 2, got 1"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        LambdaRank(**wrong)


@pytest.mark.parametrize(
    ("positive", "labelled", "expected"),
    [
        ([9, 5, 4], [9, 9, 9], ["clicks", "carts", "shared"]),
        ([9, 0, 0], [9, 1, 0], ["clicks", "shared", None]),
        ([0, 0, 0], [9, 9, 9], [None, None, None]),
        ([1, 0, 0], [9, 0, 0], ["shared", None, None]),
    ],
)
def test_plan_models(positive, labelled, expected):
    by_type = (dict(zip(TYPES, counts, strict=True)) for counts in (positive, labelled))
    assert plan_models(*by_type, minimum=5) == dict(zip(TYPES, expected, strict=True))


def test_plan_models_of_types_that_are_not_named():
    assert plan_models({}, {}, 5) == dict.fromkeys(TYPES)
    assert plan_models({"clicks": 9}, {"clicks": 9, "orders": 1}, 5) == {
        "clicks": "clicks",
        "carts": None,
        "orders": "shared",
    }


def test_relevance():
    rows = pl.DataFrame(
        {"clicks": [0, 1, 1, 0], "carts": [0, 0, 1, 0], "orders": [0, 0, 0, 1]}, schema=dict.fromkeys(TYPES, pl.UInt8)
    )
    levels = rows.select(carts=relevance("carts"), shared=relevance("shared"))
    assert levels.to_dict(as_series=False) == {"carts": [0, 0, 1, 0], "shared": [0, 1, 2, 3]}


@pytest.mark.parametrize(
    ("curves", "expected"),
    [
        ([[0.5, 0.6, 0.7]], 2),  # one fold has no error: the best round
        ([[0.5, 0.7, 0.7]], 1),  # of equal ones the first
        ([[0.5, 0.6], [0.5, 0.6]], 1),  # behind by 0.1 in every fold, without any error
        ([[0.5, 0.9], [0.5, 0.5]], 0),  # behind by 0.2 with a standard error of 0.2: not clearly worse
        ([[0.4, 0.7, 0.9], [0.5, 0.8, 0.8]], 1),  # round 0 is behind by 0.4 +- 0.1, round 1 by 0.1 +- 0.1
        ([[0.5, 0.4], [0.6, 0.5]], 0),
        ([[0.2, 0.3], [0.8, 0.9]], 1),  # folds that differ as wholes are no error
    ],
)
def test_fewest_rounds(curves, expected):
    assert fewest_rounds(np.array(curves)) == expected


def test_learns_an_informative_feature_and_stops_on_the_stop_part():
    trained = train(ROWS.lazy(), "clicks", WATCHING)
    assert trained.features == ["fused__rank", "signal", "noise"]
    about = trained.about
    assert about["stopped_by"] == "stop part"
    assert about["objective"] == "clicks"
    assert about["rounds"] == trained.booster.num_trees() > 0
    fit = ROWS.filter((pl.col("part") == "fit") & (pl.col("clicks").max().over("query") > 0))
    assert (about["queries"], about["rows"]) == (fit["query"].n_unique(), fit.height)
    stop = ROWS.filter(pl.col("part") == "stop")
    assert reached(trained.scorer(stop, 1), stop) == pytest.approx(about["stop_recall@20"])
    fresh = made(60, seed=2)
    assert reached(trained.scorer(fresh, 1), fresh) > reached(-fresh["fused__rank"].cast(float), fresh) + 0.25


def test_small_stop_part_is_learnt_from_and_rounds_are_cross_validated():
    trained = train(ROWS.lazy(), "carts", FOLDING)
    about = trained.about
    assert (about["stopped_by"], about["stop_recall@20"]) == ("cross-validation", None)
    assert about["queries"] == 45
    assert 0 < about["rounds"] <= 8
    fresh = made(60, seed=2)
    assert reached(trained.scorer(fresh, 1), fresh, "carts") > 0.75


@pytest.mark.parametrize("how", [WATCHING, FOLDING], ids=["watching", "folding"])
def test_two_trainings_give_the_same_trees(how):
    one, two = (train(ROWS.lazy(), "shared", how) for _ in range(2))
    assert one.booster.model_to_string() == two.booster.model_to_string()
    assert one.about == two.about
    assert one.about["objective"] == "shared"


def test_shared_model_learns_from_every_type():
    trained = train(ROWS.lazy(), "shared", WATCHING)
    some = ROWS.filter(pl.max_horizontal(pl.col(name).max().over("query") for name in TYPES) > 0)
    assert trained.about["queries"] == some.filter(pl.col("part") == "fit")["query"].n_unique()


def test_nothing_to_learn_keeps_the_fused_order():
    """Labels stand where the fused order says, and no feature is better: no tree."""
    first = pl.col("fused__rank") == 1
    rows = ROWS.with_columns(signal=pl.lit(0.0), noise=pl.lit(0.0), orders=first.cast(pl.UInt8))
    trained = train(rows.lazy(), "orders", FOLDING)
    assert trained.about["rounds"] == 0
    some = rows.head(2 * CANDIDATES)
    np.testing.assert_array_equal(trained.scorer(some, 1), -np.log(some["fused__rank"].to_numpy().astype(float)))


def test_a_single_query_cannot_be_cross_validated_and_keeps_the_fused_order():
    assert train(ROWS.lazy().filter(pl.col("query") == 2), "carts", FOLDING).about["rounds"] == 0


def test_prior_zero_leaves_the_trees_alone():
    trained = train(ROWS.lazy(), "clicks", LambdaRank(prior=0.0, min_stop_queries=10, boosting=SMALL))
    assert trained.about["prior"] == 0.0
    some = ROWS.head(CANDIDATES)
    table = some.select(trained.features).cast(pl.Float32).to_numpy()
    np.testing.assert_array_equal(trained.scorer(some, 1), trained.booster.predict(table, raw_score=True))


def test_scorer_adds_the_prior_to_the_trees():
    trained = train(ROWS.lazy(), "clicks", WATCHING)
    some = ROWS.head(CANDIDATES)
    bare = Scorer(trained.booster, trained.features, 0.0)(some, 1)
    expected = bare - 1.0 * np.log(np.arange(1, CANDIDATES + 1))
    np.testing.assert_array_equal(trained.scorer(some, 1), expected)
    again = Scorer(lgb.Booster(model_str=trained.booster.model_to_string()), trained.features, 1.0)
    np.testing.assert_array_equal(again(some, 1), expected)


def test_scorer_of_no_rows_gives_no_scores():
    assert train(ROWS.lazy(), "clicks", WATCHING).scorer(ROWS.clear(), 1).shape == (0,)


def test_what_trees_merely_remember_does_not_count():
    """Labels stand among the first 25 by chance; trees can remember them by the noise, but not foresee them."""
    dice = np.random.default_rng(3)
    places = pl.DataFrame(
        {"query": np.arange(90), "place": dice.integers(1, 26, 90)}, schema_overrides={"query": pl.UInt32}
    )
    label = (pl.col("fused__rank") == pl.col("place")).cast(pl.UInt8)
    rows = ROWS.join(places, on="query", maintain_order="left").with_columns(orders=label).drop("place", "signal")
    greedy = Boosting(min_rows=2, leaves=31, learning_rate=0.5, row_share=1.0, l2=0.1, threads=1)
    how = LambdaRank(min_stop_queries=1_000, cv_rounds=8, cv_folds=3, boosting=greedy)
    assert train(rows.lazy(), "orders", how).about["rounds"] == 0
