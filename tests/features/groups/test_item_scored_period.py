from math import log

import pytest

from features.groups.item_scored_period import item_scored_period
from tests.features.reading import read
from tests.oracle.frames import events


def asked(*rows):
    return events(*rows).rename({"session": "query"})


def test_by_hand():
    period = asked(
        (10, 1, 100, "clicks"),
        (10, 1, 110, "carts"),
        (11, 1, 120, "clicks"),
        (11, 2, 200, "orders"),
    )
    past = events((0, 1, 0, "clicks"), (0, 3, 1, "clicks"), (1, 3, 2, "clicks"))
    found = {row["item"]: row for row in read(item_scored_period, asked=period, history=past)}
    assert set(found) == {1, 2}
    assert found[1] == pytest.approx(
        {
            "item": 1,
            "clicks_share": 1,
            "carts_share": 1,
            "orders_share": 0,
            "sessions_share": 2 / 4,
            "cart_rate": 1 / 3,
            "order_rate": 0,
            "moment": 0.1,
            "latest": 0.2,
            "events_place": 1 / 2,
            "lift": log((4 / 5) / (2 / 4)),
        },
        rel=1e-5,
    )
    assert found[2]["order_rate"] == 1
    assert found[2]["lift"] == pytest.approx(log((2 / 5) / (1 / 4)), rel=1e-5)
    assert found[2]["moment"] == found[2]["latest"] == 1


def test_a_single_moment_has_no_length():
    (row,) = read(item_scored_period, asked=asked((1, 4, 5, "carts")), history=events())
    assert (row["moment"], row["latest"], row["carts_share"], row["clicks_share"]) == (0, 0, 1, 0)


def test_is_made_in_transductive_runs_alone():
    assert item_scored_period.transductive
    assert item_scored_period.reads == ("asked", "history")
    assert read(item_scored_period, asked=asked(), history=events()) == []
