"""implicit's matrix factorisations: in a file of its own, loaded only when factors or sessions are solved for."""

from copy import copy
from typing import Final, Protocol

import numpy as np
from implicit.cpu.als import AlternatingLeastSquares
from implicit.cpu.bpr import BayesianPersonalizedRanking
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_limits

from candidates.algorithms.one_thread import ONE_BLAS_THREAD
from candidates.algorithms.products import Floats

MANY: Final = 64
"""Sessions that are worth several threads: waking them takes longer than solving for a few."""


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


def train_als(confidences: csr_matrix, settings: Settings) -> Floats:
    """Item factors (items, factors) of alternating least squares on confidences (sessions, items)."""
    with threadpool_limits(1, "blas"):  # implicit warns that BLAS threads inside its own are slow
        model = _als(settings)
        model.fit(confidences, show_progress=False)
    factors: Floats = model.item_factors
    return factors


def train_bpr(visits: csr_matrix, settings: Settings) -> Floats:
    """Item factors and, in the last column, biases (items, factors + 1) of Bayesian personalised ranking."""
    with threadpool_limits(1, "blas"):
        model = BayesianPersonalizedRanking(
            factors=settings.factors,
            learning_rate=settings.learning_rate,
            regularization=settings.regularization,
            iterations=settings.passes,
            num_threads=settings.threads,
            random_state=settings.seed,
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
    settings
        The settings that they were trained with.
    """

    def __init__(self, factors: Floats, settings: Settings) -> None:
        with ONE_BLAS_THREAD:
            self._many = _als(settings)
            self._many.item_factors = factors
            _ = self._many.YtY  # kept in the model: the same for all sessions
        self._few = copy(self._many)
        self._few.num_threads = 1

    def __call__(self, confidences: csr_matrix) -> Floats:
        """Solve for each row of confidences (sessions, items)."""
        rows = confidences.shape[0]
        model = self._many if rows >= MANY else self._few
        with ONE_BLAS_THREAD:
            folded: Floats = model.recalculate_user(np.arange(rows), confidences)
        return folded


def _als(settings: Settings) -> AlternatingLeastSquares:
    return AlternatingLeastSquares(
        factors=settings.factors,
        regularization=settings.regularization,
        alpha=1.0,  # it stands in the confidences
        iterations=settings.passes,
        num_threads=settings.threads,
        random_state=settings.seed,
    )
