"""Scores into probabilities: temperature, sigmoid, beta or isotonic, whichever is best on rows it was not fitted on."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize_scalar
from scipy.special import expit
from sklearn.exceptions import ConvergenceWarning
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from evaluation.classification import expected_calibration_error

Floats = npt.NDArray[np.float64]
FOLDS = 5
WEAK = 1e6  # of LogisticRegression: the inverse of a penalty that only keeps perfectly parted rows finite
ENOUGH = 100  # ones from which on isotonic regression is tried: with fewer its steps are noise
FLOOR = 1e-6  # no probability is 0 or 1: nobody has seen enough rows for that


def logistic(inputs: Floats, truth: npt.NDArray[Any], weak: float = 1.0) -> LogisticRegression:
    """Logistic regression by Newton's steps, or otherwise where these fail, which nobody needs to know."""
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):
        return LogisticRegression(C=weak, solver="newton-cholesky").fit(inputs, truth)


@dataclass(frozen=True)
class Temperature:
    """The sigmoid of a score over a temperature, for scores that are logits (Guo, Pleiss, Sun, Weinberger 2017)."""

    temperature: float
    kind: ClassVar[str] = "temperature"

    @classmethod
    def fit(cls, scores: Floats, truth: Floats) -> "Temperature":
        """Find the temperature of least log loss."""

        def loss(log_t: float) -> float:
            logits = scores / np.exp(log_t)
            return float(np.mean(np.logaddexp(0.0, logits) - truth * logits))

        return cls(float(np.exp(minimize_scalar(loss, bounds=(-4.0, 4.0), method="bounded").x)))

    def __call__(self, scores: Floats) -> Floats:
        """The probabilities."""
        return _inside(expit(scores / self.temperature))


@dataclass(frozen=True)
class Sigmoid:
    """A logistic regression on the score (Platt 1999)."""

    slope: float
    intercept: float
    kind: ClassVar[str] = "sigmoid"

    @classmethod
    def fit(cls, scores: Floats, truth: Floats) -> "Sigmoid":
        """Find slope and intercept of least log loss."""
        spread = float(scores.std()) or 1.0  # the solver wants scores of about 1
        middle = float(scores.mean())
        model = logistic(((scores - middle) / spread)[:, None], truth, WEAK)
        slope = float(model.coef_[0, 0]) / spread
        return cls(slope, float(model.intercept_[0]) - slope * middle)

    def __call__(self, scores: Floats) -> Floats:
        """The probabilities."""
        return _inside(expit(self.slope * scores + self.intercept))


@dataclass(frozen=True)
class Isotonic:
    """A rising line through thresholds (Zadrozny, Elkan 2002)."""

    x: tuple[float, ...]
    y: tuple[float, ...]
    kind: ClassVar[str] = "isotonic"

    @classmethod
    def fit(cls, scores: Floats, truth: Floats) -> "Isotonic":
        """Find the rising line of least squares."""
        model = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip").fit(scores, truth)
        return cls(tuple(model.X_thresholds_.tolist()), tuple(model.y_thresholds_.tolist()))

    def __call__(self, scores: Floats) -> Floats:
        """The probabilities."""
        return _inside(np.interp(scores, self.x, self.y))


@dataclass(frozen=True)
class Beta:
    """A logistic regression on log p and -log(1 - p) of a score's sigmoid (Kull, Silva Filho, Flach 2017).

    Both slopes are 0 or more, so that the order of scores stays.
    """

    of_one: float
    of_zero: float
    intercept: float
    kind: ClassVar[str] = "beta"

    @classmethod
    def fit(cls, scores: Floats, truth: Floats) -> "Beta":
        """Find slopes and intercept of least log loss; a slope that would fall is 0."""
        columns = np.column_stack(_log_chances(scores))
        used = [0, 1]
        model = logistic(columns, truth, WEAK)
        falling = [place for place in used if model.coef_[0, place] < 0]
        if falling:
            used.remove(falling[0])
            model = logistic(columns[:, used], truth, WEAK)
        slopes = np.zeros(2)
        slopes[used] = np.maximum(model.coef_[0], 0.0)
        return cls(float(slopes[0]), float(slopes[1]), float(model.intercept_[0]))

    def __call__(self, scores: Floats) -> Floats:
        """The probabilities."""
        one, zero = _log_chances(scores)
        return _inside(expit(self.of_one * one + self.of_zero * zero + self.intercept))


