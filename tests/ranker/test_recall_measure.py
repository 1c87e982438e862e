import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranker.recall_measure import recall_measure

GAINS = [0, 1, 3, 6]


def rows(*relevances):
    """One query a list of relevances, in fused order."""
    pairs = [(query, value) for query, values in enumerate(relevances) for value in values]
    return pl.DataFrame(pairs, schema={"query": pl.UInt32, "relevance": pl.Int32}, orient="row")


def naive(relevances, scores):
    gained = possible = 0
    scores = iter(scores)
    for values in relevances:
        worth = [GAINS[value] for value in values]
        own = [next(scores) for _ in values]
        order = sorted(range(len(worth)), key=lambda i: (-own[i], i))
        gained += sum(worth[i] for i in order[:20])
        possible += sum(sorted(worth, reverse=True)[:20])
    return gained / possible


def test_short_list_is_always_found_in_full():
    assert recall_measure(rows([0, 1, 0]), [0, 1])(np.array([3.0, 1.0, 2.0])) == 1.0


def test_by_hand_with_padding():
    long = [1, *[0] * 19, 1, 0]  # places 1 and 21 of 22
    measure = recall_measure(rows(long, [0, 1]), [0, 1])
    assert measure(np.array([*range(22, 0, -1), 1.0, 2.0])) == pytest.approx(2 / 3)
    assert measure(np.array([*range(22), 1.0, 2.0])) == pytest.approx(2 / 3)
    assert measure(np.array([9.0, *[0.0] * 19, 9.0, 0.0, 1.0, 2.0])) == 1.0


def test_equal_scores_keep_the_fused_order():
    measure = recall_measure(rows([0] * 19 + [1, 0]), [0, 1])
    assert measure(np.zeros(21)) == 1.0
    assert recall_measure(rows([0] * 20 + [1]), [0, 1])(np.zeros(21)) == 0.0


def test_twenty_places_hold_twenty_hits():
    assert recall_measure(rows([1] * 25), [0, 1])(np.zeros(25)) == 1.0


def test_gains_weigh_relevances():
    measure = recall_measure(rows([3, *[1] * 20]), GAINS)
    assert measure(np.r_[0.0, np.ones(20)]) == pytest.approx(20 / 25)


@settings(max_examples=60, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 27), min_size=1, max_size=5), seed=st.integers(0, 9_999), levels=st.integers(1, 30)
)
def test_equals_plain_python(sizes, seed, levels):
    dice = np.random.default_rng(seed)
    relevances = [dice.choice(4, size, p=[0.7, 0.1, 0.1, 0.1]).tolist() for size in sizes]
    relevances[0][-1] = 2
    scores = dice.integers(-levels, levels, sum(sizes)).astype(float)
    assert recall_measure(rows(*relevances), GAINS)(scores) == pytest.approx(naive(relevances, scores.tolist()))
