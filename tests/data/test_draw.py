"""How many questions of a large fold are asked."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.draw import Needs, drawn
from data.keys import mixed
from data.schema import PARTS, TYPES

ALL = Needs(tune=10**6, fit=10**6, stop=10**6, any=10**6, most=10**6)


def questions(rows):
    """Questions of (session, part, types)."""
    return pl.DataFrame(
        [(s, s, n, part, *(name in types for name in TYPES)) for n, (s, part, types) in enumerate(rows)],
        schema={"session": pl.UInt32, "hash": pl.UInt64, "events": pl.UInt16, "part": pl.Enum(PARTS)}
        | dict.fromkeys(TYPES, pl.Boolean),
        orient="row",
    )


def by_hash(frame):
    """The sessions in the order in which they are drawn."""
    order = frame.unique("session").sort("session")
    return order["session"].gather(mixed(order["hash"].to_numpy(), 41).argsort()).to_list()


def test_a_fold_that_is_not_enough_is_asked_whole():
    frame = questions([(n, "fit", ["clicks"]) for n in range(9)])
    assert drawn(frame, ALL).equals(frame)


@pytest.mark.parametrize(
    ("needs", "kept"),
    [
        ({"tune": 1, "fit": 10, "stop": 1, "any": 1}, 9),
        ({"tune": 9, "fit": 3, "stop": 9, "any": 2}, 3),  # of the parts `tune` and `stop` there is nothing to wait for
        ({"tune": 1, "fit": 10, "stop": 1, "any": 1, "most": 4}, 4),
    ],
)
def test_a_need_that_is_never_met_takes_what_there_may_be(needs, kept):
    frame = questions([(n, "fit", ["clicks"]) for n in range(9)])
    found = drawn(frame, Needs(**{"most": 10**6} | needs))
    assert sorted(found["session"]) == sorted(by_hash(frame)[:kept])


def test_sessions_are_whole_and_in_their_order():
    frame = questions([(n // 3, "fit", []) for n in range(12)])
    found = drawn(frame, Needs(1, 1, 1, any=4, most=9))
    assert found.equals(frame.filter(pl.col("session").is_in(by_hash(frame)[:2])))


@given(
    st.lists(st.tuples(st.sampled_from(PARTS), st.sets(st.sampled_from(TYPES))), min_size=1, max_size=60),
    st.builds(Needs, *[st.integers(1, 4)] * 4, most=st.just(10**6)),
)
def test_the_shortest_draw_that_meets_each_need(rows, needs):
    frame = questions([(n, part, types) for n, (part, types) in enumerate(rows)])
    order = by_hash(frame)

    def met(number):
        some = frame.filter(pl.col("session").is_in(order[:number]))
        whole = [pl.col("part") == "tune", *((pl.col("part") == p) & pl.col(t) for p in ("fit", "stop") for t in TYPES)]
        least = [needs.tune, *(getattr(needs, p) for p in ("fit", "stop") for _ in TYPES)]
        there = [(some.filter(held).height, frame.filter(held).height) for held in whole]
        return some.height >= needs.any and all(
            found >= number or not ever for (found, ever), number in zip(there, least, strict=True)
        )

    number = next((n for n in range(1, len(rows) + 1) if met(n)), len(rows))
    assert sorted(drawn(frame, needs)["session"]) == sorted(order[:number])
