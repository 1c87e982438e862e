"""What the visitors of a synthetic shop bring along, and what one of them keeps in mind."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Visitors(NamedTuple):
    """What is drawn for m sessions and their e events before they start to browse.

    Attributes
    ----------
    offsets
        (m + 1) int64, the first event of each session, then e.
    opens
        (e) bool, whether an event opens a visit.
    day
        (e) int64, the day of the log.
    tastes
        (m, 3) int64, clusters that the visitor likes, best first.
    zeal
        (m) float64, how readily the visitor buys, 1 on average.
    chance
        (e, DRAWS) float64, uniform random numbers.
    wandering
        Share of clicks that leave the tastes.
    """

    offsets: Ints
    opens: NDArray[np.bool_]
    day: Ints
    tastes: Ints
    zeal: Floats
    chance: Floats
    wandering: float


class Mind(NamedTuple):
    """One visitor's mind, overwritten by the next one's.

    Attributes
    ----------
    memory
        (n, 3) int64, a row (item, clicks, state) for each item met, the one touched last in front.
    mood
        (5) int64: items in memory, items waiting in the cart, type of the last event, whether a purchase is
        under way, the cluster that this visit is about.
    """

    memory: Ints
    mood: Ints
