import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.local.settings import Local, TargetMeans
from features.local.target_means import smoothed_means, target_means
from tests.features.local.rows_of import rows_of


def test_by_hand():
    """Three of four rows are known; the mean of buying is 2/3; two rows of prior."""
    rows = rows_of({"land": ["a", "a", "b", "b"]}, targets={"d7": [3.0, 0.0, 8.0, np.nan]})
    local = Local(target_means=TargetMeans(of=("land",), statistics=("buys", "log", "money"), prior_rows=2))
    learnt = target_means.learn(rows, local)
    asked = rows_of({"land": ["a", "b", "z"]}, levels=rows.levels)
    told = learnt.describe(asked)
    assert told["land__buys_d7"] == pytest.approx([(1 + 4 / 3) / 4, (1 + 4 / 3) / 3, 2 / 3])
    assert told["land__money_d7"] == pytest.approx([(3 + 22 / 3) / 4, (8 + 22 / 3) / 3, 11 / 3])
    mean = (np.log(4) + np.log(9)) / 3
    assert told["land__log_d7"] == pytest.approx([(np.log(4) + 2 * mean) / 4, (np.log(9) + 2 * mean) / 3, mean])
    again = target_means.read(learnt.table, rows.levels, local).describe(asked)
    assert all(again[name].tolist() == values.tolist() for name, values in told.items())


def test_missing_ones_are_a_level_of_their_own():
    rows = rows_of({"land": ["a", None, None]}, targets={"d7": [0.0, 1.0, 1.0]})
    local = Local(target_means=TargetMeans(of=("land",), statistics=("money",), prior_rows=0))
    told = target_means.learn(rows, local).describe(rows)["land__money_d7"]
    assert told.tolist() == [0.0, 1.0, 1.0]


def test_without_any_known_target_nothing_is_known():
    rows = rows_of({"land": ["a"]}, targets={"d7": [np.nan]})
    assert np.isnan(
        target_means.learn(rows, Local(target_means=TargetMeans(of=("land",)))).describe(rows)["land__buys_d7"]
    ).all()


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(0, 1e6)), min_size=1, max_size=40), st.randoms())
def test_the_order_of_taught_rows_changes_no_bit(rows, random):
    shuffled = rows.copy()
    random.shuffle(shuffled)
    one, other = (
        smoothed_means(np.array([c for c, _ in some]), np.array([y for _, y in some]), 4, 3.0)
        for some in (rows, shuffled)
    )
    assert one.tolist() == other.tolist()
    mean = sum(y for _, y in rows) / len(rows)
    for code in range(4):
        own = [y for c, y in rows if c == code]
        assert one[code] == pytest.approx((sum(own) + 3 * mean) / (len(own) + 3), rel=1e-9, abs=1e-6)


def test_unknown_statistics_are_refused():
    with pytest.raises(ValueError, match="`statistics` must be of buys, log, money, got median"):
        TargetMeans(statistics=("median",))
