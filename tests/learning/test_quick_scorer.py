"""Bit for bit what LightGBM says, for every tree that is taken; the others are left to it."""

import lightgbm as lgb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.quick_scorer import ROWS_AT_ONCE, Forest, forest_of

QUIET = {"verbosity": -1, "num_threads": 1, "min_data_in_leaf": 1, "seed": 1}
NAN = np.float32(np.nan)


def by_hand(missing_right):
    """x0 <= 1: 10; else x1 <= 5: 20, else 30. And a tree of one leaf: 1."""
    return Forest(
        features=np.array([0, 1], np.int32),
        thresholds=np.array([1, 5], np.float32),
        missing_right=np.array([missing_right, False]),
        masks=np.array([0b110, 0b101], np.uint32),
        node_starts=np.array([0, 2, 2]),
        leaves=np.array([10.0, 20.0, 30.0, 1.0]),
        leaf_starts=np.array([0, 3]),
    )


@pytest.mark.parametrize(("missing_right", "missing"), [(False, 11.0), (True, 31.0)])
def test_two_trees_by_hand(missing_right, missing):
    columns = np.array([[1, 1.5, 2, np.nan], [9, 5, 6, 7]], np.float32)
    assert by_hand(missing_right)(columns, 1).tolist() == [11.0, 21.0, 31.0, missing]


def grown(rows, *, rounds=4, labels=None, seed=0, categories="auto", **parameters):
    """A model of rows, and what it says of them."""
    noise = np.random.default_rng(seed).normal(size=len(rows))
    labels = np.nansum(rows, axis=1) + noise if labels is None else labels
    settings_ = {"objective": "regression"} | QUIET | parameters
    data = lgb.Dataset(rows, labels, categorical_feature=categories)
    return lgb.train(settings_, data, num_boost_round=rounds)


def rows_of(count, seed, missing=0.0, steps=None):
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(count, 5)).astype(np.float32)
    if steps:  # values that lie on the thresholds
        rows = np.round(rows * steps) / np.float32(steps)
    rows[rng.random(rows.shape) < missing] = NAN
    return rows


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 1000),
    leaves=st.sampled_from([2, 3, 31, 32, 33, 64]),
    missing=st.sampled_from([0.0, 0.3]),
    asked_missing=st.sampled_from([0.0, 0.3]),
    steps=st.sampled_from([None, 2]),
)
def test_bit_for_bit_as_lightgbm(seed, leaves, missing, asked_missing, steps):
    booster = grown(rows_of(300, seed, missing, steps), num_leaves=leaves, seed=seed)
    asked = rows_of(70, seed + 1, asked_missing, steps)
    forest = forest_of(booster)
    assert forest.masks.dtype == (np.uint32 if leaves <= 32 else np.uint64)
    assert (forest(asked.T, 1) == booster.predict(asked, raw_score=True)).all()


def test_a_value_on_a_threshold_between_floats():
    rows = np.repeat(np.array([[0.1], [0.3]], np.float32), 20, axis=0)
    booster = grown(rows, labels=np.repeat([0.0, 1.0], 20), num_leaves=2)
    near = np.nextafter(np.float32(0.2), np.float32([[0], [1]]))
    asked = np.vstack([near, [[0.2]], rows[:1], rows[-1:], [[np.inf]], [[-np.inf]], [[-0.0]]]).astype(np.float32)
    assert (forest_of(booster)(asked.T, 1) == booster.predict(asked, raw_score=True)).all()


@pytest.mark.parametrize("count", [0, 1, ROWS_AT_ONCE - 1, ROWS_AT_ONCE, ROWS_AT_ONCE + 1, 1000])
def test_threads_and_blocks_change_nothing(count):
    booster = grown(rows_of(300, 1), num_leaves=20)
    asked = rows_of(count, 2, 0.1)
    forest = forest_of(booster)
    one = forest(asked.T, 1)
    assert one.shape == (count,)
    if count:
        assert (one == booster.predict(asked, raw_score=True)).all()
    for threads in (2, 3):
        assert (forest(asked.T, threads) == one).all()


def test_trees_of_one_leaf():
    booster = grown(rows_of(50, 1), labels=np.full(50, 3.0), num_leaves=4)
    asked = rows_of(5, 2)
    assert (forest_of(booster)(asked.T, 1) == booster.predict(asked, raw_score=True)).all()


@pytest.mark.parametrize(
    "parameters",
    [
        {"num_leaves": 65},
        {"categories": [0]},
        {"zero_as_missing": True},
        {"linear_tree": True},
        {"objective": "multiclass", "num_class": 3},
        {"boosting": "rf", "bagging_fraction": 0.5, "bagging_freq": 1},
    ],
    ids=lambda parameters: next(iter(parameters)),
)
def test_other_kinds_are_left_to_lightgbm(parameters):
    rows = rows_of(2000, 1)
    rows[:, 0] = np.abs(np.round(rows[:, 0] * 3))
    labels = (rows[:, 0] % 3).astype(float) + (0 if "num_class" in parameters else rows[:, 1])
    assert forest_of(grown(rows, labels=labels, **parameters)) is None


def test_a_model_without_trees_is_left_to_lightgbm():
    rows = rows_of(50, 1)
    assert forest_of(lgb.Booster({"objective": "regression"} | QUIET, lgb.Dataset(rows, rows[:, 0].copy()))) is None
