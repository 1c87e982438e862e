"""What an event of a running session counts, by its type and by how many came later: tables for the kernels."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from data.fixed import fixed, type_weight
from data.schema import TYPES, TypeEnum

LEAST = 64
"""Events that a table reaches at first: few sessions are longer."""


class Decay:
    """Powers of a decay, by the events since.

    Powers differ in their last bit from library to library: these are those of the expressions that sources learn by.

    Parameters
    ----------
    decay
        Per event that came later.
    """

    def __init__(self, decay: float) -> None:
        self.decay = decay
        self._table = self._powers(LEAST)

    def upto(self, events: int) -> npt.NDArray[np.float64]:
        """The powers, for so many events at least."""
        table = self._table
        if table.shape[-1] < events:
            table = self._table = self._powers(2 * events)  # another thread may do the same, with the same outcome
        return table

    def _powers(self, events: int) -> npt.NDArray[np.float64]:
        since = pl.DataFrame({"since": np.arange(events, dtype=np.int32)})
        return since.select(pl.lit(self.decay).pow(pl.col("since")))["literal"].to_numpy(writable=True)


class EventWeights:
    """Type weight x decay ^ (events since), as whole numbers of 2^-24, and 1 of them at least: (types, events since).

    Parameters
    ----------
    decay
        Per event that came later.
    by_type
        An event's weight by its type; 0, or none, for no weight whatever the distance.
    """

    def __init__(self, decay: float, by_type: Mapping[str, float]) -> None:
        self.decay = decay
        self.by_type = dict(by_type)
        self._table = self._weights(LEAST)

    def upto(self, events: int) -> npt.NDArray[np.int64]:
        """The table, for so many events at least."""
        table = self._table
        if table.shape[1] < events:
            table = self._table = self._weights(2 * events)
        return table

    def _weights(self, events: int) -> npt.NDArray[np.int64]:
        every = pl.DataFrame({"type": TYPES}, schema={"type": TypeEnum}).join(
            pl.DataFrame({"since": np.arange(events, dtype=np.int32)}), how="cross", maintain_order="left_right"
        )
        worth = type_weight(self.by_type)
        weight = fixed(worth * pl.lit(self.decay).pow(pl.col("since"))).clip(lower_bound=1)
        table = every.select(weight=pl.when(worth > 0).then(weight).otherwise(0))["weight"].to_numpy()
        return np.array(table, np.int64).reshape(len(TYPES), events)


def longest(starts: npt.NDArray[np.int64]) -> int:
    """Events of the longest session."""
    return int(np.diff(starts).max(initial=0))
