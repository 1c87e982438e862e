import numpy as np
import polars as pl
import pytest

from learning.boosting import Boosting
from ranker.blend import MAIN, Blend, Members, weigh, within_query_ranks
from ranker.blend_training import leaving_out, train_blend
from ranker.catboost_trees import load_catboost, train_catboost
from ranker.lambdarank import SHARED, LambdaRank, features_of, train, with_hits
from ranker.recall_measure import recall_measure
from ranker.xgboost_trees import load_xgboost, train_xgboost
from tests.ranker.test_lambdarank import FOLDING, ROWS, SMALL, WATCHING

QUERY = np.array([1, 1, 1, 2, 2, 2])
TREES = Boosting(rounds=12, patience=5, learning_rate=0.3, leaves=4, threads=1)
GAINS = [0, 1]
LEARNT = with_hits(ROWS.lazy(), "clicks")
FIT, STOP = (LEARNT.filter(pl.col("part") == part) for part in ("fit", "stop"))
NAMES = features_of(ROWS.lazy())


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"seeds": 0}, "`seeds` must be at least 1, got 0"),
        ({"folds": 1}, "`folds` must be 0 or from 2 to 20, got 1"),
        ({"blend": "stack"}, r"`blend` must be one of \('mean', 'ranks', 'ridge'\), got 'stack'"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        Members(**wrong)


def test_lambdarank_members_differ_in_their_seed_and_their_objective():
    members = Members(seeds=3, shared=True).lambdaranks("carts", LambdaRank())
    assert {name: (of, how.boosting.seed) for name, (of, how) in members.items()} == {
        "seed_2": ("carts", 43),
        "seed_3": ("carts", 44),
        "shared": (SHARED, 42),
    }
    assert SHARED not in Members(shared=True).lambdaranks(SHARED, LambdaRank())
    assert Members().alone
    assert Members(blend="ridge").alone
    assert not Members(xgboost=TREES).alone


def test_ranks_within_the_query_by_hand():
    ranks = within_query_ranks(QUERY, np.array([0.5, 9.0, 0.5, -1.0, 0.0, -2.0]))
    assert ranks.tolist() == [-2.5, -1, -2.5, -2, -1, -3]


def test_mean_counts_each_member_by_its_spread():
    scores = {"a": np.array([0.0, 3.0, -3.0, 1.0, 1.0, 1.0]), "b": np.array([0.0, 0.3, -0.3, 0.1, 0.1, 0.1])}
    weights = weigh("mean", QUERY, np.zeros(6), scores)
    assert weights["b"] == pytest.approx(10 * weights["a"])
    assert weights["a"] == pytest.approx(0.5 / np.sqrt(18 / 6))


def test_ridge_finds_who_foresees_and_never_weighs_below_0():
    dice = np.random.default_rng(2)
    query, truth = np.repeat(np.arange(200), 10), np.tile(1.0 * (np.arange(10) == 3), 200)
    good, bad = truth + dice.normal(0, 0.5, 2_000), -truth + dice.normal(0, 0.5, 2_000)
    weights = weigh("ridge", query, truth, {"good": 7 * good, "bad": bad, "noise": dice.normal(0, 1, 2_000)})
    assert weights["bad"] == 0
    assert weights["good"] * 7 > 10 * weights["noise"]
    assert weigh("ridge", query, truth, {"bad": bad}) == weigh("mean", query, truth, {"bad": bad})


def test_ranks_weigh_alike():
    assert weigh("ranks", QUERY, np.zeros(6), {"a": np.ones(6), "b": np.ones(6)}) == {"a": 0.5, "b": 0.5}


def test_a_blend_adds_its_members():
    main = train(ROWS.lazy(), "clicks", WATCHING).scorer
    other = {"flat": lambda rows, threads: np.arange(rows.height) / 10}
    few = ROWS.head(80)
    summed = Blend(main.booster, main.features, main.prior, other, {MAIN: 2.0, "flat": 3.0}, ranks=False)
    assert summed(few, 1) == pytest.approx(2 * main(few, 1) + 0.3 * np.arange(80))
    ranked = Blend(main.booster, main.features, main.prior, other, {MAIN: 0.0, "flat": 1.0}, ranks=True)
    assert ranked(few, 1).tolist() == within_query_ranks(few["query"].to_numpy(), np.arange(80)).tolist()
    assert summed(ROWS.clear(), 1).shape == (0,)


@pytest.mark.parametrize(
    ("trainer", "load"), [(train_xgboost, load_xgboost), (train_catboost, load_catboost)], ids=["xgboost", "catboost"]
)
def test_other_libraries_learn_stop_and_read_back(trainer, load, tmp_path):
    scorer, again = (trainer(FIT, STOP, NAMES, GAINS, 1.0, TREES) for _ in range(2))
    unseen = STOP.collect().sort("query", "fused__rank")
    scores = scorer(unseen, 1)
    assert recall_measure(unseen, GAINS)(scores) > 0.75  # the fused order alone holds half
    assert scores.tolist() == again(unseen, 1).tolist()
    scorer.save(tmp_path)
    assert load(tmp_path, NAMES, 1.0)(unseen, 1).tolist() == pytest.approx(scores.tolist(), abs=1e-6)
    assert scorer(unseen.clear(), 1).shape == (0,)
    assert trainer(FIT, None, NAMES, GAINS, 0.0, TREES)(unseen, 1).std() > 0


def test_xgboost_does_not_depend_on_the_order_of_rows():
    mixed = FIT.collect().sample(fraction=1.0, shuffle=True, seed=4).lazy()
    one, two = (train_xgboost(rows, None, NAMES, GAINS, 1.0, TREES)(ROWS, 1) for rows in (FIT, mixed))
    assert one.tolist() == two.tolist()


@pytest.mark.parametrize("kind", ["mean", "ranks", "ridge"])
def test_a_trained_blend_tells_what_each_member_reaches(kind):
    members = Members(seeds=2, shared=True, xgboost=TREES, blend=kind)
    main = train(ROWS.lazy(), "clicks", WATCHING)
    trained = train_blend(ROWS.lazy(), main, "clicks", WATCHING, members)
    assert set(trained.about["stop_recall@20"]) == {MAIN, "seed_2", SHARED, "xgboost", "blend"}
    assert trained.about["stop_recall@20"][MAIN] == pytest.approx(main.about["stop_recall@20"])
    assert set(trained.about["weights"]) == {MAIN, "seed_2", SHARED, "xgboost"}
    stop = STOP.collect().sort("query", "fused__rank")
    assert recall_measure(stop, GAINS)(trained.blend(stop, 1)) == trained.about["stop_recall@20"]["blend"]
    assert set(trained.others) == {"seed_2", SHARED}


def test_no_weights_are_learnt_from_rows_that_the_members_have_seen():
    main = train(ROWS.lazy(), "carts", FOLDING)
    trained = train_blend(ROWS.lazy(), main, "carts", FOLDING, Members(xgboost=SMALL, blend="ridge"))
    assert trained.about["kind"] == "mean"
    assert trained.about["stop_recall@20"] is None


def test_each_fold_leaves_its_sessions_out():
    rows = ROWS.with_columns(session=pl.col("query") // 2)
    parts = [leaving_out(rows.lazy(), n, 3).collect() for n in range(3)]
    left = [set(part.filter(pl.col("part") == "stop")["session"]) for part in parts]
    assert set.union(*left) == set(rows["session"])
    assert sum(map(len, left)) == rows["session"].n_unique()
    assert all(part.drop("part").equals(rows.drop("part")) for part in parts)


def test_a_group_too_small_to_stop_by_is_not_learnt_from_either():
    rows = ROWS.with_columns(session=pl.col("query") // 2).lazy()
    main = train(rows, "clicks", FOLDING)
    trained = train_blend(rows, main, "clicks", FOLDING, Members(folds=3))
    queries = with_hits(rows, "clicks").select("query").collect()["query"].n_unique()
    learnt = [trained.others[f"fold_{n}"].about for n in (1, 2, 3)]
    assert {about["stopped_by"] for about in learnt} == {"cross-validation"}
    assert main.about["queries"] == queries
    assert sum(about["queries"] for about in learnt) == 2 * queries  # each group is left out once


def test_folds_learn_from_all_and_are_measured_out_of_fold():
    rows = ROWS.with_columns(session=pl.col("query") // 2).lazy()
    main = train(rows, "clicks", WATCHING)
    trained = train_blend(rows, main, "clicks", WATCHING, Members(folds=3, blend="ridge"))
    assert set(trained.about["weights"]) == {MAIN, "fold_1", "fold_2", "fold_3"}
    assert trained.about["kind"] == "mean"
    # by hand: each fold's own model scores what it has not seen
    gained = possible = 0
    for n in range(3):
        mine = with_hits(leaving_out(rows, n, 3), "clicks").filter(pl.col("part") == "stop").collect()
        mine = mine.sort("query", "fused__rank")
        worth = trained.others[f"fold_{n + 1}"].scorer(mine, 1)
        queries = mine["query"].n_unique()
        gained += recall_measure(mine, GAINS)(worth) * queries
        possible += queries
    assert trained.about["out_of_fold_recall@20"] == pytest.approx(gained / possible)
    assert sum(trained.others[f"fold_{n}"].about["queries"] for n in (1, 2, 3)) == 2 * possible
