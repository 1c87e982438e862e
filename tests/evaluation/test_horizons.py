"""Growth between horizons, worked by hand."""

import numpy as np

from evaluation.horizons import horizon_growth


def test_growth_of_promises_beside_what_came():
    promised = {"d7": [1.0, 3.0, 5.0], "d30": [2.0, 2.0, 50.0], "d90": [4.0, 4.0, 100.0]}
    truth = {"d7": [0.0, 4.0, np.nan], "d30": [2.0, 8.0, 1.0], "d90": None}
    first, second = horizon_growth(promised, truth)
    assert first == {
        "shorter": "d7",
        "longer": "d30",
        "rows": 3,
        "falls": 1,
        "judged": 2,
        "promised_growth": 1.0,
        "true_growth": 2.5,
    }
    assert (second["judged"], second["promised_growth"], second["true_growth"]) == (0, 2.0, None)


def test_one_horizon_has_no_growth():
    assert horizon_growth({"d7": [1.0]}, {"d7": [1.0]}) == []
