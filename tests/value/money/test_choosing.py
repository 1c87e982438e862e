from dataclasses import replace

import numpy as np
import pytest

from value.money.choosing import choose, methods_of, metric_of, worse
from value.money.config import ValueConfig
from value.money.folds import group_folds
from value.money.output import Output

DICE = np.random.default_rng(1)
TRUTH = np.exp(DICE.normal(4, 1, 600))
COLUMNS = {
    "good": TRUTH * np.exp(DICE.normal(0, 0.1, 600)),
    "bad": TRUTH * np.exp(DICE.normal(0, 0.9, 600)),
    "log1p__log": TRUTH * np.exp(DICE.normal(0, 0.5, 600)),
}
FOLDS = group_folds(np.arange(600), 3)


def test_the_best_is_first_in_its_table():
    chosen = choose(COLUMNS, TRUTH, FOLDS, [], ValueConfig(alone=True))
    for one in chosen.values():
        assert one.output.name == "good"
        assert next(iter(one.table)) == "good"
        assert list(one.table)[-1] == "bad"


def test_no_output_asks_more_methods_than_allowed():
    chosen = choose(COLUMNS, TRUTH, FOLDS, [], ValueConfig(most_methods=1, most_in_all=1))
    assert all(methods_of(one.output) == ["good"] for one in chosen.values())


def test_a_method_is_asked_once_for_all_its_columns():
    assert methods_of(Output("x", {"hurdle": 0.5, "hurdle__log": 0.5, "l2": 1.0})) == ["hurdle", "l2"]


@pytest.mark.parametrize(
    ("optimize", "metrics"),
    [("rmse", ("rmse", "rmsle", "mae")), ("gini", ("ngini", "rmsle", "mae")), ("mae", ("rmse", "rmsle", "mae")),
     ("r2", ("r2", "rmsle", "mae")), ("auc", ("auc", "rmsle", "mae"))],
)  # fmt: skip
def test_each_output_has_its_measure(optimize, metrics):
    how = replace(ValueConfig(), optimize=optimize)
    assert tuple(metric_of(aim, how) for aim in ("expected_value", "rmsle_value", "mae_value")) == metrics


def test_worse():
    assert worse("rmse", 2.0) > worse("rmse", 1.0)
    assert worse("ngini", 0.2) > worse("ngini", 0.3)
    assert worse("ratio", 0.5) == pytest.approx(worse("ratio", 2.0))
    assert worse("auc", None) == float("inf")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"optimize": "mape"}, "`optimize` must be one of rmse"),
        ({"coverage": 1.0}, "`coverage` must lie below 1"),
        ({"most_in_all": 2}, "`most_in_all` must be at least 4"),
        ({"folds": 1}, "`folds` must be at least 2"),
        ({"forward": -1}, "`forward` must be at least 0"),
    ],
)
def test_what_makes_no_sense_is_refused(settings, says):
    with pytest.raises(ValueError, match=says):
        ValueConfig(**settings)
