"""What rows brought by horizon, and which rows cannot be believed."""

import numpy as np
import polars as pl
import pytest

from data.labelled.config import Labelled
from data.labelled.labels import read_labels, targets_of

TABLE = Labelled(labels={"7": "d7", "14": "d14", "28": "d28"})
NAN, INF = float("nan"), float("inf")


@pytest.mark.parametrize(
    ("labels", "reason"),
    [
        ((0.0, 0.0, 0.0), None),
        ((1.0, 1.0, 2.5), None),
        ((1.0, 1.0 - 1e-12, 2.0), None),  # sums are rounded
        ((1.0, None, 2.0), None),
        ((1.0, None, None), None),  # the others have not matured
        ((None, None, None), "no label"),
        ((NAN, 1.0, 1.0), "`d7` is not finite"),
        ((1.0, INF, 1.0), "`d14` is not finite"),
        ((1.0, -2.0, 1.0), "`d14` is below 0"),
        ((1.0, 2.0, 1e16), "`d28` is above 1e+15"),
        ((2.0, 1.0, 3.0), "`d14` is below `d7`"),
        ((2.0, None, 1.0), "labels fall with the horizon"),
        ((NAN, -2.0, 1.0), "`d7` is not finite"),
    ],
)
def test_a_row(labels, reason):
    rows = pl.DataFrame([labels], schema=dict.fromkeys(("d7", "d14", "d28"), pl.Float64), orient="row")
    found = read_labels(rows, TABLE)
    assert found.reason.to_list() == [reason]
    if reason is None:
        assert found.frame.row(0) == labels


def test_labels_of_any_type():
    rows = pl.DataFrame({"d7": ["0", "1.5", "many", ""], "d14": [1, 2, 3, 4]})
    found = read_labels(rows, TABLE)
    assert found.reason.to_list() == [None, None, "`d7` is no number", None]
    assert found.frame["d7"].to_list() == [0.0, 1.5, None, None]
    assert found.frame["d28"].to_list() == [None] * 4
    assert found.frame.dtypes == [pl.Float64] * 3


def test_targets_by_horizon():
    frame = pl.DataFrame({"d28": [3.0, None], "d7": [1.0, 2.0], "d14": [1.0, 2.0]})
    targets = targets_of(frame, TABLE)
    assert list(targets) == ["d7", "d14", "d28"]
    np.testing.assert_array_equal(targets["d28"], [3.0, NAN])
