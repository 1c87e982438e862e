import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.fusion import _gains, _reached, tune_weights
from candidates.union import unite
from data.schema import Labels, Proposals
from evaluation.recall import recall_at
from tests.oracle.frames import labels, table

QUERIES = 12


def proposed(first):
    """Per query 25 items from `first` on, in this order."""
    rows = [(query, first + i, i + 1, 1.0) for query in range(QUERIES) for i in range(25)]
    return table(Proposals, *rows).lazy()


UNITED = unite({"good": proposed(0), "useless": proposed(100)}).collect()
TRUTH = labels(
    *((query, "clicks", 15) for query in range(QUERIES)), *((query, "carts", 12) for query in range(QUERIES))
)


def test_useless_member_gets_a_small_weight():
    weights = tune_weights(UNITED, TRUTH, ["good", "useless"])
    assert weights["useless"] < weights["good"]
    assert weights["useless"] / weights["good"] < 0.9


def test_order_of_rows_and_runs_does_not_matter():
    mixed = UNITED.sample(fraction=1, shuffle=True, seed=5)
    assert tune_weights(UNITED, TRUTH, ["good", "useless"]) == tune_weights(mixed, TRUTH, ["good", "useless"])


def test_no_gain_to_find_leaves_all_weights_at_one():
    at_once = labels((0, "orders", 0), (1, "clicks", 100))
    assert tune_weights(UNITED, at_once, ["good", "useless"]) == {"good": 1.0, "useless": 1.0}


def test_nothing_to_learn_from_leaves_all_weights_at_one():
    one = {"good": 1.0, "useless": 1.0}
    assert tune_weights(UNITED, labels((0, "clicks", 999)), list(one)) == one
    assert tune_weights(UNITED, pl.DataFrame(Labels.create_empty()), list(one)) == one
    assert tune_weights(UNITED.clear(), TRUTH, list(one)) == one


def test_one_pass_may_do_and_weights_are_never_all_zero():
    assert tune_weights(UNITED, TRUTH, ["useless", "good"], rounds=1) == {"useless": 0.0, "good": 1.0}
    assert tune_weights(UNITED, TRUTH, ["good"]) == {"good": 1.0}


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
    scores = dice.integers(0, 4, rows.height).astype(float)
    order = rows.with_columns(score=scores).sort("query", "score", "item", descending=[False, True, False])
    ranked = order.with_columns(rank=pl.int_range(1, pl.len() + 1).over("query"))
    expected = recall_at(ranked.lazy(), truth.lazy(), 20)["total"]
    found = _reached(scores, rows["query"].to_numpy(), _gains(rows, truth))
    assert found == np.float64(expected).item() or abs(found - expected) < 1e-12
