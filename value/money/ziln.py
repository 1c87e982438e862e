"""Zero-inflated lognormal value: the chance of any, its median and its spread, learnt together by boosted trees.

Wang, Liu, Miao 2019, "A Deep Probabilistic Model for Customer Lifetime Value Prediction" (arXiv 1912.07753), with trees
for the network.
"""

from typing import Any

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from scipy.special import expit, logit, ndtri
from sklearn.utils.validation import check_is_fitted

from value.money.own_objective import OwnObjective, text_of
from value.money.trees import Trees, lightgbm_settings, matrix_of

Floats = npt.NDArray[np.float64]
SMALLEST, LARGEST = -2.5, 1.2  # log sigma: spreads of .08 and 3.3 on the logarithmic scale
FARTHEST = 6.0  # log of money over the mean of buyers' logarithms, in buyers' spreads
LEAST_HESSIAN = 1e-3
NEVER = -1000.0  # the logit of a chance of 0
SHAPE = "multiclass num_class:3"
"""What LightGBM reads of three outputs."""
POINTS = 15  # of the quadrature over the normal distribution


class Ziln(OwnObjective):
    """P(value > 0), and the mean and spread of log(value) where it is, under one likelihood.

    Three trees a round, one an output, by the gradients of -log likelihood: of a row without value -log(1 - p), of one
    with it -log p + log(sigma) + (log value - mu)^2 / (2 sigma^2).

    Parameters
    ----------
    trees
        How trees are grown; their loss is not used.
    """

    def __init__(self, trees: Trees | None = None) -> None:
        self.trees = trees

    def fit(self, X: Any, y: npt.ArrayLike, sample_weight: npt.ArrayLike | None = None) -> "Ziln":
        """Learn from rows with their value, 0 or more."""
        value = np.asarray(y, np.float64)
        weight = np.ones(len(value)) if sample_weight is None else np.asarray(sample_weight, np.float64)
        trees = self.trees if self.trees is not None else Trees()
        self.n_features_in_ = np.shape(X)[1]
        self.threads_ = trees.threads
        self.start_ = _start(value, weight)
        self.keep("")
        buys = value > 0
        matrix = matrix_of(X)
        if not buys.any() or _constant(matrix):
            return self
        start, logs = np.array(self.start_), np.log(np.where(buys, value, 1.0))

        def objective(raw: Floats, _: lgb.Dataset) -> tuple[Floats, Floats]:
            gradient, hessian = derivatives(raw.reshape(len(value), 3) + start, logs, buys)
            return gradient * weight[:, None], hessian * weight[:, None]

        settings = lightgbm_settings(trees) | {"objective": objective, "num_class": 3, "min_sum_hessian_in_leaf": 1.0}
        names = [f"f{n}" for n in range(self.n_features_in_)]
        rows = lgb.Dataset(matrix, value, feature_name=names)
        self.keep(text_of(lgb.train(settings, rows, trees.rounds), SHAPE))
        return self

    def predict(self, X: Any) -> Floats:
        """The value expected, p x exp(mu + sigma^2 / 2)."""
        return self.outputs(X)["mean"]

    def outputs(self, X: Any) -> dict[str, Floats]:
        """`mean`; `log`, expm1(E log(1 + value)), for RMSLE; `median`, 0 where most rows bring nothing; `p`."""
        p, mu, sigma = self.parameters(X)
        return {
            "mean": p * np.exp(mu + sigma**2 / 2),
            "log": np.expm1(p * _mean_log1p(mu, sigma)),
            "median": self._quantile(0.5, p, mu, sigma),
            "p": p,
        }

    def quantiles(self, X: Any, shares: npt.ArrayLike) -> Floats:
        """(rows, shares) the value below which a row lies with these chances; 0 where a row brings nothing so often."""
        p, mu, sigma = self.parameters(X)
        return np.column_stack([self._quantile(float(share), p, mu, sigma) for share in np.atleast_1d(shares)])

    def parameters(self, X: Any) -> tuple[Floats, Floats, Floats]:
        """P, mu and sigma of each row, (rows,) each."""
        check_is_fitted(self, "text_")
        raw = self.raw_sums(X, self.threads_, 3) + np.array(self.start_)
        sigma = np.exp(np.clip(raw[:, 2], SMALLEST, LARGEST))
        middle, spread = self.start_[1], np.exp(self.start_[2])
        return expit(raw[:, 0]), np.minimum(raw[:, 1], middle + FARTHEST * spread), sigma

    @staticmethod
    def _quantile(share: float, p: Floats, mu: Floats, sigma: Floats) -> Floats:
        inside = (share - (1 - p)) / np.maximum(p, 1e-12)
        found = np.exp(mu + sigma * ndtri(np.clip(inside, 1e-12, 1 - 1e-12)))
        return np.where(inside > 0, found, 0.0)


