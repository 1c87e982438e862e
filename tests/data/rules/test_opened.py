"""Which rule holds for which query."""

import numpy as np

from data.rules.opened import OpenRules, carting
from data.schema import TYPES
from data.visible import NONE, Visible


def visible(*asked):
    """Of (user, moment of the question, events of (item, type))."""
    events = [event for *_, seen in asked for event in seen]
    moments = np.array([moment for _, moment, _ in asked], np.int64)
    nothing = np.full(len(events), np.nan)
    return Visible(
        query=np.arange(len(asked), dtype=np.uint32),
        user=np.array([NONE if user is None else user for user, *_ in asked], np.int64),
        start_ms=moments,
        cut_ms=moments,
        starts=np.append(0, np.cumsum([len(seen) for *_, seen in asked])).astype(np.int64),
        item=np.array([item for item, _ in events], np.int64),
        ts_ms=np.zeros(len(events), np.int64),
        type=np.array([TYPES.index(kind) for _, kind in events], np.uint8),
        price=nothing,
        quantity=nothing,
        category=np.full(len(events), NONE, np.int64),
    )


def told(kind="block", *, on="item", key="5", places=0, since=None, until=None, whom="all", user=None, strange=False):
    row = {"row": 1, "kind": kind, "on": on, "key": key, "places": places, "since": since, "until": until}
    return row | {"whom": whom, "user": user, "strange": strange}


def rules(*rows, members=None, users=()):
    named = members or [[5]] * len(rows)
    return OpenRules(tuple(rows), tuple(np.array(items, np.int64) for items in named), np.array(users, np.int64))


SEEN = visible((7, 10, [(1, "clicks")]), (8, 20, [(1, "carts")]), (None, 30, [(2, "carts"), (2, "orders")]))


def test_a_rule_holds_in_its_time():
    found = rules(told(since=20), told(until=20), told(since=11, until=30), told()).holds(SEEN)
    assert found.tolist() == [
        [False, True, True],
        [True, False, False],
        [False, True, False],
        [True, True, True],
    ]


def test_a_rule_holds_for_whom_it_names():
    asked = [told(whom=name) for name in ("new", "returning", "carting")]
    named = [told(whom="user:x", user=8), told(whom="user:y", user=NONE)]
    found = rules(*asked, *named, users=[8, 9]).holds(SEEN)
    assert found.tolist() == [
        [True, False, True],  # nobody is as new as one whom the history lacks
        [False, True, False],
        [False, True, False],
        [False, True, False],
        [False, False, False],  # a visitor whom the log does not know is not everybody without a name
    ]


def test_a_cart_waits_until_its_item_is_ordered():
    seen = visible((1, 0, [(3, "carts"), (4, "carts"), (3, "orders")]), (1, 0, []), (1, 0, [(4, "orders")]))
    assert carting(seen).tolist() == [True, False, False]


def test_an_item_that_the_catalogue_lacks_is_named_by_its_key():
    opened = rules(told(key="x", strange=True), told(), members=[[], [5]])
    assert opened.named(0).tolist() == []
    assert opened.named(0, ("w", "x"), 100).tolist() == [101]
    assert opened.named(1, ("w", "x"), 100).tolist() == [5]
