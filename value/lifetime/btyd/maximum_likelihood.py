"""Parameters above 0 of the greatest likelihood, by their logarithms and an analytic gradient."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import OptimizeResult, minimize

Floats = npt.NDArray[np.float64]
Likelihood = Callable[[Floats], tuple[float, Floats]]
SMALLEST, LARGEST = 1e-5, 1e5  # of a parameter, in the model's own units: where a likelihood has no greatest value
ROUGHLY = {"maxiter": 40, "ftol": 1e-6}
FINELY = {"maxiter": 1000, "ftol": 1e-13, "gtol": 1e-7}


def maximise(
    likelihood: Likelihood,
    starts: Sequence[Sequence[float]],
    *,
    penalizer: float = 0.0,
    least: Sequence[float] | None = None,
) -> Floats:
    """The parameters of the greatest mean log likelihood that L-BFGS-B reaches from any of the starts.

    Parameters
    ----------
    likelihood
        Of the parameters: the mean log likelihood a row, and its derivatives by the parameters.
    starts
        Parameters to begin from: each is followed some way, and the best of them to the end.
    penalizer
        Taken off for each unit of the parameters' sum of squares, which holds them where rows are few.
    least
        The least value of each parameter.
    """
    low = np.log(np.maximum(SMALLEST, SMALLEST if least is None else np.asarray(least, np.float64)))
    low = np.broadcast_to(low, (len(starts[0]),))

    def loss(logs: Floats) -> tuple[float, Floats]:
        at = np.exp(logs)
        value, slope = likelihood(at)
        return penalizer * float(np.sum(at**2)) - value, (2 * penalizer * at - slope) * at

    bounds = [(float(one), float(np.log(LARGEST))) for one in low]

    def descend(begin: Floats, options: Any) -> OptimizeResult:
        return minimize(loss, begin, jac=True, method="L-BFGS-B", bounds=bounds, options=options)

    begins = [np.clip(np.log(np.asarray(start, np.float64)), low, np.log(LARGEST)) for start in starts]
    roughly = [descend(begin, ROUGHLY) for begin in begins] if len(begins) > 1 else []
    best = min(roughly, key=lambda end: float(end.fun)).x if roughly else begins[0]
    return np.asarray(np.exp(descend(best, FINELY).x))
