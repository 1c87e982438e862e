"""Where the rows of a code start in rows that are sorted by it."""

import numpy as np
import numpy.typing as npt

from data.sound import need_codes


def starts_of(codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The first row of every code from 0 to the largest, and the end.

    Parameters
    ----------
    codes
        Dense codes, rising, with repeats.
    """
    need_codes(codes, None, "key")
    counts = np.bincount(codes) if len(codes) else np.zeros(0, np.int64)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
