"""A flat table of mixed columns into three classifiers, as scikit-learn pipelines, and their out-of-fold answers."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import KFold, StratifiedGroupKFold, StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler, TargetEncoder

from data.checks import check_at_least, check_at_most
from learning.columns import Columns

Floats = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
Fold = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
MODELS = ("logistic_regression", "random_forest", "lightgbm")
BOOSTED = "lightgbm"
TEXT_WORDS = 300


@dataclass(frozen=True)
class Tabular:
    """How a table's classifiers are grown.

    Parameters
    ----------
    folds
        Of the out-of-fold answers.
    trees
        Of the forest, and of LightGBM.
    leaves
        Of a LightGBM tree.
    learning_rate
        What a LightGBM tree adds.
    threads
        Fixed, because the order of float sums depends on it.
    seed
        Of all random choices.
    """

    folds: int = 5
    trees: int = 200
    leaves: int = 15
    learning_rate: float = 0.05
    threads: int = 2
    seed: int = 42

    def __post_init__(self) -> None:
        check_at_least(self, 2, "folds", "leaves")
        check_at_least(self, 1, "trees", "threads")
        check_at_most(self, 131_072, "leaves")
        check_at_most(self, 1_024, "threads", "folds")
        check_at_most(self, 10, "learning_rate")
        if self.learning_rate <= 0:
            raise ValueError(f"`learning_rate` must be above 0, got {self.learning_rate}.")


def encoder(columns: Columns, settings: Tabular, *, linear: bool) -> ColumnTransformer:
    """Columns into numbers, learnt from the rows that it is fitted on alone.

    Few levels become a column each, many the mean of the target (cross-fitted, so that a row does not see its own),
    texts TF-IDF of their most frequent words. For a linear model missing numbers become the median beside a column that
    says so, and numbers are taken by their logarithm (counts, durations and money have long tails) and scaled; trees
    take them as they are.
    """
    numbers = [n for name in columns.used for n in _parts(name, columns)]
    folds = KFold(5, shuffle=True, random_state=settings.seed)  # within the fitted rows
    levels = TargetEncoder(cv=folds, target_type="auto")
    impute = SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)
    steps: list[tuple[str, Any, Any]] = [
        ("number", make_pipeline(impute, *_linear()) if linear else FunctionTransformer(), numbers),
        ("few", OneHotEncoder(handle_unknown="ignore", sparse_output=False), columns.of("few")),
        ("many", make_pipeline(levels, StandardScaler()) if linear else levels, columns.of("many")),
    ]
    for name in columns.of("text"):  # one after another, as each has its own words
        words = TfidfVectorizer(token_pattern=r"(?u)[^\s.,;:!?\"()]+", max_features=TEXT_WORDS, sublinear_tf=True)
        steps.append((f"text {name}", words, name))
    return ColumnTransformer([s for s in steps if s[2]], sparse_threshold=0.0, verbose_feature_names_out=False)


def model(name: str, columns: Columns, settings: Tabular) -> Pipeline:
    """One of `MODELS` with its encoder, not yet fitted."""
    seeds = {"random_state": settings.seed, "n_jobs": settings.threads}
    made = {
        "logistic_regression": lambda: LogisticRegression(max_iter=2_000),
        "random_forest": lambda: RandomForestClassifier(settings.trees, min_samples_leaf=3, **seeds),
        BOOSTED: lambda: lgb.LGBMClassifier(
            n_estimators=settings.trees,
            num_leaves=settings.leaves,
            learning_rate=settings.learning_rate,
            min_child_samples=20,
            subsample=0.8,
            subsample_freq=1,
            colsample_bytree=0.8,
            reg_lambda=5.0,
            deterministic=True,
            force_col_wise=True,
            verbosity=-1,
            **seeds,
        ),
    }
    encode = encoder(columns, settings, linear=name == "logistic_regression")
    return Pipeline([("encode", encode), ("model", made[name]())])


def folds_of(truth: Labels, groups: npt.NDArray[Any] | None, folds: int) -> list[Fold]:
    """Stratified folds; rows of one group lie in one fold.

    Raises
    ------
    ValueError
        If the smallest class has fewer rows, or there are fewer groups, than two.
    """
    smallest = int(np.unique(truth, return_counts=True)[1].min())
    known = len(truth) if groups is None else len(np.unique(groups))
    number = min(folds, smallest, known)
    if number < 2:
        raise ValueError(f"folds need 2 rows of each class and 2 groups at least, got {smallest} and {known}.")
    split = StratifiedKFold(number) if groups is None else StratifiedGroupKFold(number)
    return [(inside, outside) for inside, outside in split.split(truth, truth, groups) if len(outside)]


def out_of_fold(
    name: str, columns: Columns, settings: Tabular, table: pd.DataFrame, truth: Labels, folds: list[Fold]
) -> tuple[Floats, list[Pipeline | None]]:
    """Each row's class probabilities by a model that was fitted without it, and those models.

    A fold whose other rows hold one class alone is answered with that class, by no model.
    """
    answers = np.zeros((len(truth), int(truth.max()) + 1))
    fitted: list[Pipeline | None] = []
    for inside, outside in folds:
        if len(np.unique(truth[inside])) < 2:
            answers[outside, truth[inside][0]] = 1.0
            fitted.append(None)
            continue
        fitted.append(model(name, columns, settings).fit(table.iloc[inside], truth[inside]))
        answers[outside] = class_probabilities(fitted[-1], table.iloc[outside], answers.shape[1])
    return answers, fitted


def class_probabilities(fitted: Pipeline, table: pd.DataFrame, classes: int) -> Floats:
    """A column a class; 0 for one that the model has never seen."""
    answers = np.zeros((len(table), classes))
    if len(table):
        answers[:, fitted.classes_] = fitted.predict_proba(table)
    return answers


def permutation_gains(
    fitted: list[Pipeline | None], table: pd.DataFrame, truth: Labels, folds: list[Fold], seed: int
) -> dict[str, float]:
    """How much log loss rises on held-out rows where a column is shuffled (Breiman 2001): mean over folds.

    Parameters
    ----------
    fitted
        A model a fold, as `out_of_fold` gives them.
    table, truth, folds
        The rows.
    seed
        Of the shuffling.
    """
    rises = [
        permutation_importance(one, rows, classes, scoring=_minus_log_loss, n_repeats=2, random_state=seed)
        for one, rows, classes in _held_out(fitted, table, truth, folds)
    ]
    means = np.mean([rise.importances_mean for rise in rises], axis=0) if rises else np.zeros(table.shape[1])
    return dict(zip(table.columns, means.tolist(), strict=True))


def boosting_gains(fitted: Pipeline, columns: Columns) -> dict[str, float]:
    """LightGBM's gain of a fitted pipeline, summed over what each of the table's columns was made into: shares of 1."""
    encode = fitted["encode"]
    gains = fitted["model"].booster_.feature_importance("gain")
    made = dict.fromkeys([n for name in columns.used for n in _made_from(name, columns)], 0.0)
    for step, names in (
        (s, list(n) if isinstance(n, list) else [n]) for s, _, n in encode.transformers_ if s != "remainder"
    ):
        values = gains[encode.output_indices_[step]]
        for name, value in zip(_sources(encode, step, names, len(values), len(fitted.classes_)), values, strict=True):
            made[name] += float(value)
    total = sum(made.values()) or 1.0
    return {name: value / total for name, value in made.items()}


def _sources(encode: ColumnTransformer, step: str, names: list[str], width: int, classes: int) -> list[str]:
    """The table's column that each encoded column of a step was made from."""
    if step == "few":
        levels = encode.named_transformers_["few"].categories_
        return [name for name, known in zip(names, levels, strict=True) for _ in known]
    if step.startswith("text "):
        return names * width
    return [name for name in names for _ in range(width // len(names))]  # many: a column a class where more than two


def _linear() -> tuple[FunctionTransformer, StandardScaler]:
    return FunctionTransformer(_signed_log), StandardScaler()


def _signed_log(numbers: Floats) -> Floats:
    return np.asarray(np.sign(numbers) * np.log1p(np.abs(numbers)))


def _parts(name: str, columns: Columns) -> list[str]:
    if columns.kinds[name] == "time":
        return [name, f"{name} hour", f"{name} weekday"]
    return [name] if columns.kinds[name] == "number" else []


def _made_from(name: str, columns: Columns) -> list[str]:
    return _parts(name, columns) or [name]


def _held_out(
    fitted: list[Pipeline | None], table: pd.DataFrame, truth: Labels, folds: list[Fold]
) -> Iterator[tuple[Pipeline, pd.DataFrame, Labels]]:
    for one, (_, outside) in zip(fitted, folds, strict=True):
        if one is not None:
            known = outside[np.isin(truth[outside], one.classes_)]
            if len(known):
                yield one, table.iloc[known], truth[known]


def _minus_log_loss(fitted: Pipeline, table: pd.DataFrame, truth: Labels) -> float:
    return -float(log_loss(truth, fitted.predict_proba(table), labels=fitted.classes_))
