"""Promises of money looked at from all sides: order, level, chance, errors, ranges, and who brings most."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.classification import calibration_curve, expected_calibration_error
from evaluation.gains import gains
from evaluation.log_errors import log_errors
from evaluation.ranges import coverage
from evaluation.top_spenders import top_found
from evaluation.value import decile_table

AMONG = (0.01, 0.05, 0.1)
ORDERS, TYPICAL, CHANCE = "expected_value", "rmsle_value", "purchase_probability"


def money_study(
    truth: npt.ArrayLike, outputs: Mapping[str, npt.ArrayLike], naive: Mapping[str, npt.ArrayLike]
) -> dict[str, Any]:
    """What charts and tables of promised money are made of.

    Parameters
    ----------
    truth
        Money a row, 0 or more; shape (rows,), one at least.
    outputs
        expected_value, rmsle_value, purchase_probability, low and high, a value a row; the last three with NaN where
        not told.
    naive
        By name, what anyone would have said.

    Returns
    -------
    dict
        rows; buyers (a share); gains: answer -> see `evaluation.gains.gains`, of expected_value, then naive ones;
        whales: a row an answer and a share looked through (see `evaluation.top_spenders.top_found`); deciles of
        expected_value; chance: curve and ece, null where it is not told or all or none bring anything; errors of
        rmsle_value (see `evaluation.log_errors.log_errors`); ranges (see `evaluation.ranges.coverage`).
    """
    y = np.asarray(truth, np.float64)
    answers = {ORDERS: outputs[ORDERS], **naive}
    whales = [
        {"answer": name, "among": among, **top_found(y, told, among=among)}
        for name, told in answers.items()
        for among in AMONG
    ]
    return {
        "rows": len(y),
        "buyers": float(np.mean(y > 0)),
        "gains": {name: gains(y, told) for name, told in answers.items()},
        "whales": whales,
        "deciles": decile_table(y, outputs[ORDERS]),
        "chance": _chance(y > 0, np.asarray(outputs[CHANCE], np.float64)),
        "errors": log_errors(y, outputs[TYPICAL]),
        "ranges": coverage(y, outputs["low"], outputs["high"]),
    }


def _chance(bought: npt.NDArray[np.bool_], chance: npt.NDArray[np.float64]) -> dict[str, Any] | None:
    if not np.isfinite(chance).all() or bought.all() or not bought.any():
        return None
    return {
        "curve": calibration_curve(bought, chance),
        "ece": expected_calibration_error(bought, chance),
    }
