"""BG/NBD: how often customers buy until they leave (Fader, Hardie, Lee 2005, Marketing Science 24(2), 275-284)."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln, psi

from data.errors import AisleError
from value.lifetime.btyd.beta_integral import purchases_until_leaving
from value.lifetime.btyd.distinct import distinct
from value.lifetime.btyd.maximum_likelihood import maximise
from value.lifetime.btyd.summary import Summary

Floats = npt.NDArray[np.float64]
STARTS = ((0.5, 0.1, 0.5, 2.0), (1.0, 1.0, 1.0, 1.0), (0.1, 0.1, 0.1, 0.1))  # r, alpha in ages of the oldest, a, b


@dataclass(frozen=True)
class BgNbd:
    """Customers buy at random at a rate of their own, and after each purchase may leave for ever.

    Rates vary over customers as a gamma(r, alpha), the chances of leaving as a beta(a, b).

    Parameters
    ----------
    r, alpha
        Shape and scale of the rates; alpha in units of time.
    a, b
        Of the chances of leaving.
    """

    r: float
    alpha: float
    a: float
    b: float

    @classmethod
    def fit(cls, summary: Summary, *, penalizer: float = 0.0, start: "BgNbd | None" = None) -> "BgNbd":
        """By maximum likelihood.

        Parameters
        ----------
        summary
            The customers to learn from.
        penalizer
            Of the parameters' squares, alpha in ages of the oldest customer; 0 for none.
        start
            Where to begin, beside one place of its own: parameters of a moment before may lie where all is flat. Null
            tries several places.

        Raises
        ------
        AisleError
            If no time has passed since any first purchase.
        """
        oldest = float(summary.age.max(initial=0.0))
        if oldest <= 0:
            raise AisleError(
                f"`age` of a customer must be above 0 to learn rates, got {oldest:g}; choose a later moment."
            )
        rows, count, _ = distinct(summary.repeats, summary.recency / oldest, summary.age / oldest)
        starts = STARTS if start is None else ((start.r, start.alpha / oldest, start.a, start.b), STARTS[0])
        found = maximise(lambda at: _likelihood(at, rows, count), starts, penalizer=penalizer)
        r, alpha, a, b = (float(one) for one in found)
        return cls(r, alpha * oldest, a, b)

    def log_likelihood(self, summary: Summary) -> float:
        """The sum over customers."""
        rows, count, _ = distinct(summary.repeats, summary.recency, summary.age)
        at = np.array([self.r, self.alpha, self.a, self.b])
        return _likelihood(at, rows, count)[0] * summary.height

    def alive(self, summary: Summary) -> Floats:
        """(n,) the chance that a customer has not left; 1 where none has bought again, who had no moment to leave."""
        x = summary.repeats
        ratio = (self.r + x) * np.log((self.alpha + summary.age) / (self.alpha + summary.recency))
        odds = np.log(self.a) - np.log(self.b + np.maximum(x, 1) - 1) + ratio
        return np.where(x > 0, np.exp(-np.logaddexp(0.0, odds)), 1.0)

    def buys(self, summary: Summary, time: float) -> Floats:
        """(n,) the chance of at least one purchase in so much time.

        Who is still there does not leave before the next purchase, so that only rates count: the gamma of those who are
        there is (r + x, alpha + age).
        """
        none = -(self.r + summary.repeats) * np.log1p(time / (self.alpha + summary.age))
        return np.asarray(-np.expm1(none) * self.alive(summary))

    def purchases(self, summary: Summary, time: float) -> Floats:
        """(n,) purchases expected in so much time: formula (10)."""
        (x, age), _, back = distinct(summary.repeats, summary.age)
        some = purchases_until_leaving(self.r + x, time / (self.alpha + age), self.a, self.b + x)
        return np.asarray(some[back] * self.alive(summary))


def _likelihood(at: Floats, rows: Sequence[Floats], count: Floats) -> tuple[float, Floats]:
    """Formula (6): the mean logarithm a customer, and its derivatives by r, alpha, a, b."""
    (r, alpha, a, b), (x, last, age) = at, rows
    again, left = x > 0, np.maximum(b + x - 1, 1e-300)
    long, short = np.log(alpha + age), np.log(alpha + last)
    stays = -(r + x) * long
    leaves = np.where(again, np.log(a) - np.log(left) - (r + x) * short, -np.inf)
    either = np.logaddexp(stays, leaves)
    gone = np.exp(leaves - either)
    logs = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b) + either
    slopes = (
        psi(r + x) - psi(r) + np.log(alpha) - (1 - gone) * long - gone * short,
        r / alpha - (r + x) * ((1 - gone) / (alpha + age) + gone / (alpha + last)),
        psi(a + b) - psi(a + b + x) + gone / a,
        psi(b + x) - psi(b) + psi(a + b) - psi(a + b + x) - np.where(again, gone / left, 0.0),
    )
    total = float(np.sum(count))
    return float(np.sum(count * logs)) / total, np.array([np.sum(count * slope) for slope in slopes]) / total
