import numpy as np
import polars as pl
import pytest

from learning.boosting import Boosting
from value.lifetime.config import LifetimeConfig
from value.lifetime.forward import lifetime_group_folds
from value.lifetime.rows import LifetimeRows
from value.lifetime.training_data import LifetimeData, raised, seasoned
from value.money.config import ValueConfig
from value.money.methods import Methods

NAN = float("nan")


def data(targets, names="tweedie,hurdle"):
    rows = len(next(iter(targets.values())))
    features = pl.DataFrame({"a": np.zeros(rows, np.float32), "b": np.arange(rows, dtype=np.float32)})
    model = ValueConfig(folds=2, methods=Methods(boosting=Boosting(rounds=8, min_rows=10_000, threads=1), beta=True))
    config = LifetimeConfig(names=names, model=model)
    return LifetimeData.of(LifetimeRows(features, targets, np.arange(rows) // 2, np.zeros(rows, np.int64)), config)


def test_each_horizon_learns_from_its_matured_rows():
    short = np.array([1.0, 3, 0, 0] * 30)
    long = np.array([4.0, NAN, NAN, 10] * 30)
    made = data({"d7": short, "d14": long})
    said = [made.fit("tweedie", horizon).predict(made.matrix) for horizon in ("d7", "d14")]
    assert [one.mean() for one in said] == pytest.approx([4 / 4, 14 / 2])  # leaves of 10,000 rows tell no row apart


def test_a_maximum_puts_crossing_answers_in_order():
    found = raised({"d7": {"m": np.array([3.0, 1.0, NAN])}, "d14": {"m": np.array([1.0, 2.0, 5.0])}})
    assert found["d14"]["m"].tolist() == [3, 2, 5]
    found = raised({"d7": {"m": np.array([3.0])}, "d14": {"m": np.array([NAN])}})
    assert np.isnan(found["d14"]["m"][0])  # of which nothing was said


def test_what_one_horizon_alone_says_stays():
    found = raised({"d7": {"m": np.array([2.0]), "m__p": np.array([0.5])}, "d14": {"m": np.array([1.0])}})
    assert {name: list(some) for name, some in found.items()} == {"d7": ["m", "m__p"], "d14": ["m"]}


def test_outputs_beside_the_mean_are_kept_in_order_too():
    random = np.random.default_rng(1)
    steps = np.where(random.random((400, 2)) < 0.3, random.lognormal(size=(400, 2)), 0.0)
    first, second = np.cumsum(steps, axis=1).T
    made = data({"d7": first, "d14": second})
    answers = made.answers(["hurdle"], lifetime_group_folds(made.rows, 2)).columns
    assert set(answers["d7"]) == {"hurdle", "hurdle__direct", "hurdle__log", "hurdle__p"}
    assert all((answers["d7"][name] <= answers["d14"][name]).all() for name in answers["d7"])


def test_a_season_moves_money_and_no_chance():
    found = seasoned({"m": np.array([1.0]), "m__log": np.array([2.0]), "m__p": np.array([0.5])}, np.array([3.0]))
    assert {name: said.tolist() for name, said in found.items()} == {"m": [3.0], "m__log": [6.0], "m__p": [0.5]}
