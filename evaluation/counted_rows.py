"""Rows in the order of a prediction, each counted some number of times: measures of order of rows drawn anew.

Drawing rows with replacement changes how often each one counts, and never the order: so rows are sorted once, and each
draw takes sums alone.
"""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class OrderedRows:
    """Rows by prediction, largest first; rows of equal prediction form a group, and count as its mean.

    Parameters
    ----------
    truth
        Money, or 0 and 1, a row; shape (rows,), 0 or more.
    predicted
        What was said; shape (rows,).
    """

    truth: Floats
    predicted: Floats
    order: Ints = field(init=False)
    starts: Ints = field(init=False)

    def __post_init__(self) -> None:
        order = np.argsort(-self.predicted, kind="stable")
        sorted_ = self.predicted[order]
        first = np.r_[True, sorted_[1:] != sorted_[:-1]] if len(order) else np.zeros(0, np.bool_)
        object.__setattr__(self, "order", order)
        object.__setattr__(self, "starts", np.flatnonzero(first))

    def groups(self, times: Floats) -> tuple[Floats, Floats]:
        """By group, how many rows there are and what they sum up to, where each row counts `times`; shape (groups,)."""
        counted = times[self.order]
        rows = np.add.reduceat(counted, self.starts)
        return rows, np.add.reduceat(counted * self.truth[self.order], self.starts)

    def gini(self, times: Floats) -> float:
        """Twice the mean share of the sum in the first 1, 2, ... rows, less 1; NaN of a sum of 0.

        See `evaluation.value.normalised_gini`, which divides it by that of the truth's own order.
        """
        rows, sums = self.groups(times)
        number, total = rows.sum(), sums.sum()
        if total <= 0:
            return float("nan")
        before = np.cumsum(sums) - sums
        return float(2 * np.sum(rows * before + sums * (rows + 1) / 2) / (number * total) - 1)

    def top_share(self, times: Floats, share: float) -> float:
        """The share of the sum in the first rows, see `evaluation.value.top_share`; NaN of a sum of 0."""
        rows, sums = self.groups(times)
        total = sums.sum()
        if total <= 0:
            return float("nan")
        taken = max(1, round(float(rows.sum()) * share))
        ends = np.cumsum(rows)
        edge = int(np.searchsorted(ends, taken))
        inside = taken - (ends[edge] - rows[edge])
        return float((sums[:edge].sum() + sums[edge] * inside / rows[edge]) / total)

    def area(self, times: Floats) -> float:
        """The area under the ROC curve, of a truth of 0 and 1 (Hanley, McNeil 1982); NaN where a class is missing."""
        rows, ones = self.groups(times)
        zeros = rows - ones
        pairs = ones.sum() * zeros.sum()
        if pairs <= 0:
            return float("nan")
        after = zeros.sum() - np.cumsum(zeros)
        return float(np.sum(ones * (after + zeros / 2)) / pairs)

    def average_precision(self, times: Floats) -> float:
        """The sum of precision over steps of recall, as scikit-learn has it; NaN without a 1."""
        rows, ones = self.groups(times)
        some = ones > 0
        if not some.any():
            return float("nan")
        precision = np.cumsum(ones)[some] / np.cumsum(rows)[some]
        return float(np.sum(ones[some] * precision) / ones.sum())
