"""Gain and lift, worked by hand."""

import pytest

from evaluation.gains import SHARES, gains


def test_what_the_first_rows_bring():
    truth = [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 10.0, 20.0, 30.0, 40.0]
    predicted = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 10.0, 9.0, 8.0, 7.0]  # the best four first, turned
    found = {row["share"]: row for row in gains(truth, predicted)}
    assert tuple(found) == SHARES
    assert found[0.1] == {
        "share": 0.1,
        "captured": pytest.approx(0.1),
        "best": pytest.approx(0.4),
        "lift": pytest.approx(1.0),
    }
    assert (found[0.2]["captured"], found[0.2]["best"]) == pytest.approx((0.3, 0.7))
    assert found[0.3]["lift"] == pytest.approx(2.0)
    assert found[0.01]["lift"] == pytest.approx(1.0)  # one row of ten is taken
    assert (found[1.0]["captured"], found[1.0]["lift"]) == pytest.approx((1.0, 1.0))


def test_a_constant_captures_what_it_takes():
    assert all(row["lift"] == pytest.approx(1.0) for row in gains([0.0, 8.0] * 50, [3.0] * 100))


def test_without_money_there_is_nothing_to_capture():
    assert gains([0.0, 0.0], [1.0, 2.0]) == []
    assert gains([], []) == []
