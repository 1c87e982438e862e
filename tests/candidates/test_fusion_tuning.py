import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.fusion import Fusion
from candidates.fusion_tuning import OFFSETS, SHRINKAGE, _lists, _loss, _reached, _weighed, tune_fusion
from data.schema import Labels, Proposals
from evaluation.recall import recall_at
from tests.oracle.frames import labels, table
from tests.oracle.recalling import unite

QUERIES = 12
BOTH = ["good", "useless"]


def proposed(first):
    """Per query 25 items from `first` on, in this order."""
    rows = [(query, first + i, i + 1, 1.0) for query in range(QUERIES) for i in range(25)]
    return table(Proposals, *rows).lazy()


UNITED = unite({"good": proposed(0), "useless": proposed(100)}).collect()
TRUTH = labels(
    *((query, "clicks", 15) for query in range(QUERIES)), *((query, "carts", 12) for query in range(QUERIES))
)


def test_useless_member_weighs_nothing():
    assert tune_fusion(UNITED, TRUTH, BOTH).weights == {"good": 1.0, "useless": 0.0}


def test_better_member_weighs_more():
    truth = labels(*((query, "clicks", 1 if query < 9 else 101) for query in range(QUERIES)))
    weights = tune_fusion(UNITED, truth, BOTH).weights
    assert 0 < weights["useless"] < weights["good"] == 1


def test_offset_is_the_one_that_reaches_most():
    """Where a label stands early in one list and late in the other, some offsets lose it from the first 20."""
    truth = labels(*((q, "clicks", (0, 8, 115, 118)[q % 4]) for q in range(QUERIES)))
    lists = _lists(UNITED.sort("query", "item"), truth, BOTH)
    reached = {offset: _reached(lists, _weighed(lists, BOTH, offset)) for offset in OFFSETS}
    found = tune_fusion(UNITED, truth, BOTH)
    assert reached[found.offset] == max(reached.values())
    assert _reached(lists, found) == max(reached.values())


def test_order_of_rows_and_runs_does_not_matter():
    mixed = UNITED.sample(fraction=1, shuffle=True, seed=5)
    assert tune_fusion(UNITED, TRUTH, BOTH) == tune_fusion(mixed, TRUTH, BOTH)


@pytest.mark.parametrize(
    ("united", "truth"),
    [
        (UNITED, labels((0, "clicks", 999))),
        (UNITED, pl.DataFrame(Labels.create_empty())),
        (UNITED.clear(), TRUTH),
    ],
)
def test_nothing_to_learn_from_leaves_all_weights_at_one(united, truth):
    assert tune_fusion(united, truth, BOTH) == Fusion({"good": 1.0, "useless": 1.0})


def test_weights_are_never_all_zero():
    """Hits stand last in both lists, so that no weight above 0 is likelier than none."""
    last = labels(*((query, "clicks", 24) for query in range(QUERIES)))
    assert any(tune_fusion(UNITED, last, BOTH).weights.values())


@pytest.mark.parametrize("weights", [(0.0, 0.0), (1.0, 0.3)])
def test_loss_and_slope_equal_plain_python(weights):
    truth = labels((0, "clicks", 1), (0, "clicks", 102), (1, "carts", 3), (2, "clicks", 999))
    lists = _lists(UNITED.sort("query", "item"), truth, BOTH)
    votes = 1 / (5 + lists.ranks)
    loss, slope = _loss(np.array(weights), votes, lists)

    def plain(weights):
        total = SHRINKAGE * sum(w * w for w in weights)
        for first in range(0, len(votes), 50):
            utility = [sum(w * v for w, v in zip(weights, row, strict=True)) for row in votes[first : first + 50]]
            log_sum = math.log(sum(map(math.exp, utility)))
            total -= sum(g * (u - log_sum) for g, u in zip(lists.gains[first : first + 50], utility, strict=True))
        return total

    assert loss == pytest.approx(plain(weights), rel=1e-9)
    for i in range(2):
        up, down = ([w + sign * 1e-6 * (j == i) for j, w in enumerate(weights)] for sign in (1, -1))
        assert slope[i] == pytest.approx((plain(up) - plain(down)) / 2e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=4),
    seed=st.integers(0, 999),
    share=st.sampled_from([0.05, 0.3, 0.9]),
)
def test_reached_is_the_weighted_recall(sizes, seed, share):
    dice = np.random.default_rng(seed)
    rows = pl.DataFrame(
        [(query, item) for query, size in enumerate(sizes) for item in range(size)],
        schema={"query": pl.UInt32, "item": pl.UInt32},
        orient="row",
    )
    kinds = ("clicks", "carts", "orders")
    picked = [(q, kind, i) for q, i in rows.rows() for kind in kinds if dice.random() < share]
    truth = labels(*picked, *((0, kind, 77) for kind in kinds))
    ranks = dice.integers(1, 5, rows.height)
    united = rows.with_columns(m__rank=pl.Series(ranks))
    order = united.sort("query", "m__rank", "item")
    ranked = order.with_columns(rank=pl.int_range(1, pl.len() + 1).over("query"))
    expected = recall_at(ranked.lazy(), truth.lazy(), 20)["total"]
    found = _reached(_lists(united, truth, ["m"]), Fusion({"m": 1.0}))
    assert found == pytest.approx(expected, abs=1e-12)
