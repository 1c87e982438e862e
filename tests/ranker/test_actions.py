import json

import numpy as np
import polars as pl
import pytest

from data.schema import TYPES
from learning.calibration import Sigmoid
from ranker.actions import (
    ActionModel,
    Actions,
    best_actions,
    calibrating_half,
    draw_queries,
    learn_actions,
    log_softmax,
)

QUERIES, CANDIDATES = 400, 10


def made(seed=1):
    """Scores whose softmax tells the chance within a query that has a hit; sessions of two queries."""
    dice = np.random.default_rng(seed)
    query = np.repeat(np.arange(QUERIES), CANDIDATES)
    scores = dice.normal(0, 2, QUERIES * CANDIDATES)
    chance = 0.5 * np.exp(log_softmax(query, scores))
    rows = pl.DataFrame({"query": query, "session": query // 2, "clicks": dice.random(len(query)) < chance})
    return rows.cast({"query": pl.UInt32, "session": pl.UInt32, "clicks": pl.UInt8}), scores


def test_softmax_worked_by_hand():
    found = log_softmax(np.array([7, 7, 3]), np.log([1.0, 3.0, 5.0]))
    assert np.exp(found).tolist() == pytest.approx([0.25, 0.75, 1.0])
    assert log_softmax(np.array([1, 1]), np.array([1000.0, 1000.0])).tolist() == pytest.approx(np.log([0.5, 0.5]))
    assert len(log_softmax(np.zeros(0), np.zeros(0))) == 0


def test_a_model_worked_by_hand():
    """1 x score + 2 x log softmax + 4 x trees + 3, of two rows with equal scores of 0, through a sigmoid of half."""
    model = ActionModel(1.0, 2.0, 4.0, 3.0, Sigmoid(0.5, 0.0))
    expected = 1 / (1 + np.exp(-0.5 * (2 * np.log(0.5) + 3)))
    assert model(np.array([1, 1]), np.zeros(2)).tolist() == pytest.approx([expected, expected])
    lifted = 1 / (1 + np.exp(-0.5 * (2 * np.log(0.5) + 4 * 0.25 + 3)))
    assert model(np.array([1, 1]), np.zeros(2), np.array([0.0, 0.25])).tolist() == pytest.approx([expected, lifted])


def test_the_trees_are_taken_where_they_know():
    """The chance hangs on the session alone, of which scores say nothing."""
    rows, scores = made()
    dice = np.random.default_rng(2)
    logits = np.repeat(dice.normal(-2, 1.5, QUERIES // 2), 2 * CANDIDATES)
    acted = rows.with_columns(clicks=pl.Series(dice.random(len(logits)) < 1 / (1 + np.exp(-logits))).cast(pl.UInt8))
    found = learn_actions(acted, scores, "clicks", logits)
    assert found.about["input"] == "both and trees"
    assert found.model(acted["query"].to_numpy(), scores, logits) == pytest.approx(1 / (1 + np.exp(-logits)), abs=0.1)


def test_the_softmax_is_taken_where_it_is_the_chance():
    rows, scores = made()
    found = learn_actions(rows, scores, "clicks")
    assert found.about["input"] in ("softmax", "both")
    p = found.model(rows["query"].to_numpy(), scores)
    chance = 0.5 * np.exp(log_softmax(rows["query"].to_numpy(), scores))
    assert np.abs(p - chance).mean() < 0.02
    assert p.mean() == pytest.approx(rows["clicks"].mean(), abs=0.01)
    assert len(found.out_of_fold) == rows.height


def test_the_order_of_queries_does_not_matter():
    rows, scores = made()
    turned = rows.with_columns(score=scores).sort("query", descending=True, maintain_order=True)
    one, other = learn_actions(rows, scores, "clicks"), learn_actions(turned, turned["score"].to_numpy(), "clicks")
    assert one.about["input"] == other.about["input"]
    query = rows["query"].to_numpy()
    assert other.model(query, scores) == pytest.approx(one.model(query, scores), abs=1e-4)


def test_json_and_back():
    rows, scores = made()
    model = learn_actions(rows, scores, "clicks").model
    again = ActionModel.from_json(json.loads(json.dumps(model.to_json())))
    assert again == model
    assert (again(rows["query"].to_numpy(), scores) == model(rows["query"].to_numpy(), scores)).all()


@pytest.mark.parametrize("level", [0, 1])
def test_nothing_to_learn_from(level):
    rows, scores = made()
    assert learn_actions(rows.with_columns(clicks=pl.lit(level)), scores, "clicks") is None


def test_one_hit_alone_is_no_fault():
    rows, scores = made()
    lonely = rows.with_columns(clicks=(pl.int_range(pl.len()) == 5).cast(pl.UInt8))
    found = learn_actions(lonely, scores, "clicks")
    assert (found.about["method"], found.about["brier"]) == ("sigmoid", None)
    assert json.dumps(found.about)


def test_the_best_worked_by_hand():
    """Worth 0.1 click + 0.6 order: a 0.04, b 0.06, c 0.04; a and c in fused order."""
    pairs = pl.DataFrame({"query": [1, 1, 1, 2], "item": [10, 11, 12, 10], "fused__rank": [2, 3, 1, 1]})
    chances = {"clicks": np.array([0.4, 0.0, 0.4, 0.5]), "orders": np.array([0.0, 0.1, 0.0, 0.0])}
    found = best_actions(pairs, chances, 2)
    assert found.select("query", "item").rows() == [(1, 11), (1, 12), (2, 10)]
    assert found["p_cart"].to_list() == [None] * 3
    assert found["p_order"].to_list() == pytest.approx([0.1, 0.0, 0.0])
    assert found.schema["p_click"] == pl.Float32


def test_queries_are_drawn_by_hash_alone():
    queries = pl.DataFrame({"query": range(50), "session": range(50)}).cast(pl.UInt32)
    few, more = (draw_queries(queries.lazy(), n).collect() for n in (10, 20))
    turned = draw_queries(queries.reverse().lazy(), 10).collect()
    assert few.equals(turned)
    assert set(few["query"]) < set(more["query"])
    assert few["query"].is_sorted()
    assert few["query"].to_list() != list(range(10))


def test_halves_are_of_sessions():
    sessions = pl.DataFrame({"session": range(1000)}).cast(pl.UInt32)
    half = sessions.select(calibrating_half(pl.col("session")))["session"]
    assert 0.45 < half.mean() < 0.55


@pytest.mark.parametrize("name", ["top", "queries", "rival_queries", "rival_rows", "trees"])
def test_settings_are_checked(name):
    with pytest.raises(ValueError, match=f"`actions.{name}` must be at least 1"):
        Actions(**{name: 0})


def test_every_type_has_a_column():
    assert set(best_actions(pl.DataFrame({"query": [1], "item": [1], "fused__rank": [1]}), {}, 1).columns) >= {
        "p_click",
        "p_cart",
        "p_order",
    }
    assert len(TYPES) == 3
