"""What the kernel of session neighbours reads and writes."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

FAR = np.iinfo(np.int32).max // 2


class Index(NamedTuple):
    """Past sessions, the latest to end first, and which of them hold an item.

    Parameters
    ----------
    items
        Every session's items, in their order, one session after the other.
    starts
        Where each session starts in `items`, and the end.
    ends
        When each session ended, in ms.
    postings
        Every item's latest sessions (places in `ends`), rising, one item after the other.
    posting_starts
        Where each item's sessions start in `postings`, and the end.
    frequency
        In how many sessions each item is.
    """

    items: npt.NDArray[np.uint32]
    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    postings: npt.NDArray[np.uint32]
    posting_starts: npt.NDArray[np.int64]
    frequency: npt.NDArray[np.uint32]


class Asked(NamedTuple):
    """Running sessions: each one's distinct items, the latest first.

    Parameters
    ----------
    items
        One query after the other.
    weights
        What sharing each of `items` counts.
    worth
        What a neighbour's votes count whose latest shared item is this one.
    starts
        Where each query starts in `items`, and the end.
    now
        When each query's last event was, in ms.
    """

    items: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float64]
    worth: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    now: npt.NDArray[np.int64]


class Weighing(NamedTuple):
    """What a neighbour and its votes count.

    Parameters
    ----------
    by_length
        A neighbour's weight by its events, up to the longest session's.
    by_distance
        A vote's weight by the distance from the shared item, likewise.
    by_item
        A vote's weight by its item.
    half_life
        The age in ms at which a neighbour counts half; infinite for no ageing.
    neighbours
        Sessions that vote at most.
    """

    by_length: npt.NDArray[np.float64]
    by_distance: npt.NDArray[np.float64]
    by_item: npt.NDArray[np.float64]
    half_life: float
    neighbours: int


class Proposed(NamedTuple):
    """Room for the answers: a row a query, its best item first, `counts` of them filled."""

    items: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]
    counts: npt.NDArray[np.int64]


class Scratch(NamedTuple):
    """What one thread counts in: as large as the log and the catalogue, and left as it was found."""

    similar: npt.NDArray[np.float64]
    shared: npt.NDArray[np.int64]
    met: npt.NDArray[np.int64]
    score: npt.NDArray[np.float64]
    near: npt.NDArray[np.int32]
    voted: npt.NDArray[np.int64]


def scratch_for(index: Index) -> Scratch:
    """Room for one thread."""
    sessions, items = len(index.ends), len(index.frequency)
    return Scratch(
        similar=np.zeros(sessions),
        shared=np.empty(sessions, np.int64),
        met=np.empty(sessions, np.int64),
        score=np.zeros(items),
        near=np.full(items, FAR, np.int32),
        voted=np.empty(items, np.int64),
    )
