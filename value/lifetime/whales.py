"""Whales: the buyers who bring most, told by a classifier of their own."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from value.lifetime.config import LifetimeConfig
from value.lifetime.training_data import LifetimeData
from value.money.chance import Chance, rows_of
from value.money.folds import Fold
from value.money.methods import trees_of

Floats = npt.NDArray[np.float64]
FEWEST = 30  # whales below which nobody can be told to be one


def whales_of(value: Floats, share: float) -> npt.NDArray[np.bool_]:
    """(rows,) the buyers whose value lies in the top share of all buyers'.

    Parameters
    ----------
    value
        (rows,) money, 0 or more.
    share
        Of the buyers.
    """
    buys = value > 0
    if not buys.any():
        return buys
    return np.asarray(buys & (value >= np.quantile(value[buys], 1 - share, method="higher")))


def judged_whales(
    data: LifetimeData, horizon: str, folds: Sequence[Fold], known: npt.NDArray[np.int64], config: LifetimeConfig
) -> Floats | None:
    """Each known row's chance of being a whale by a classifier that has not seen it; null with too few whales.

    Parameters
    ----------
    data, horizon
        The rows.
    folds
        (taught, judged) positions among the known rows.
    known
        The positions of the rows whose value is known.
    config
        Who is a whale.
    """
    value = data.rows.targets[horizon][known]
    truth = whales_of(value, config.gates.whale_share)
    if truth.sum() < FEWEST:
        return None
    matrix, found = rows_of(data.matrix_of(horizon), known), np.zeros(len(known))
    for taught, judged in folds:
        some = whales_of(value[taught], config.gates.whale_share)
        found[judged] = _classifier(config).fit(rows_of(matrix, taught), some).predict(rows_of(matrix, judged))
    return found


def learn_whale(data: LifetimeData, horizon: str, config: LifetimeConfig) -> Chance:
    """The classifier of a horizon's whales, learnt from all matured rows."""
    known = data.rows.matured(horizon)
    truth = whales_of(data.rows.targets[horizon][known], config.gates.whale_share)
    return _classifier(config).fit(rows_of(data.matrix_of(horizon), known), truth)


def _classifier(config: LifetimeConfig) -> Chance:
    return Chance(trees_of(config.model.methods, "binary"), folds=0)  # a gate looks at the order alone
