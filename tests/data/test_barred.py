import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.barred import RULES, Barred, bar_bought
from data.schema import TYPES
from data.visible import NONE, Visible

PAST = {2: [5, 7], 4: [1]}
"""Orders of the past, by user."""


def barred(*, own=True, past=True):
    items = [item for user in PAST for item in PAST[user]]
    return Barred(
        rules=np.array([0, 1, 2, 3], np.uint8),
        named={"x": 2, "y": 0},
        closed=True,
        own=own,
        past=past,
        users=np.array(list(PAST)),
        starts=np.array([0, 2, 3]),
        items=np.array(items),
    )


def visible(*sessions):
    """Of (user, events of (item, type))."""
    events = [event for _, seen in sessions for event in seen]
    counts = [len(seen) for _, seen in sessions]
    nothing = np.zeros(len(events))
    moments = np.zeros(len(sessions), np.int64)
    return Visible(
        query=np.arange(len(sessions), dtype=np.uint32),
        user=np.array([NONE if user is None else user for user, _ in sessions], np.int64),
        start_ms=moments,
        cut_ms=moments,
        starts=np.append(0, np.cumsum(counts)).astype(np.int64),
        item=np.array([item for item, _ in events], np.int64),
        ts_ms=np.zeros(len(events), np.int64),
        type=np.array([TYPES.index(kind) for _, kind in events], np.uint8),
        price=nothing,
        quantity=nothing,
        category=np.full(len(events), NONE, np.int64),
    )


def lists(bought):
    return [bought.items[a:b].tolist() for a, b in zip(bought.starts[:-1], bought.starts[1:], strict=True)]


SEEN = visible(
    (2, [(9, "orders"), (5, "orders"), (3, "carts")]),
    (3, [(9, "orders")]),
    (None, [(8, "clicks")]),
    (4, []),
)


def test_orders_of_the_session_and_of_the_past():
    assert lists(barred().bought(SEEN)) == [[5, 7, 9], [9], [], [1]]
    assert lists(barred(past=False).bought(SEEN)) == [[5, 9], [9], [], []]
    assert lists(barred(own=False, past=False).bought(SEEN)) == [[], [], [], []]


def test_rules_of_items_and_of_new_ones():
    assert barred().of_items(np.array([3, 0, 1])).tolist() == [3, 0, 1]
    new = ("x", "y", "z")  # one that is denied, one that is allowed, one that nobody named
    assert barred().of_items(np.array([2, 4, 5, 6]), new, 4).tolist() == [2, 2, 0, 1]


def test_a_candidate_that_a_rule_bars_is_not_counted_again():
    rules = np.array([2, 0, 0, 0], np.uint8)
    bought = barred().bought(SEEN)
    bar_bought(np.array([0, 2, 3, 4, 4]), np.array([5, 7, 9, 9]), *bought, RULES.index("bought") + 1, rules)
    assert rules.tolist() == [2, 4, 4, 0]


@given(
    sessions=st.lists(
        st.tuples(
            st.none() | st.integers(0, 5),
            st.lists(st.tuples(st.integers(0, 9), st.sampled_from(TYPES)), max_size=5),
        ),
        min_size=1,
        max_size=5,
    )
)
def test_one_session_alone_as_among_others(sessions):
    every = lists(barred().bought(visible(*sessions)))
    for number, session in enumerate(sessions):
        user, seen = session
        own = {item for item, kind in seen if kind == "orders"}
        assert every[number] == sorted(own | set(PAST.get(user, [])))
        assert lists(barred().bought(visible(session))) == [every[number]]
