import numpy as np
import pytest

from evaluation.bootstrap import Resampled
from evaluation.resampled_sums import resampled


def share(sums):
    """One over the other of two sums."""
    with np.errstate(invalid="ignore"):
        return sums[..., :1] / sums[..., 1:]


def test_the_value_is_of_the_units_themselves():
    found = resampled(np.array([[1, 2], [0, 1], [1, 1]]), share, 10, 1)
    assert found.value.tolist() == [0.5]
    assert found.draws.shape == (10, 1)


def test_units_that_are_alike_leave_nothing_open():
    found = resampled(np.array([[1, 2]] * 5), share, 30, 1)
    assert found.interval().tolist() == [[0.5], [0.5]]
    assert found.error.tolist() == [0.0]


def test_the_error_is_that_of_a_share():
    # of 400 units half are hits: the standard error of a share is sqrt(.5 * .5 / 400) = 0.025
    units = np.array([[1, 1], [0, 1]] * 200)
    found = resampled(units, share, 4000, 7)
    assert found.error[0] == pytest.approx(0.025, rel=0.05)
    low, high = found.interval()[:, 0]
    assert (low, high) == (pytest.approx(0.5 - 1.96 * 0.025, abs=0.004), pytest.approx(0.5 + 1.96 * 0.025, abs=0.004))


def test_drawing_distinct_rows_is_drawing_units():
    # the sums' means and variances are those of drawing 3 of 3 units with replacement: 3 E, 3 V
    units = np.array([[0, 1], [0, 1], [3, 1]])
    sums = resampled(units, lambda drawn: drawn, 20_000, 3).draws
    assert set(sums[:, 1]) == {3.0}
    assert sums[:, 0].mean() == pytest.approx(3, abs=0.05)
    assert sums[:, 0].var() == pytest.approx(3 * 2, rel=0.05)


def test_a_seed_gives_the_same_draws_whatever_the_order_of_units():
    units = np.arange(12).reshape(6, 2) + 1
    first, again = resampled(units, share, 60, 4), resampled(units[::-1], share, 60, 4)
    assert first.draws.tolist() == again.draws.tolist()
    assert first.draws.tolist() != resampled(units, share, 60, 5).draws.tolist()


def test_what_a_draw_leaves_undefined_is_left_out():
    found = Resampled(np.array([0.5]), np.array([[0.25], [np.nan], [0.75]]))
    assert found.error[0] == pytest.approx(np.std([0.25, 0.75], ddof=1))
    assert found.interval(0.5).T.tolist() == [[0.375, 0.625]]
    nothing = Resampled(np.array([np.nan]), np.array([[np.nan], [np.nan]]))
    assert np.isnan(nothing.error).all()
    assert np.isnan(nothing.interval()).all()


def test_no_units_give_no_figure():
    found = resampled(np.zeros((0, 2), np.int64), share, 5, 1)
    assert np.isnan(found.value).all()
    assert np.isnan(found.draws).all()


def test_sums_that_float64_cannot_hold_are_refused():
    with pytest.raises(ValueError, match=r"`units` must add up to less than 2\*\*53, got 2 rows up to"):
        resampled(np.array([[2**52], [1]]), lambda sums: sums, 2, 1)
