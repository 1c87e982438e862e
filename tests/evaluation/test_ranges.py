"""Coverage of ranges, worked by hand."""

from evaluation.ranges import coverage


def test_within_below_and_above():
    found = coverage([1.0, 2.0, 3.0, 9.0], [1.0, 3.0, 0.0, 0.0], [2.0, 4.0, 2.0, float("nan")])
    assert found == {"within": 1 / 3, "below": 1 / 3, "above": 1 / 3, "width": 4 / 3}


def test_without_ranges_nothing_is_said():
    assert coverage([1.0], [float("nan")], [2.0])["within"] is None