def _log_chances(scores: Floats) -> tuple[Floats, Floats]:
    """Log p and -log(1 - p) of the scores' sigmoid."""
    return -np.logaddexp(0.0, -scores), np.logaddexp(0.0, scores)


Calibration = Temperature | Sigmoid | Isotonic | Beta
Method = type[Temperature] | type[Sigmoid] | type[Isotonic] | type[Beta]
METHODS: tuple[Method, ...] = (Temperature, Sigmoid, Isotonic)
WITH_BETA: tuple[Method, ...] = (Temperature, Sigmoid, Beta, Isotonic)
"""For scores that are logits."""


@dataclass(frozen=True)
class Calibrated:
    """A chosen calibration and why it was chosen.

    Parameters
    ----------
    calibration
        Fitted on all rows.
    out_of_fold
        Its probabilities of the rows it was fitted on, each from a fit without the row's group.
    about
        rows, groups, positives, the method, each method's out-of-fold `brier` and `ece`, and `raw_ece`, that of the
        scores' own sigmoid; null without folds.
    """

    calibration: Calibration
    out_of_fold: Floats
    about: dict[str, Any]


def calibrate(
    scores: npt.ArrayLike, truth: npt.ArrayLike, groups: npt.ArrayLike, allowed: Sequence[Method] = METHODS
) -> Calibrated:
    """Choose the calibration with the least Brier score out of fold, the simplest of equals; isotonic from 100 ones on.

    Parameters
    ----------
    scores
        Raw scores, of any scale; logits if probabilities are to be calibrated once more.
    truth
        0 or 1 a row.
    groups
        Rows of one group (a query, a session) are never in the fitted and the judged rows both.
    allowed
        The methods that are tried, the simplest first.

    Returns
    -------
    Calibrated
        With fewer than two groups that hold a 1, a sigmoid, and nothing is out of fold.

    Raises
    ------
    ValueError
        If there is no 1 or no 0 to learn from.
    """
    s, y, g = np.asarray(scores, np.float64), np.asarray(truth, np.float64), np.asarray(groups)
    if not 0 < y.sum() < len(y):
        raise ValueError(f"`truth` must hold zeros and ones, got {int(y.sum())} ones in {len(y)} rows.")
    about: dict[str, Any] = {"rows": len(y), "groups": len(np.unique(g)), "positives": int(y.sum())}
    folds = _folds(y, g)
    if not folds:
        only = Sigmoid.fit(s, y)
        return Calibrated(only, only(s), about | {"method": only.kind, "brier": None, "ece": None, "raw_ece": None})
    methods = [m for m in allowed if m is not Isotonic or y.sum() >= ENOUGH]
    judged = {method: _out_of_fold(method, s, y, folds) for method in methods}
    brier = {method.kind: float(np.mean((p - y) ** 2)) for method, p in judged.items()}
    best = min(methods, key=lambda method: brier[method.kind])
    about |= {
        "method": best.kind,
        "brier": brier,
        "ece": {method.kind: expected_calibration_error(y, p) for method, p in judged.items()},
        "raw_ece": expected_calibration_error(y, expit(s)),
    }
    return Calibrated(best.fit(s, y), judged[best], about)


def to_json(calibration: Calibration) -> dict[str, Any]:
    """The calibration as plain values."""
    return {"kind": calibration.kind, **asdict(calibration)}


def from_json(values: Mapping[str, Any]) -> Calibration:
    """What `to_json` gave."""
    method: Any = next(method for method in WITH_BETA if method.kind == values["kind"])
    fields: dict[str, Any] = {name: value for name, value in values.items() if name != "kind"}
    made: Calibration = method(**{name: tuple(v) if isinstance(v, list | tuple) else v for name, v in fields.items()})
    return made


def _folds(truth: Floats, groups: npt.NDArray[Any]) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    """Folds of whole groups whose fitted rows hold both classes."""
    number = min(FOLDS, len(np.unique(groups[truth == 1])))
    if number < 2 or len(np.unique(groups)) < 2:
        return []
    folds = list(GroupKFold(number).split(truth, truth, groups))
    return folds if all(0 < truth[inside].sum() < len(inside) for inside, _ in folds) else []


def _out_of_fold(
    method: Method,
    scores: Floats,
    truth: Floats,
    folds: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]],
) -> Floats:
    judged = np.empty(len(truth))
    for inside, outside in folds:
        judged[outside] = method.fit(scores[inside], truth[inside])(scores[outside])
    return judged


def _inside(probabilities: Floats) -> Floats:
    return np.clip(np.asarray(probabilities, np.float64), FLOOR, 1 - FLOOR)
