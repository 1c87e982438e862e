from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from candidates.fusion import Fusion
from data.candidates import candidates_of
from data.schema import CandidateKeys, Proposals, check_wide
from evaluation.recall import recall_at
from learning.boosting import Boosting
from ranker.first_stage import FirstStage, Reordering, votes
from ranker.lambdarank import LambdaRank
from tests.oracle.frames import labels, table
from tests.oracle.recalling import unite

SMALL = Boosting(rounds=30, patience=10, min_rows=20, leaves=8, learning_rate=0.2, threads=1)
STAGE = FirstStage(LambdaRank(min_stop_queries=20, cv_rounds=10, cv_folds=3, boosting=SMALL))
QUERIES, DEPTH = 150, 30
FUSION = Fusion({"a": 1.0, "b": 1.0})


def reorder(rows, scorer):
    """CANDIDATES in the model's order."""
    query = rows["query"].unique().sort().to_numpy()
    return Reordering(scorer, threads=1)(candidates_of(rows, query)).frame(query)


def member(first, queries=range(QUERIES)):
    return table(Proposals, *((q, first + i, i + 1, 2.0 / (i + 1)) for q in queries for i in range(DEPTH))).lazy()


def fused(queries=range(QUERIES)):
    """Per query, items 0-29 are `a`'s in this order and 10-39 `b`'s: both propose 10-29."""
    return FUSION(unite({"a": member(0, queries), "b": member(10, queries)})).collect()


def lonely(queries=range(QUERIES)):
    """The label is one of b's last, which a does not know: no weights of a and b bring it to the front."""
    dice = np.random.default_rng(3)
    return labels(*((q, "carts", int(dice.integers(30, 40))) for q in queries))


def test_votes_by_hand():
    lists = {
        "a": table(Proposals, (0, 5, 1, 4.0), (0, 6, 2, 1.0)).lazy(),
        "b": table(Proposals, (0, 6, 1, 0.0)).lazy(),
    }
    rows = votes(FUSION(unite(lists))).collect()
    assert rows["item"].to_list() == [6, 5]
    assert rows["a__share"].to_list() == [0.25, 1.0]
    assert rows["b__share"].to_list() == [None, None]
    assert rows["source_votes__members"].to_list() == [2.0, 1.0]
    assert rows["source_votes__best_rank"].to_list() == [1.0, 1.0]


@pytest.fixture(scope="module")
def trained():
    return STAGE.learn(fused(), lonely())


def test_finds_what_weights_cannot_say(trained):
    asked = range(1_000, 1_040)
    before, truth = fused(asked), lonely(asked)
    after = reorder(before, trained.scorer)

    def reached(candidates):
        ranked = candidates.select("query", "item", rank="fused__rank").lazy()
        return recall_at(ranked, truth.lazy(), 20)["carts"]

    assert trained.about["stopped_by"] == "stop part"
    assert reached(before) < 0.2
    assert reached(after) == 1.0


def test_reordering_keeps_rows_and_form(trained):
    before = fused(range(5))
    after = reorder(before, trained.scorer)
    check_wide(after, CandidateKeys)
    assert after.columns == before.columns
    assert_frame_equal(after, after.sort("query", "fused__rank"))
    ranks = after.group_by("query").agg(pl.col("fused__rank").sort())["fused__rank"].to_list()
    assert all(one == list(range(1, 41)) for one in ranks)
    members = [c for c in before.columns if not c.startswith("fused")]
    assert_frame_equal(after.select(members).sort("query", "item"), before.select(members).sort("query", "item"))
    falling = after.select((pl.col("fused__score").diff().over("query") <= 0).fill_null(True).all()).item()
    assert falling


def test_order_of_rows_does_not_matter(trained):
    mixed = STAGE.learn(fused().sample(fraction=1, shuffle=True, seed=2), lonely().reverse())
    assert mixed.booster.model_to_string() == trained.booster.model_to_string()
    rows = fused(range(7))
    shuffled = rows.sample(fraction=1, shuffle=True, seed=3)
    assert_frame_equal(reorder(shuffled, mixed.scorer), reorder(rows, trained.scorer))


def test_few_queries_without_a_pattern_stay_with_the_fused_order():
    few = range(12)
    dice = np.random.default_rng(1)
    noise = labels(*((q, "clicks", int(dice.integers(0, 40))) for q in few))
    stage = replace(STAGE, model=replace(STAGE.model, min_stop_queries=1_000))
    learnt = stage.learn(fused(few), noise)
    assert learnt.about["stopped_by"] == "cross-validation"
    if learnt.about["rounds"] == 0:
        assert reorder(fused(few), learnt.scorer)["item"].to_list() == fused(few)["item"].to_list()
    else:
        pytest.fail(f"{learnt.about['rounds']} trees were grown on noise")


def test_nothing_to_learn_from():
    assert STAGE.learn(fused(range(3)), labels((0, "clicks", 999))) is None
    assert STAGE.learn(fused(range(3)).clear(), lonely(range(3))) is None
