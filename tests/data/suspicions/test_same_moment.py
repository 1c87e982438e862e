import random
from itertools import pairwise, permutations

import numpy as np
import polars as pl
import pytest

from data.suspicions.same_moment import (
    STRAYING,
    InOrder,
    chance_of_order,
    count_in_order,
    natural_order,
    suspect,
)
from tests.oracle.frames import events

SIZE = 60


def receipts(arrange, sizes=(3, 8), groups=SIZE, seed=5, kinds=("orders",)):
    """A till's log: each session has one moment."""
    dice = random.Random(seed)
    rows = []
    for session in range(groups):
        items = dice.sample(range(200), dice.randint(*sizes))
        rows += [(session, item, session, dice.choice(kinds)) for item in arrange(items, dice)]
    return events(*rows).lazy()


def in_no_order(items, dice):
    return dice.sample(items, len(items))


def seen(log, natural=None):
    return suspect(count_in_order(log, natural))


@pytest.mark.parametrize("size", range(2, 8))
def test_the_chance_of_an_order_is_that_of_all_permutations(size):
    every = list(permutations(range(size)))
    falls = [sum(a > b for a, b in pairwise(order)) for order in every]
    assert chance_of_order(size) == sum(f <= (size - 1) // STRAYING for f in falls) / len(every)


def test_lines_in_no_order_are_not_suspicious():
    assert all(seen(receipts(in_no_order, seed=seed)) is None for seed in range(10))


def test_sorted_lines_are():
    warned = seen(receipts(lambda items, _: sorted(items)))
    assert warned.check == "same_moment"
    assert warned.said.startswith(
        "60 of 60 groups of 3 or more events of one session, moment and type stand in the items'"
    )
    assert warned.counts["in_order"] == 60


def test_so_are_falling_ones_and_some_among_many():
    assert "(falling)" in seen(receipts(lambda items, _: sorted(items, reverse=True))).said
    half = receipts(lambda items, dice: sorted(items) if dice.random() < 0.5 else in_no_order(items, dice))
    assert "(rising)" in seen(half).said


def test_a_line_that_was_added_later_does_not_hide_it():
    appended = receipts(lambda items, _: [*sorted(items[1:]), items[0]], sizes=(12, 20))
    assert seen(appended) is not None


def test_types_that_take_turns_are_looked_at_one_by_one():
    assert seen(receipts(lambda items, _: sorted(items), sizes=(8, 12), kinds=("clicks", "orders"))) is not None


def test_a_few_lists_prove_nothing():
    assert seen(receipts(lambda items, _: sorted(items), sizes=(30, 40), groups=9)) is None
    assert seen(receipts(lambda items, _: sorted(items), sizes=(30, 40), groups=10)) is not None


def test_pairs_need_more_than_a_lean():
    assert seen(receipts(lambda items, _: sorted(items), sizes=(2, 2))) is not None
    lean = receipts(lambda items, dice: sorted(items) if dice.random() < 0.3 else in_no_order(items, dice), (2, 2), 400)
    assert seen(lean) is None


def test_keys_that_are_texts_have_an_order_of_their_numbers():
    keys = pl.Series([f"P{number}" for number in range(200)])
    codes = keys.sort()
    places = {key: code for code, key in enumerate(codes.to_list())}
    log = receipts(lambda items, _: [places[f"P{number}"] for number in sorted(items)])
    assert seen(log) is None
    assert "items' numbers' order" in seen(log, natural_order(codes)).said
    assert natural_order(pl.Series([1, 2])) is None


def test_an_order_by_price_tells_as_much():
    dice = random.Random(3)
    log = receipts(in_no_order).collect()
    priced = log.with_columns(price=pl.Series([dice.random() for _ in range(log.height)]))
    assert seen(priced.lazy()) is None
    assert "their prices' order" in seen(priced.sort("session", "price").lazy()).said
    level = priced.with_columns(price=pl.lit(2.0))
    assert seen(level.lazy()) is None


def test_moments_that_differ_say_nothing():
    log = events(*((0, item, item, "clicks") for item in range(50))).lazy()
    assert count_in_order(log, None) == InOrder()


def test_of_a_large_log_a_share_tells():
    log = receipts(lambda items, _: sorted(items), groups=400)
    some = count_in_order(log, None, share=0.5)
    assert 0 < sum(some.groups.values()) < sum(count_in_order(log, None).groups.values())
    assert np.isclose(sum(c for (name, _), c in some.groups.items() if name == "item"), 200, atol=40)
