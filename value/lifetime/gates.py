"""Gates: what becomes of a promise where a classifier says that a row hardly buys, or will be a whale."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
GateMetric = Literal["rmsle", "mae", "rmse"]
METRICS: tuple[GateMetric, ...] = ("rmsle", "mae", "rmse")
CUTOFFS = 40  # tried between no row and all rows
MULTIPLIERS = (0.5, 0.7, 0.8, 0.9, 0.95, 1.0, 1.05, 1.1, 1.25, 1.5, 2.0)
MOST = 1e15  # as labels: no money lies above
CAP_SHARES = (0.99, 0.999)  # of the true values above 0, from which on promises are cut


@dataclass(frozen=True)
class Gate:
    """What a promise is multiplied by on either side of a probability, and how large it may be.

    Parameters
    ----------
    cutoff
        The probability from which on a row has passed.
    below
        What promises of other rows are multiplied by: 0 says that they bring nothing.
    above
        What promises of rows that have passed are multiplied by.
    cap
        The largest promise, in money; null for none.

    Raises
    ------
    ValueError
        If the cutoff is no probability, or another number is negative or above 1e15.
    """

    cutoff: float = 0.0
    below: float = 1.0
    above: float = 1.0
    cap: float | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.cutoff <= 1:
            raise ValueError(f"`cutoff` must lie between 0 and 1, got {self.cutoff:g}.")
        for name in ("below", "above", "cap"):
            value = getattr(self, name)
            if value is not None and not 0 <= value <= MOST:
                raise ValueError(f"`{name}` must lie between 0 and {MOST:g}, got {str(value)[:20]}.")

    def __call__(self, said: Floats, p: Floats) -> Floats:
        """The promises behind the gate.

        Parameters
        ----------
        said
            (rows,) money.
        p
            (rows,) the probability that the gate looks at.
        """
        passed = said * np.where(p >= self.cutoff, self.above, self.below)
        return passed if self.cap is None else np.minimum(passed, self.cap)


OPEN = Gate()
"""A gate that changes nothing."""


@dataclass(frozen=True)
class Found:
    """A gate and what it is worth.

    Parameters
    ----------
    gate
        The one of least measure on all rows, or `OPEN` where it does no good on rows that it was not found on.
    before, after
        The measure without a gate and with it, each half of the rows by the gate of the other half.
    zero_rate
        Share of the rows whose promise is 0 behind the gate.
    """

    gate: Gate
    before: float
    after: float
    zero_rate: float


def find_gate(
    said: Floats,
    p: Floats,
    truth: Floats,
    metric: GateMetric,
    *,
    below: Sequence[float] = (0.0,),
    zero_rate: float | None = None,
    tolerance: float = 0.01,
) -> Found:
    """The gate of the least measure: cutoff first, then the multiplier, then the cap.

    Parameters
    ----------
    said, p, truth
        (rows,) promises and probabilities of rows that neither was learnt from, and what came.
    metric
        rmsle, mae or rmse.
    below
        The multipliers that rows below the cutoff may get.
    zero_rate
        Share of the rows that are to be promised nothing; null for whatever is best.
    tolerance
        How far from `zero_rate` the share may lie; where no cutoff comes so near, the nearest is taken.

    Returns
    -------
    Found
        With a `zero_rate` its gate stands whatever it costs; else only if it does good on the other half of the rows.
    """
    if not len(said):
        return Found(OPEN, 0.0, 0.0, 0.0)

    def search(rows: npt.NDArray[np.int64]) -> Gate:
        return _search(said[rows], p[rows], truth[rows], metric, below, zero_rate, tolerance)

    halves = np.arange(0, len(said), 2), np.arange(1, len(said), 2)
    crossed = np.array(said)
    if all(len(half) for half in halves):
        for mine, other in (halves, halves[::-1]):
            crossed[mine] = search(other)(said[mine], p[mine])
    before, after = measure(metric, said, truth), measure(metric, crossed, truth)
    good = zero_rate is not None or after < before
    gate = search(np.arange(len(said))) if good else OPEN
    return Found(gate, before, after if good else before, float(np.mean(gate(said, p) == 0)))


def measure(metric: GateMetric, said: Floats, truth: Floats) -> float:
    """A measure that is the smaller the better."""
    if metric == "rmsle":
        return float(np.sqrt(np.mean((np.log1p(said) - np.log1p(truth)) ** 2)))
    error = said - truth
    return float(np.mean(np.abs(error)) if metric == "mae" else np.sqrt(np.mean(error**2)))


def _search(
    said: Floats,
    p: Floats,
    truth: Floats,
    metric: GateMetric,
    below: Sequence[float],
    zero_rate: float | None,
    tolerance: float,
) -> Gate:
    cutoffs = np.unique(np.quantile(p, np.linspace(0, 1, CUTOFFS + 1), method="higher"))
    if zero_rate is not None:
        cutoffs = _near(said, p, zero_rate, tolerance)
    gates = [Gate(float(c), b) for c in cutoffs for b in below]
    best = _best([*gates, *([OPEN] if zero_rate is None else [])], said, p, truth, metric)
    best = _best([replace(best, above=m) for m in MULTIPLIERS], said, p, truth, metric)
    paid = truth[truth > 0]
    caps = [float(cap) for cap in np.quantile(paid, CAP_SHARES, method="higher")] if len(paid) else []
    return _best([best, *(replace(best, cap=cap) for cap in caps)], said, p, truth, metric)


def _near(said: Floats, p: Floats, zero_rate: float, tolerance: float) -> Floats:
    """The cutoffs that promise nothing to about so many rows; of those that come no nearer, the nearest alone."""
    asked = np.clip(zero_rate + tolerance * np.linspace(-1, 1, 9), 0, 1)
    cutoffs = np.unique(np.append(np.quantile(p, asked, method="higher"), [0.0]))
    missed = np.array([abs(float(np.mean((p < cutoff) | (said == 0))) - zero_rate) for cutoff in cutoffs])
    near = missed <= max(tolerance, float(missed.min())) + 1e-12
    return np.asarray(cutoffs[near], np.float64)


def _best(gates: Sequence[Gate], said: Floats, p: Floats, truth: Floats, metric: GateMetric) -> Gate:
    """The gate of the least measure, of equals the one that changes least."""
    found = [
        (measure(metric, gate(said, p), truth), abs(gate.above - 1), gate.cutoff, n) for n, gate in enumerate(gates)
    ]
    return gates[min(found)[3]]
