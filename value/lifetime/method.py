"""What a method of ordered horizons is: fitted on all horizons at once, asked for all at once."""

from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Outputs = dict[str, Floats]


class HorizonMethod(Protocol):
    """A scikit-learn estimator of several horizons, cloned before it is fitted."""

    def fit(
        self,
        X: Any,
        Y: Floats,
        groups: npt.NDArray[Any] | None = None,
        sample_weight: Floats | None = None,
    ) -> "HorizonMethod":
        """Learn.

        Parameters
        ----------
        X
            (rows, features) numbers, missing ones NaN.
        Y
            (rows, horizons) money, 0 or more, shortest horizon first, NaN where it is not known: such a row teaches the
            horizons that have matured, and no other.
        groups
            (rows,) whose rows stay together wherever some are held out.
        sample_weight
            (rows,) above 0.
        """
        ...

    def outputs(self, X: Any) -> list[Outputs]:
        """A dictionary a horizon: `mean` of money, and where it has them `log` (for RMSLE), `median`, `p` of buying."""
        ...
