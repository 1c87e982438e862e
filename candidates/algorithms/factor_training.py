"""implicit's matrix factorisations: in a file of its own, loaded only when factors or sessions are solved for."""

from typing import Protocol

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix
from threadpoolctl import ThreadpoolController, threadpool_limits

from candidates.algorithms.products import Floats


class Settings(Protocol):
    """What training reads of the source's configuration."""

    @property
    def factors(self) -> int:
        """Numbers an item."""
        ...

    @property
    def passes(self) -> int:
        """Passes over the history."""
        ...

    @property
    def regularization(self) -> float:
        """What keeps factors small."""
        ...

    @property
    def learning_rate(self) -> float:
        """The length of a step of BPR."""
        ...

    @property
    def threads(self) -> int:
        """Threads."""
        ...

    @property
    def seed(self) -> int:
        """Of the factors' start, and of BPR's samples."""
        ...


def train_als(confidences: csr_matrix, how: Settings) -> Floats:
    """Item factors (items, factors) of alternating least squares on confidences (sessions, items)."""
    with threadpool_limits(1, "blas"):  # implicit warns that BLAS threads inside its own are slow
        model = _als(how)
        model.fit(confidences, show_progress=False)
    factors: Floats = model.item_factors
    return factors


def train_bpr(visits: csr_matrix, how: Settings) -> Floats:
    """Item factors and, in the last column, biases (items, factors + 1) of Bayesian personalised ranking."""
    with threadpool_limits(1, "blas"):
        model = BayesianPersonalizedRanking(
            factors=how.factors,
            learning_rate=how.learning_rate,
            regularization=how.regularization,
            iterations=how.passes,
            num_threads=how.threads,
            random_state=how.seed,
        )
        model.fit(visits, show_progress=False)
    factors: Floats = model.item_factors
    return factors


class FoldIn:
    """The factors that alternating least squares gives to new sessions, its items' held fast.

    Each session is solved for exactly and by itself: (Y'Y + Y'(C - I)Y + regularization I) x = Y'C 1, where C is the
    diagonal of its confidences, 1 where it has not been.

    Parameters
    ----------
    factors
        The items' factors, Y.
    how
        The settings that they were trained with.
    """

    def __init__(self, factors: Floats, how: Settings) -> None:
        self._blas = ThreadpoolController().select(user_api="blas")
        with self._blas.limit(limits=1):
            self._model = _als(how)
            self._model.item_factors = factors
            _ = self._model.YtY  # kept in the model: the same for all sessions

    def __call__(self, confidences: csr_matrix) -> Floats:
        """Solve for each row of confidences (sessions, items)."""
        with self._blas.limit(limits=1):
            folded: Floats = self._model.recalculate_user(np.arange(confidences.shape[0]), confidences)
        return folded


def _als(how: Settings) -> AlternatingLeastSquares:
    return AlternatingLeastSquares(
        factors=how.factors,
        regularization=how.regularization,
        alpha=1.0,  # it stands in the confidences
        iterations=how.passes,
        num_threads=how.threads,
        random_state=how.seed,
    )
