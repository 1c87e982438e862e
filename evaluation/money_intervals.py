"""How sure the first figures of promised money are, and those of naive answers beside them."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.bootstrap import Resampled, drawn_times
from evaluation.counted_rows import OrderedRows
from evaluation.intervals import told
from evaluation.value import DECILES

Floats = npt.NDArray[np.float64]
OURS = "expected_value"
READ = {"ngini": OURS, "top10": OURS, "rmse": OURS, "mae": "mae_value", "rmsle": "rmsle_value", "ratio": OURS}
"""Measure -> the output that is made for it."""
WORK, FEWEST = 40_000_000, 200
"""Rows that are drawn in all, at most, but no fewer draws than this."""
Measure = Callable[[Floats], float]


def money_intervals(
    truth: npt.ArrayLike,
    outputs: Mapping[str, npt.ArrayLike],
    naive: Mapping[str, npt.ArrayLike],
    groups: npt.NDArray[np.generic],
    resamples: int = 1_000,
    seed: int = 42,
) -> dict[str, Any]:
    """The measures of `READ` with 95 % intervals, and how far each naive answer lies from them.

    The bootstrap's percentiles (Efron 1979; Efron, Tibshirani 1993, chapter 13): groups of rows are drawn with
    replacement, and all answers are measured on the same draws, so that differences are paired.

    Parameters
    ----------
    truth
        Money a row, 0 or more; shape (rows,), one at least.
    outputs
        Of the names in `READ`, what was said; shape (rows,), finite.
    naive
        By name, what anyone would have said.
    groups
        Whose rows belong together, such as sessions; shape (rows,).
    resamples
        How many draws; of many rows fewer, so that no more than `WORK` rows are drawn, but `FEWEST` at least.
    seed
        Of the draws.

    Returns
    -------
    dict
        groups, draws (their numbers); measures: measure -> value, low, high, error; naive: measure -> answer -> the
        same; differences: measure -> answer -> the same of the output less the naive answer. Null where undefined.
    """
    y = np.asarray(truth, np.float64)
    names, codes = np.unique(groups, return_inverse=True)
    measured = _measured(y, outputs, naive)
    draws = min(resamples, max(FEWEST, WORK // max(len(y), 1)))
    value = np.array([one(np.ones(len(y))) for one in measured.values()])
    drawn = [
        [one(times[codes].astype(np.float64)) for one in measured.values()]
        for times in drawn_times(len(names), draws, seed)
    ]
    of = {key: (value[n : n + 1], np.array(drawn)[:, n : n + 1]) for n, key in enumerate(measured)}
    return {
        "groups": len(names),
        "draws": draws,
        "measures": {measure: _told(*of[measure, ""]) for measure in READ},
        "naive": {measure: {name: _told(*of[measure, name]) for name in naive} for measure in READ},
        "differences": {
            measure: {
                name: _told(*(ours - other for ours, other in zip(of[measure, ""], of[measure, name], strict=True)))
                for name in naive
            }
            for measure in READ
        },
    }


def _told(value: Floats, draws: Floats) -> dict[str, float | None]:
    return told(["one"], Resampled(value, draws))["one"]


def _measured(
    y: Floats, outputs: Mapping[str, npt.ArrayLike], naive: Mapping[str, npt.ArrayLike]
) -> dict[tuple[str, str], Measure]:
    """Every measure of its output, under (measure, ""), and of each naive answer, of rows that count some times."""
    best = OrderedRows(y, y)
    said = {(measure, ""): np.asarray(outputs[name], np.float64) for measure, name in READ.items()}
    said |= {(measure, name): np.asarray(one, np.float64) for measure in READ for name, one in naive.items()}
    orders = {name: OrderedRows(y, said["ngini", name]) for name in ("", *naive)}
    return {(measure, name): _measure(measure, y, p, orders[name], best) for (measure, name), p in said.items()}


def _measure(measure: str, y: Floats, p: Floats, order: OrderedRows, best: OrderedRows) -> Measure:
    if measure == "ngini":
        return lambda times: _normalised(order, best, times)
    if measure == "top10":
        return lambda times: order.top_share(times, 1 / DECILES)
    if measure == "ratio":
        return lambda times: _over(np.sum(times * p), np.sum(times * y))
    if measure == "mae":
        far = np.abs(p - y)
        return lambda times: _over(np.sum(times * far), np.sum(times))
    logs = measure == "rmsle"
    squares = (np.log1p(np.maximum(p, 0.0)) - np.log1p(y)) ** 2 if logs else (p - y) ** 2
    return lambda times: _over(np.sum(times * squares), np.sum(times)) ** 0.5


def _normalised(order: OrderedRows, best: OrderedRows, times: Floats) -> float:
    """NaN where all rows that were drawn bring the same."""
    if np.count_nonzero(best.groups(times)[0]) < 2:
        return float("nan")
    return _over(order.gini(times), best.gini(times))


def _over(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
