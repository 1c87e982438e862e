"""Trees under an objective of our own, kept as LightGBM's text and asked for their raw sums."""

from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from sklearn.base import BaseEstimator, RegressorMixin

from learning.lightgbm_text import sound_text
from value.money.trees import matrix_of

Floats = npt.NDArray[np.float64]


def text_of(booster: lgb.Booster, shape: str, trees: int | None = None) -> str:
    """The booster's text with an objective that LightGBM knows, of which only the raw sums are asked.

    Parameters
    ----------
    booster
        Grown under an objective of our own, of which LightGBM writes nothing.
    shape
        What it reads in its place, such as `regression`.
    trees
        How many count; null for all.
    """
    text = str(booster.model_to_string(num_iteration=trees))
    return text.replace("\nfeature_names=", f"\nobjective={shape}\nfeature_names=", 1)


class OwnObjective(RegressorMixin, BaseEstimator):
    """What holds such trees in `text_`, empty where none were grown."""

    text_: str

    def raw_sums(self, X: Any, threads: int, outputs: int = 1) -> Floats:
        """(rows, outputs) the sums of the trees; 0 where none was grown."""
        if not self.text_ or not len(X):
            return np.zeros((len(X), outputs))
        if not hasattr(self, "_booster"):
            self._booster = lgb.Booster(model_str=sound_text(self.text_))
        raw = self._booster.predict(matrix_of(X), raw_score=True, num_threads=threads)
        return np.asarray(raw, np.float64).reshape(len(X), outputs)

    def keep(self, text: str) -> None:
        """Hold other trees."""
        self.text_ = text
        self.__dict__.pop("_booster", None)

    def __getstate__(self) -> dict[str, Any]:
        """All but the parsed trees, which are read from their text when they are asked."""
        return {name: value for name, value in super().__getstate__().items() if name != "_booster"}
