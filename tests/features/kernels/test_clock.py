import math

import pytest

from features.kernels.clock import circles


def test_points_on_a_circle():
    day, week = circles()
    assert day[:, 6 * 60].tolist() == pytest.approx([1, 0])
    assert week[:, 0].tolist() == [0, 1]
    assert [day.shape, week.shape] == [(2, 1440), (2, 7)]
    assert week[0, 2] == pytest.approx(math.sin(4 * math.pi / 7))
