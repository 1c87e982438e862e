"""Promised money from all sides, on four rows."""

import pytest

from evaluation.money_study import AMONG, money_study

TRUTH = [0.0, 0.0, 10.0, 30.0]
OUTPUTS = {
    "expected_value": [1.0, 2.0, 9.0, 28.0],
    "rmsle_value": [0.0, 1.0, 10.0, 30.0],
    "purchase_probability": [0.1, 0.2, 0.8, 0.9],
    "low": [0.0, 1.0, 5.0, 20.0],
    "high": [2.0, 3.0, 15.0, 29.0],
}


def test_every_side_of_the_same_rows():
    found = money_study(TRUTH, OUTPUTS, {"all_zeros": [0.0] * 4})
    assert (found["rows"], found["buyers"]) == (4, 0.5)
    assert [row["captured"] for row in found["gains"]["expected_value"]][-1] == pytest.approx(1.0)
    assert found["gains"]["expected_value"][0]["captured"] == 0.75  # one of four rows brings 30 of 40
    assert found["gains"]["all_zeros"][0]["captured"] == 0.25
    assert [(row["answer"], row["among"], row["recall"]) for row in found["whales"][: len(AMONG)]] == [
        ("expected_value", among, 1.0) for among in AMONG
    ]
    assert found["whales"][len(AMONG)]["recall"] == 0.25
    assert [part["true"] for part in found["deciles"]] == TRUTH
    assert found["chance"]["ece"] == pytest.approx((0.1 + 0.2 + 0.2 + 0.1) / 4)
    assert found["errors"]["within_2"] == 1.0
    assert found["ranges"]["within"] == 0.5


def test_no_chance_is_told_where_all_bring_something_or_none_is_known():
    assert money_study([1.0] * 4, OUTPUTS, {})["chance"] is None
    assert money_study(TRUTH, {**OUTPUTS, "purchase_probability": [float("nan")] * 4}, {})["chance"] is None
