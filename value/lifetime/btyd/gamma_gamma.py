"""Gamma-Gamma: what a purchase of a customer costs (Fader, Hardie 2013, The Gamma-Gamma Model of Monetary Value)."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from data.errors import AisleError
from value.lifetime.btyd.maximum_likelihood import maximise

Floats = npt.NDArray[np.float64]
STARTS = ((6.0, 4.0, 1.0), (1.0, 2.0, 1.0), (2.0, 3.0, 10.0))  # p, q, v in mean spends
LEAST = (1e-5, 1.01, 1e-5)  # q above 1: at 1 and below the mean over all customers is infinite


@dataclass(frozen=True)
class GammaGamma:
    """Money of a customer's purchases spreads as a gamma(p, nu), and nu over customers as a gamma(q, v).

    Parameters
    ----------
    p
        Shape of a customer's purchases.
    q, v
        Shape and scale of the customers; v in money.
    """

    p: float
    q: float
    v: float

    @classmethod
    def fit(
        cls, number: Floats, spend: Floats, *, penalizer: float = 0.0, start: "GammaGamma | None" = None
    ) -> "GammaGamma":
        """By maximum likelihood over customers with a purchase that cost something.

        Parameters
        ----------
        number
            (n,) purchases that `spend` is the mean of; who has none, or a mean of 0 or less, teaches nothing.
        spend
            (n,) mean money of a purchase.
        penalizer
            Of the parameters' squares, v in mean spends; 0 for none.
        start
            Where to begin, beside one place of its own; null tries several places.

        Raises
        ------
        AisleError
            If no customer teaches.
        """
        taught = (number > 0) & (spend > 0)
        if not taught.any():
            raise AisleError(
                f"`money` must be above 0 for a customer, got none of {len(spend)}; choose a later moment."
            )
        x, unit = number[taught], float(np.mean(spend[taught]))
        m = spend[taught] / unit
        starts = STARTS if start is None else ((start.p, start.q, start.v / unit), STARTS[0])
        found = maximise(lambda at: _likelihood(at, x, m), starts, penalizer=penalizer, least=LEAST)
        p, q, v = (float(one) for one in found)
        return cls(p, q, v * unit)

    def mean_spend(self, number: Floats, spend: Floats) -> Floats:
        """(n,) money expected of a customer's next purchase: formula (5), between their own mean and all customers'."""
        own = self.p * number
        return self.p * (self.v + number * np.maximum(spend, 0.0)) / (own + self.q - 1)


def _likelihood(at: Floats, x: Floats, m: Floats) -> tuple[float, Floats]:
    """Formula (1a): the mean logarithm a customer, and its derivatives by p, q, v."""
    p, q, v = at
    own, both = p * x, np.log(x * m + v)
    logs = gammaln(own + q) - gammaln(own) - gammaln(q) + q * np.log(v)
    logs = logs + (own - 1) * np.log(m) + own * np.log(x) - (own + q) * both
    slopes = (
        x * (psi(own + q) - psi(own) + np.log(m) + np.log(x) - both),
        psi(own + q) - psi(q) + np.log(v) - both,
        q / v - (own + q) / (x * m + v),
    )
    return float(np.mean(logs)), np.array([np.mean(slope) for slope in slopes])
