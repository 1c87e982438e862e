import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.metrics import roc_auc_score

from learning.classifiers import (
    BOOSTED,
    MODELS,
    Tabular,
    boosting_gains,
    class_probabilities,
    folds_of,
    model,
    out_of_fold,
    permutation_gains,
)
from learning.columns import as_pandas, columns_of, tidy

ROWS = 300
HOW = Tabular(folds=3, trees=12, threads=1)


def made(seed=1):
    """What happens hangs on `price`, `brand` and a word of `title`, and on nothing else."""
    dice = np.random.default_rng(seed)
    brand, price, cheap = dice.integers(0, 25, ROWS), dice.exponential(20, ROWS), dice.random(ROWS) < 0.5
    happens = (price > 15).astype(int) + (brand < 8) + cheap >= 2
    table = pl.DataFrame(
        {
            "price": np.where(dice.random(ROWS) < 0.1, np.nan, price),
            "colour": dice.choice(["red", "blue"], ROWS),
            "brand": [f"brand{b}" for b in brand],
            "title": [f"a {'cheap' if c else 'fine'} thing number {n}" for n, c in enumerate(cheap)],
            "day": [f"2024-03-{n % 28 + 1:02d}" for n in range(ROWS)],
        }
    )
    return tidy(table), happens.astype(np.int64)


TABLE, TRUTH = made()
COLUMNS = columns_of(TABLE, TABLE.columns)
MATRIX = as_pandas(TABLE, COLUMNS)
FOLDS = folds_of(TRUTH, None, 3)


def test_the_kinds_of_the_made_table():
    assert COLUMNS.kinds == {"price": "number", "colour": "few", "brand": "many", "title": "text", "day": "time"}


@pytest.mark.parametrize("name", MODELS)
def test_each_model_learns_the_table_the_same_way_twice(name):
    first, fitted = out_of_fold(name, COLUMNS, HOW, MATRIX, TRUTH, FOLDS)
    again, _ = out_of_fold(name, COLUMNS, HOW, MATRIX, TRUTH, FOLDS)
    assert (first == again).all()
    assert first.sum(axis=1) == pytest.approx(np.ones(ROWS))
    assert roc_auc_score(TRUTH, first[:, 1]) > 0.75
    inside, outside = FOLDS[0]
    by_hand = model(name, COLUMNS, HOW).fit(MATRIX.iloc[inside], TRUTH[inside]).predict_proba(MATRIX.iloc[outside])
    assert (by_hand == first[outside]).all()
    assert len(fitted) == 3


def test_unknown_levels_words_and_missing_values_are_no_fault():
    table = pl.DataFrame(
        {"price": [None, 1e300], "colour": ["green", None], "brand": [None, "new"], "title": ["", "x"]}
    )
    table = table.with_columns(day=pl.lit(None, pl.Datetime("ms")))
    for name in MODELS:
        fitted = model(name, COLUMNS, HOW).fit(MATRIX, TRUTH)
        found = class_probabilities(fitted, as_pandas(table, COLUMNS), 2)
        assert found.sum(axis=1) == pytest.approx([1, 1])
        assert class_probabilities(fitted, MATRIX.iloc[:0], 2).shape == (0, 2)


def test_what_matters_is_found():
    _, fitted = out_of_fold(BOOSTED, COLUMNS, HOW, MATRIX, TRUTH, FOLDS)
    rises = permutation_gains(fitted, MATRIX, TRUTH, FOLDS, seed=1)
    gains = boosting_gains(fitted[0], COLUMNS)
    assert list(rises) == list(gains) == list(MATRIX.columns)
    for found in (rises, gains):
        assert min(found["price"], found["brand"], found["title"]) > max(found["colour"], found["day weekday"])
    assert sum(gains.values()) == pytest.approx(1)


def test_three_classes():
    truth = TRUTH + (MATRIX["colour"] == "red").to_numpy()
    for name in MODELS:
        found, fitted = out_of_fold(name, COLUMNS, HOW, MATRIX, truth, folds_of(truth, None, 3))
        assert found.shape == (ROWS, 3)
        assert (found.argmax(axis=1) == truth).mean() > 0.5
    gains = boosting_gains(fitted[0], COLUMNS)
    assert gains["colour"] > gains["day weekday"]


def test_no_group_is_on_both_sides():
    groups = np.arange(ROWS) // 5
    for inside, outside in folds_of(TRUTH, groups, 4):
        assert not set(groups[inside]) & set(groups[outside])


def test_folds_worked_by_hand():
    truth = np.array([0, 0, 0, 0, 1, 1])
    folds = folds_of(truth, None, 5)
    assert [sorted(truth[outside]) for _, outside in folds] == [[0, 0, 1], [0, 0, 1]]  # as many as the rare class


@pytest.mark.parametrize(("truth", "groups"), [([0, 0, 1], None), ([0, 0, 1, 1], [3, 3, 3, 3])])
def test_too_little_for_folds(truth, groups):
    with pytest.raises(ValueError, match="folds need 2 rows of each class and 2 groups"):
        folds_of(np.array(truth), groups and np.array(groups), 5)


def test_a_class_that_all_others_lack():
    """Both ones belong to one user: the fold that holds it out has seen zeros alone."""
    table, truth = pd.DataFrame({"price": np.arange(12.0)}), np.array([1, 1] + [0] * 10)
    columns = columns_of(pl.from_pandas(table), ["price"])
    folds = folds_of(truth, np.array([0, 0, *range(1, 11)]), 2)
    found, fitted = out_of_fold("random_forest", columns, HOW, table, truth, folds)
    assert [one is None for one in fitted].count(True) == 1
    assert found[0].tolist() == [1.0, 0.0]
    assert permutation_gains([None, None], table, truth, folds, 1) == {"price": 0.0}


@pytest.mark.parametrize("wrong", [{"folds": 1}, {"leaves": 1}, {"trees": 0}, {"threads": 0}, {"learning_rate": 0.0}])
def test_settings_are_checked(wrong):
    with pytest.raises(ValueError, match=f"`{next(iter(wrong))}` must be"):
        Tabular(**wrong)
