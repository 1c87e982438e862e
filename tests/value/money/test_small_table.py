import numpy as np
import pytest
from sklearn.model_selection import cross_val_score

from value.money.small_table import MostTelling, small_table_pipeline

DICE = np.random.default_rng(6)
X = DICE.normal(size=(300, 5))
Y = np.exp(1 + X[:, 0] * X[:, 1])


def test_the_telling_columns_are_kept():
    kept = MostTelling(1).fit(X, X[:, 3] ** 2).kept_
    assert kept.tolist() == [3]
    assert MostTelling(9).fit(X, Y).transform(X).shape == (300, 5)


def test_a_product_of_two_columns_is_learnt_around_gaps():
    gaps = X.copy()
    gaps[::7, 4] = np.nan
    made = small_table_pipeline(trees=30, neighbours=5).fit(gaps, Y)
    assert np.corrcoef(np.log(made.predict(gaps)), np.log(Y))[0, 1] > 0.9


def test_it_fits_in_scikit_learn():
    scores = cross_val_score(
        small_table_pipeline(trees=20, neighbours=5), X, Y, cv=3, scoring="neg_mean_absolute_error"
    )
    assert (scores > -np.abs(Y - Y.mean()).mean()).all()


def test_the_same_rows_give_the_same_answers():
    one, other = (small_table_pipeline(trees=10, neighbours=5).fit(X, Y).predict(X) for _ in range(2))
    assert one == pytest.approx(other, abs=0)
