from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

from data.errors import AisleError
from value.lifetime.btyd.summary import DAY, summarise


def at(day, hour=0):
    return int(datetime(2024, 1, day, hour, tzinfo=UTC).timestamp() * 1000)


def purchases(*rows):
    return pl.DataFrame(rows, schema={"user": pl.UInt32, "ts": pl.Int64, "money": pl.Float64}, orient="row")


ROWS = (
    (7, at(1, 9), 10.0),
    (7, at(8, 10), 20.0),
    (7, at(8, 23), 12.0),  # the same day: one purchase of 32
    (7, at(15), 99.0),  # the origin itself: not yet
    (3, at(5), 6.0),
)


def test_days_worked_by_hand():
    made = summarise(purchases(*ROWS), at(15))
    assert made.user.tolist() == [3, 7]
    assert made.repeats.tolist() == [0, 1]
    assert made.recency.tolist() == [0, 1]  # weeks
    assert made.age.tolist() == pytest.approx([9 / 7, 13 / 7])  # to the 14th, the last day before
    assert made.spend.tolist() == [6, 21]
    assert made.repeat_spend.tolist() == [0, 32]


def test_moments_worked_by_hand():
    made = summarise(purchases(*ROWS), at(15), unit_days=1, daily=False)
    assert made.repeats.tolist() == [0, 2]
    assert made.recency.tolist() == pytest.approx([0, 7 + 14 / 24])
    assert made.age.tolist() == pytest.approx([10, 13 + 15 / 24])
    assert made.spend.tolist() == [6, 14]
    assert made.repeat_spend.tolist() == [0, 16]


def test_times_by_another_clock():
    """A clock of half the speed, with and without days."""
    for daily in (True, False):
        plain = summarise(purchases(*ROWS), at(15), daily=daily)
        slow = summarise(purchases(*ROWS), at(15), daily=daily, clock=lambda days: days / 2)
        assert slow.recency == pytest.approx(plain.recency / 2)
        assert slow.age == pytest.approx(plain.age / 2)
        assert (slow.spend == plain.spend).all()


def test_order_and_later_rows_change_nothing():
    dice = np.random.default_rng(1)
    ts = at(1) + dice.integers(0, 20 * DAY, 500)
    rows = purchases(
        *zip(dice.integers(0, 50, 500).tolist(), ts.tolist(), dice.gamma(2, 10, 500).tolist(), strict=True)
    )
    for daily in (True, False):
        whole = summarise(rows, at(12), daily=daily)
        known = summarise(
            rows.filter(pl.col("ts") < at(12)).sample(fraction=1, shuffle=True, seed=3), at(12), daily=daily
        )
        for name, values in vars(whole).items():
            assert (values == vars(known)[name]).all()


def test_nothing_before_and_no_number():
    with pytest.raises(AisleError, match="`origin` must lie after a purchase"):
        summarise(purchases(*ROWS), at(1))
    with pytest.raises(AisleError, match="`money` of purchases must be finite, got nan"):
        summarise(purchases((1, at(1), float("nan"))), at(2))
