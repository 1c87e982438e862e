"""Purchases of those who may leave after each one: an integral over the chance of leaving."""

import numpy as np
import numpy.typing as npt
from scipy.special import betaln

Floats = npt.NDArray[np.float64]
POINTS = 193
SPREADS, TAILS = 9.0, 36.0  # the window: spreads of the middle, and e-foldings of what falls off to both sides


def purchases_until_leaving(shape: Floats, time: Floats, a: float, b: Floats) -> Floats:
    """The mean of (1 - (1 + p time)^-shape) / p over p as beta(a, b), to nine digits.

    That is how often a customer buys within `time`, at a rate drawn from a gamma(shape, 1), who leaves after each
    purchase with chance p. It equals (a + b - 1) / (a - 1) x (1 - 2F1(shape, a - 1; a + b - 1; -time)), the closed form
    of BG/NBD; but computed hypergeometric functions are no numbers, or wrong ones, for customers of hundreds of
    purchases and where almost nobody leaves, and this form has a pole at a = 1.

    By the trapezoid rule in the logit of p, which converges exponentially. What falls off slowly to the sides is first
    taken away as the line between the two ends, whose mean is known.

    Parameters
    ----------
    shape, time
        (n,) above 0, and 0 or more.
    a, b
        Of the chances of leaving, above 0; b (n,).
    """
    none, all_leave = shape * time, -np.expm1(-shape * np.log1p(time))
    line = all_leave + (none - all_leave) * b / (a + b)
    middle = np.log((a + 1) / (b + 1))
    spread = SPREADS * np.sqrt(1 / (a + 1) + 1 / (b + 1))
    flat = np.minimum(middle, -np.log1p(none)) - TAILS / (a + 1)  # below, p is so small that nothing bends
    low = np.maximum(flat, middle - TAILS / a) - spread
    step = (middle + spread + TAILS / (b + 1) - low) / (POINTS - 1)
    total = np.zeros(len(shape))
    scale = betaln(a, b)
    for point in range(POINTS):  # one after another, so that memory does not grow with their number
        logit = low + point * step
        stays, leaves = -np.logaddexp(0.0, logit), -np.logaddexp(0.0, -logit)
        p = np.exp(leaves)
        bought = -np.expm1(-shape * np.log1p(p * time)) / p
        straight = all_leave + (none - all_leave) * np.exp(stays)
        total = total + (bought - straight) * np.exp(a * leaves + b * stays - scale)
    return np.clip(line + step * total, all_leave, none)
