"""Prices, order lines and sessions' values, with their right tails."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from evaluation.profile.plain import plain
from evaluation.profile.spread import even_histogram, log_histogram, spread

UPTO = 0.99  # of the linear picture: beyond it a few amounts would leave nothing to see


def amounts(values: npt.ArrayLike) -> dict[str, Any]:
    """What sums amounts up, and two pictures of them.

    Parameters
    ----------
    values
        Money, above 0; in any order.

    Returns
    -------
    dict
        spread (see `evaluation.profile.spread.spread`); linear and log: histograms in bins of equal width, the last of
        which holds all beyond the 99th percentile, and of equal ratio.
    """
    x = np.sort(np.asarray(values, np.float64))
    return {"spread": spread(x), "linear": plain(even_histogram(x, upto=UPTO)), "log": plain(log_histogram(x))}


def money_of_a_log(events: pl.LazyFrame, items: pl.LazyFrame, session_values: pl.Series) -> dict[str, Any]:
    """Amounts of each kind that a log has.

    Parameters
    ----------
    events
        EVENTS with `spend`, the money of an order line (0 of other events).
    items
        ITEMS.
    session_values
        What every session is worth, f64, 0 of those that bring nothing.

    Returns
    -------
    dict
        By `item prices`, `order lines` and `sessions` what `amounts` gives of those above 0; sessions has `above_zero`,
        the share of the sessions that are worth anything, too. Kinds without any amount are left out.
    """
    prices = items.select("price").filter(pl.col("price") > 0).collect()["price"].to_numpy()
    lines = events.select("spend").filter(pl.col("spend") > 0).collect()["spend"].to_numpy()
    worth = session_values.to_numpy()
    kinds = {"item prices": prices, "order lines": lines, "sessions": worth[worth > 0]}
    found = {name: amounts(values) for name, values in kinds.items() if len(values)}
    if "sessions" in found:
        found["sessions"]["above_zero"] = float((worth > 0).mean())
    return found
