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
Measure = Callable[[Floats, float], float]
"""Of how often each row counts, and the Gini of the truth's own order."""


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
    measured, best = _measured(y, outputs, naive), OrderedRows(y, y)
    draws = min(resamples, max(FEWEST, WORK // max(len(y), 1)))
    once = np.ones(len(y))
    value = np.array([one(once, _best(best, once)) for one in measured.values()])
    drawn = np.empty((draws, len(measured)))
    for row, times in zip(drawn, drawn_times(len(names), draws, seed), strict=True):
        counted = times[codes].astype(np.float64)
        most = _best(best, counted)
        row[:] = [one(counted, most) for one in measured.values()]
    of = {key: (value[n : n + 1], drawn[:, n : n + 1]) for n, key in enumerate(measured)}
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
    said = {(measure, ""): np.asarray(outputs[name], np.float64) for measure, name in READ.items()}
    said |= {(measure, name): np.asarray(one, np.float64) for measure in READ for name, one in naive.items()}
    orders = {name: OrderedRows(y, said["ngini", name]) for name in ("", *naive)}
    return {(measure, name): _measure(measure, y, p, orders[name]) for (measure, name), p in said.items()}


def _measure(measure: str, y: Floats, p: Floats, order: OrderedRows) -> Measure:
    if measure == "ngini":
        return lambda times, most: _over(order.gini(times), most)
    if measure == "top10":
        return lambda times, _: order.top_share(times, 1 / DECILES)
    if measure == "ratio":
        return lambda times, _: _over(np.sum(times * p), np.sum(times * y))
    if measure == "mae":
        far = np.abs(p - y)
        return lambda times, _: _over(np.sum(times * far), np.sum(times))
    logs = measure == "rmsle"
    squares = (np.log1p(np.maximum(p, 0.0)) - np.log1p(y)) ** 2 if logs else (p - y) ** 2
    return lambda times, _: _over(np.sum(times * squares), np.sum(times)) ** 0.5


def _best(order: OrderedRows, times: Floats) -> float:
    """The Gini of the truth's own order; NaN where all rows that were drawn bring the same."""
    return order.gini(times) if np.count_nonzero(order.groups(times)[0]) > 1 else float("nan")


def _over(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")
