"""Errors on a logarithmic scale, worked by hand."""

import math

import pytest

from evaluation.log_errors import FURTHEST, log_errors

E = math.e


def test_bins_and_quantiles():
    found = log_errors([E - 1, E - 1, 0.0], [E - 1, E**2 - 1, E - 1])  # residuals 0, 1 and, of nothing, 1
    assert [(b["low"], b["high"], b["rows"], b["kind"]) for b in found["bins"]] == [
        (0.0, 0.5, 1, "brought something"),
        (1.0, 1.5, 1, "brought something"),
        (1.0, 1.5, 1, "brought nothing"),
    ]
    assert found["q0.5"] == pytest.approx(0.5)
    assert found["within_2"] == 0.5


def test_twice_and_half_are_within():
    assert log_errors([9.0, 9.0, 9.0], [19.0, 4.0, 20.0])["within_2"] == pytest.approx(2 / 3)


def test_what_lies_beyond_stands_in_the_last_bins():
    found = log_errors([1e9, 1.0], [0.0, 1e9])
    assert [(b["low"], b["high"]) for b in found["bins"]] == [(-FURTHEST, -5.5), (5.5, FURTHEST)]


def test_nothing_brought():
    found = log_errors([0.0], [-1.0])
    assert (found["within_2"], found["q0.5"]) == (None, None)
    assert found["bins"][0]["low"] == 0.0
