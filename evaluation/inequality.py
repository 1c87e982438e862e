"""How unequally a sum is shared: of events among items, of places among a catalogue."""

import numpy as np
import numpy.typing as npt


def gini(values: npt.ArrayLike) -> float | None:
    """How unequally a sum is shared: 0 where all have the same, near 1 where one has all.

    The mean absolute difference of two rows over twice the mean (Gini 1912), by the sorted form
    sum((2 i - n - 1) x_i) / (n sum(x)) with x ascending, i from 1. Of places in lists among all items of a catalogue,
    with those that are never shown, it is the Gini index of exposure (Fleder, Hosanagar 2009, "Blockbuster culture's
    next rise or fall"; Shani, Gunawardana 2011, "Evaluating recommendation systems").

    Parameters
    ----------
    values
        0 or more a row, such as the events of an item; shape (rows,), in any order.

    Returns
    -------
    float or None
        Null where the sum is 0, or without rows.
    """
    x = np.sort(np.asarray(values, np.float64))
    total, n = float(x.sum()), len(x)
    return float(np.sum((2 * np.arange(1, n + 1) - n - 1) * x)) / (n * total) if total > 0 else None
