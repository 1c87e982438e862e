"""Which of many numbers came before, some at a time: sorted runs, merged when they have grown alike."""

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]


class Seen:
    """Numbers that came so far: 8 bytes each."""

    def __init__(self) -> None:
        self.runs: list[Numbers] = []

    def first(self, numbers: Numbers) -> npt.NDArray[np.bool_]:
        """(n) whether each is the first of its kind, here and in all earlier calls."""
        first = np.zeros(len(numbers), bool)
        first[np.unique(numbers, return_index=True)[1]] = True
        for run in self.runs:
            at = np.minimum(np.searchsorted(run, numbers), len(run) - 1)
            first &= run[at] != numbers
        if first.any():
            self.runs.append(np.sort(numbers[first]))
        while len(self.runs) > 1 and len(self.runs[-2]) <= 2 * len(self.runs[-1]):
            self.runs[-2:] = [np.union1d(self.runs[-2], self.runs[-1])]
        return first
