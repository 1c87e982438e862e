"""Rules on lists, by hand: who is left out, lifted and put at a place, and how often."""

import numpy as np
import polars as pl
import pytest

from data.barred import Barred
from data.candidates import candidates_of
from ranker.listing import Lister
from ranker.ruled import added, plain_counts
from tests.data.rules.test_opened import rules, told, visible

POPULAR = np.array([20, 21, 22, 23], np.int64)
TWO = visible((7, 10, [(1, "clicks")]), (8, 20, [(1, "orders")]))
FOUR = ((0, 1), (0, 2), (0, 3), (0, 4), (1, 1), (1, 5))
SCORES = np.array([4.0, 3.0, 2.0, 1.0, 9.0, 8.0])


def proposed(pairs=FOUR):
    """Candidates of both queries, as they stand."""
    frame = pl.DataFrame(list(pairs), schema={"query": pl.UInt32, "item": pl.UInt32}, orient="row").with_columns(
        fused__rank=pl.int_range(1, pl.len() + 1).over("query").cast(pl.UInt16), fused__score=pl.lit(0.0, pl.Float32)
    )
    return candidates_of(frame, TWO.query)


def listed(*rows, members=None, n=5, barred=None, new=(), known=0, pairs=FOUR):
    """The items of both queries' lists and what the rules have counted."""
    candidates = proposed(pairs)
    lister = Lister(POPULAR, barred, rules(*rows, members=members) if rows else None)
    found = lister(TWO, candidates, {"clicks": SCORES}, n, new, known)
    lists = found.lists["clicks"]
    shown = [lists.items[query, : lists.counts[query]].tolist() for query in (0, 1)]
    return shown, [rule[:2] for rule in plain_counts(found.ruled)], lists


PLAIN = [[1, 2, 3, 4, 20], [1, 5, 20, 21, 22]]


def test_no_rule():
    assert listed()[:2] == (PLAIN, [])


def test_a_rule_that_holds_for_nobody_changes_nothing():
    assert listed(told("block", until=5), told("pin", until=5, places=1))[:2] == (PLAIN, [[0, 0], [0, 0]])


def test_block_candidates_and_what_fills_up():
    found, counts, _ = listed(told("block", on="brand"), told("block", since=20), members=[[2, 20], [5]])
    assert found == [[1, 3, 4, 21, 22], [1, 21, 22, 23]]  # the list of the second ends early
    assert counts == [[2, 1], [1, 1]]


def counted(*rows, members, scores):
    return plain_counts(Lister(POPULAR, None, rules(*rows, members=members))(TWO, proposed(), scores, 5).ruled)


def test_lists_that_rules_touch_are_counted():
    rows = told("block"), told("boost", places=2), told("pin", places=1), told("boost", places=9, until=5)
    both = {"clicks": SCORES, "orders": -SCORES}
    # of the first query 1 and 2 are left out, of the second 1, of both lists of each; 3 and 4 stand alone then, and
    # no boost of both lifts one; 5 is put first into both of the first query's lists, and stands first in the second's
    assert counted(*rows, members=[[1, 2], [3, 4], [5], [4]], scores=both) == [
        [2, 3, 4],
        [2, 0, 0],
        [2, 2, 2],
        [0, 0, 0],
    ]
    # 3 and 4 are lifted within one list
    assert counted(told("boost", places=2), members=[[3, 4]], scores={"clicks": SCORES}) == [[2, 2, 1]]


def test_the_first_block_counts():
    assert listed(told("block"), told("block"), members=[[2], [2, 3]])[1] == [[2, 1], [2, 1]]


def test_a_boost_lifts_by_places():
    found, counts, lists = listed(told("boost", places=2), members=[[4]])
    assert found == [[1, 4, 2, 3, 20], PLAIN[1]]
    assert lists.scores[0, :4].tolist() == [4.0, 1.0, 3.0, 2.0]  # an item's score is still its own
    assert counts == [[2, 1]]


def test_the_largest_boost_counts_and_the_top_stays_the_top():
    found, counts, _ = listed(told("boost", places=1), told("boost", places=9), members=[[1, 3, 4], [4]])
    assert found[0] == [4, 1, 3, 2, 20]
    assert counts == [[2, 0], [2, 1]]  # of the others none stands higher than it stood


def test_a_pin_puts_a_candidate_at_a_place():
    found, counts, lists = listed(told("pin", places=1), members=[[3]])
    assert found == [[3, 1, 2, 4, 20], [3, 1, 5, 20, 21]]
    assert lists.scores[0, 0] == 2.0
    assert np.isnan(lists.scores[1, 0])  # no candidate of this query: it has no score
    assert counts == [[2, 2]]


def test_a_pin_leaves_what_stands_higher():
    found, counts, _ = listed(told("pin", places=2), members=[[1]])
    assert (found, counts) == (PLAIN, [[2, 0]])


def test_a_pin_of_a_category_puts_its_best_candidate():
    found, counts, _ = listed(told("pin", on="category", places=1), members=[[3, 4, 30]])
    assert found == [[3, 1, 2, 4, 20], PLAIN[1]]
    assert counts == [[2, 1]]


def test_pins_of_one_place_come_in_the_files_order():
    found, _, _ = listed(told("pin", places=1), told("pin", places=1), told("pin", places=3), members=[[4], [3], [30]])
    assert found[0] == [4, 3, 30, 1, 2]


def test_a_pin_of_a_filler_moves_it():
    assert listed(told("pin", places=2), members=[[20]])[0] == [[1, 20, 2, 3, 4], [1, 20, 5, 21, 22]]


def test_short_lists_are_the_heads_of_long_ones():
    some = (told("pin", places=4), told("boost", places=2), told("pin", places=2))
    members = [[1], [4], [23]]
    long = listed(*some, members=members, n=8)[0]
    for n in (1, 2, 3, 5):
        assert listed(*some, members=members, n=n)[0] == [head[:n] for head in long]


@pytest.mark.parametrize("blocked", [told("block"), told("block", on="brand")])
def test_what_is_blocked_is_not_pinned(blocked):
    found, counts, _ = listed(told("pin", places=1), blocked, members=[[30], [30]])
    assert (found, counts[0]) == (PLAIN, [2, 0])


def barred(**more):
    nothing = np.zeros(0, np.int64)
    plain = {"own": False, "past": False, "closed": False, "named": {}, "users": nothing}
    kept = plain | {"starts": np.zeros(1, np.int64), "items": nothing, "rules": np.zeros(40, np.uint8)} | more
    return Barred(**kept)


def test_filters_hold_over_pins():
    of_items = np.zeros(40, np.uint8)
    of_items[30] = 2
    pins = (told("pin", places=1), told("pin", places=1))
    found, counts, _ = listed(*pins, members=[[30], [1]], barred=barred(rules=of_items, own=True))
    assert found == [PLAIN[0], [5, 20, 21, 22, 23]]  # the second has ordered item 1
    assert counts == [[2, 0], [2, 0]]


def test_new_items_by_their_keys():
    some = (told("block", key="x", strange=True), told("pin", key="y", places=1, strange=True))
    found, _, _ = listed(*some, members=[[], []], new=("x", "y"), known=4)
    assert found == [[5, 1, 2, 3, 20], [5, 1, 20, 21, 22]]  # 4 is the item x, 5 the item y


def test_counts_of_shards():
    assert added([[[1, 2], [3, 4]], [[10, 20], [30, 40]]]) == [[11, 22], [33, 44]]
    assert added([[]]) == []
