"""Predicted against true, row by row."""

import numpy as np

from evaluation.residuals import residual_bands, rows_along


def test_rows_stand_evenly_along_the_predictions():
    truth, said = np.arange(9.0), np.arange(9.0) * 2
    assert rows_along(truth, said, most=3) == [
        {"predicted": 0.0, "true": 0.0},
        {"predicted": 8.0, "true": 4.0},
        {"predicted": 16.0, "true": 8.0},
    ]
    assert len(rows_along(truth[:2], said[:2], most=3)) == 2


def test_residuals_by_tenths():
    truth, said = np.zeros(20), np.repeat(np.arange(10.0), 2) + np.tile([0.0, 0.5], 10)
    found = residual_bands(truth, said)
    assert len(found) == 10
    assert found[0] == {"rows": 2, "predicted": 0.25, "residual": 0.25, "q0.05": 0.025, "q0.5": 0.25, "q0.95": 0.475}
    assert [row["rows"] for row in residual_bands([1.0, 2.0], [1.0, 1.0])] == [1, 1]
    assert [row["residual"] for row in residual_bands([1.0, 2.0], [1.0, 1.0])] == [0.0, -1.0]