def negative_log_likelihood(raw: Floats, logs: Floats, buys: npt.NDArray[np.bool_]) -> Floats:
    """Of each row, without what no parameter changes.

    Parameters
    ----------
    raw
        (rows, 3): logit of p, mu, log sigma.
    logs
        (rows,) log(value) of those who buy, any number else.
    buys
        (rows,)
    """
    a, mu, s = raw[:, 0], raw[:, 1], np.clip(raw[:, 2], SMALLEST, LARGEST)
    chance = np.logaddexp(0.0, a) - buys * a
    return chance + np.where(buys, s + (logs - mu) ** 2 / (2 * np.exp(2 * s)), 0.0)


def derivatives(raw: Floats, logs: Floats, buys: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Gradient and hessian of `negative_log_likelihood`, (rows, 3) each.

    The hessian is Fisher's, p(1 - p), 1 / sigma^2 and 2, which is never below 0. A row without value says nothing of
    mu and sigma. Where log sigma stands at an end of its range it may only come back.
    """
    p = expit(raw[:, 0])
    s = np.clip(raw[:, 2], SMALLEST, LARGEST)
    precision = np.exp(-2 * s)
    distance = logs - raw[:, 1]
    of_s = 1 - distance**2 * precision
    stuck = ((raw[:, 2] <= SMALLEST) & (of_s > 0)) | ((raw[:, 2] >= LARGEST) & (of_s < 0))
    gradient = np.column_stack(
        [p - buys, np.where(buys, -distance * precision, 0.0), np.where(buys & ~stuck, of_s, 0.0)]
    )
    hessian = np.column_stack([p * (1 - p), np.where(buys, precision, 0.0), np.where(buys, 2.0, 0.0)])
    return gradient, np.maximum(hessian, [LEAST_HESSIAN, 0.0, 0.0])


def _start(value: Floats, weight: Floats) -> list[float]:
    """Where the trees begin: the share of buyers, mean and spread of their logarithms."""
    buys = value > 0
    if not buys.any():
        return [NEVER, 0.0, SMALLEST]
    share = float(np.average(buys, weights=weight))
    logs, counts = np.log(value[buys]), weight[buys]
    middle = float(np.average(logs, weights=counts))
    spread = float(np.sqrt(np.average((logs - middle) ** 2, weights=counts)))
    s = float(np.clip(np.log(max(spread, 1e-9)), SMALLEST, LARGEST))
    return [float(logit(np.clip(share, 1e-6, 1 - 1e-6))), middle, s]


def _constant(matrix: npt.NDArray[np.float32]) -> bool:
    """Whether no column tells two rows apart, which LightGBM refuses."""
    first = matrix[:1]
    return bool(((matrix == first) | (np.isnan(matrix) & np.isnan(first))).all())


def _mean_log1p(mu: Floats, sigma: Floats) -> Floats:
    """E log(1 + exp(mu + sigma z)), z normal, by Gauss-Hermite quadrature."""
    points, weights = np.polynomial.hermite_e.hermegauss(POINTS)
    shares = weights / weights.sum()
    total = np.zeros(len(mu))
    for point, share in zip(points, shares, strict=True):  # one after another, so that sums have one order
        total += share * np.logaddexp(0.0, mu + sigma * point)
    return total
