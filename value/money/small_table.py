"""A small table's pipeline: few columns and their products, chosen by mutual information, under three unlike models."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, TransformerMixin, clone
from sklearn.ensemble import VotingRegressor
from sklearn.feature_selection import SelectKBest, mutual_info_regression
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, PolynomialFeatures, StandardScaler
from sklearn.utils.validation import check_is_fitted

from value.money.logged import Logged
from value.money.trees import Trees

Floats = npt.NDArray[np.float64]
RIDGE = (0.1, 1.0, 10.0, 100.0, 1000.0)


class MostTelling(TransformerMixin, BaseEstimator):
    """The columns of most mutual information with the target (Kraskov, Stoegbauer, Grassberger 2004).

    Parameters
    ----------
    most
        How many are kept.
    rows
        Rows that the information is measured on, drawn at random: nearest neighbours of all rows would take minutes.
    seed
        Of the drawing, and of the noise that the measure adds to ties.
    """

    def __init__(self, most: int = 20, rows: int = 2_000, seed: int = 42) -> None:
        self.most = most
        self.rows = rows
        self.seed = seed

    def fit(self, X: Any, y: npt.ArrayLike) -> "MostTelling":
        """Measure the columns."""
        columns, target = np.asarray(X, np.float64), np.asarray(y, np.float64)
        drawn = np.random.default_rng(self.seed).permutation(len(target))[: self.rows]

        def information(some: Floats, of: Floats) -> Floats:
            neighbours = min(3, len(of) - 1)
            return np.asarray(mutual_info_regression(some, of, n_neighbors=neighbours, random_state=self.seed))

        self.select_ = SelectKBest(information, k=min(self.most, columns.shape[1])).fit(columns[drawn], target[drawn])
        self.n_features_in_ = columns.shape[1]
        self.kept_ = self.select_.get_support(indices=True)
        del self.select_  # whose scoring function cannot be kept in a file
        return self

    def transform(self, X: Any) -> Floats:
        """The kept columns."""
        check_is_fitted(self, "kept_")
        return np.asarray(X, np.float64)[:, self.kept_]


def small_table_pipeline(
    encode: Any = None, *, most: int = 40, neighbours: int = 25, trees: int = 100, threads: int = 2, seed: int = 42
) -> Logged:
    """The whole pipeline on log(1 + value): encode, multiply pairs, choose, and average three models.

    Parameters
    ----------
    encode
        From the table's columns to scaled numbers without gaps, such as `learning.classifiers.encoder(...,
        linear=True)`; by default medians and missing-indicators for a matrix of numbers, taken by their logarithm and
        scaled.
    most
        Columns and products of two columns that the models see; half as many columns are multiplied.
    neighbours
        Of the nearest-neighbour model.
    trees
        Of the boosted one.
    threads
        Of the boosted one.
    seed
        Of all random choices.
    """
    models = [
        ("neighbours", KNeighborsRegressor(neighbours, weights="distance", algorithm="brute")),
        ("boosting", Trees(rounds=trees, leaves=8, min_rows=20, threads=threads, seed=seed)),
        ("ridge", RidgeCV(RIDGE)),
    ]
    return Logged(
        Pipeline(
            [
                ("encode", clone(encode) if encode is not None else _numbers()),
                ("first", MostTelling(most // 2, seed=seed)),
                ("pairs", PolynomialFeatures(2, include_bias=False)),
                ("again", StandardScaler()),
                ("choose", MostTelling(most, seed=seed)),
                ("models", VotingRegressor(models)),
            ]
        )
    )


def _numbers() -> Pipeline:
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    return make_pipeline(impute, FunctionTransformer(_signed_log), StandardScaler())


def _signed_log(numbers: Floats) -> Floats:
    return np.asarray(np.sign(numbers) * np.log1p(np.abs(numbers)))
