"""What a model of values looks at."""

from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from tabular.moved import moved


class Doubling:
    """Says twice `a` and the value so far; knows `b`, and makes nothing of it."""

    frame = SimpleNamespace(like=pl.DataFrame(schema={"b": pl.Float64, "a": pl.Float64}))

    def predict(self, features, so_far):
        return pl.DataFrame({"expected_value": 2 * features["a"].to_numpy() + (0 if so_far is None else so_far)})


@pytest.mark.parametrize("so_far", [None, np.arange(50.0)])
def test_what_counts_moves_and_the_rest_does_not(so_far):
    rows = pl.DataFrame({"a": np.arange(50.0), "b": np.arange(50.0), "left": ["x"] * 50})
    found = moved(Doubling(), rows, so_far)
    assert found["column"].to_list() == ["a", "b"]
    assert found["moved"][0] == pytest.approx(2 * 50 / 3, rel=0.25)  # the mean distance of two of 0 to 49 is 50 / 3
    assert found["moved"][1] == 0.0
    assert found["share"].to_list() == [1.0, 0.0]
    assert found.equals(moved(Doubling(), rows, so_far))


def test_nothing_moves_what_is_constant():
    found = moved(Doubling(), pl.DataFrame({"a": [1.0] * 9, "b": [2.0] * 9}), None)
    assert found["share"].to_list() == [0.0, 0.0]
