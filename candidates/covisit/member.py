"""One co-visit member: which pairs count, how much, and what score they come to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Literal, get_args

from candidates.algorithms.votes import NeighbourRecall
from candidates.source import check_type_weights
from data.checks import check_at_least
from data.schema import TYPES

Normalisation = Literal["raw", "conditional", "cosine", "pmi", "idf"]
SessionShare = Literal["none", "length", "log"]

MOST_EVENTS = 65_535
"""Ranks are kept in 16 bits; no pair's gap need be longer."""

MOST_WEIGHT = 255
"""A pair's weight is kept in 32 bits, in units of 2^-24."""


@dataclass(frozen=True)
class CoVisit:
    """One member: neighbours by how often, how near and how lately two items were visited together.

    A pair of events of one session counts type weight / gap ^ `gap_power` x 0.5 ^ (age / `half_life`) x 0.5 ^ (time
    between both / `apart_half_life`) x session share, where the gap is 1 for events that follow one another and the
    age that of the earlier event at the history's end. It counts from the earlier item to the later and back; an
    item met again is so its own neighbour twice.

    Parameters
    ----------
    window
        Two events further apart in time are no pair.
    recent
        Only events of so long before the history's end are paired; null for all.
    last_events
        Only so many of a session's latest events are paired.
    max_gap
        Two events further apart in the session are no pair.
    gap_power
        How fast a pair loses weight with its gap: 0 not at all, 1 as 1 / gap.
    half_life
        The age at which a pair counts half; null for no ageing.
    apart_half_life
        The time between both events at which a pair counts half; null where it does not matter.
    forward_only
        Whether only the later item is a neighbour of the earlier one, and not the reverse.
    type_weights
        A pair's weight by its later event's type, 1 where not named; null for all alike.
    from_types, to_types
        Only pairs whose earlier, whose later event is of one of these types: carts to orders, any to orders. With
        `forward_only` off, such a pair counts both ways too: what was ordered then has what was carted for it as
        its neighbour.
    session_share
        What a pair of a session of n paired events counts: `none` 1, `length` 1 / n, `log` 1 / log(1 + n).
    normalise
        A pair's score, w being its summed weight, mine and its the two items' sums of all pairs (forward only: of
        what follows the item, of what the neighbour follows), total the sum over all items: `raw` w; `conditional`
        w / mine; `cosine` w / sqrt(mine x its); `pmi` log(w x total / (mine x its)), only above 0; `idf`
        w x log(1 + total / its).
    keep_self
        Whether an item may be its own neighbour: a repeated click says that it is likely clicked again.
    neighbours
        Kept an item.
    votes
        How the table answers a running session.

    Raises
    ------
    ValueError
        If a field is out of its range.

    Notes
    -----
    Item-to-item co-occurrence: Linden, Smith, York 2003, "Amazon.com recommendations". Weights that fall with the
    distance in the session and over time: Garg et al. 2019, "Sequence and time aware neighborhood for session-based
    recommendations". Positive pointwise mutual information: Church, Hanks 1990, "Word association norms, mutual
    information, and lexicography". Inverse frequency, and shares of long histories: Breese, Heckerman, Kadie 1998,
    "Empirical analysis of predictive algorithms for collaborative filtering". Type weights (1, 6, 3) and members from
    any event to orders: the winning entries of the Kaggle contest "OTTO: multi-objective recommender system", 2023.
    """

    window: timedelta = timedelta(hours=24)
    recent: timedelta | None = None
    last_events: int = 30
    max_gap: int = 10
    gap_power: float = 1.0
    half_life: timedelta | None = timedelta(days=7)
    apart_half_life: timedelta | None = None
    forward_only: bool = False
    type_weights: Mapping[str, float] | None = None
    from_types: tuple[str, ...] = TYPES
    to_types: tuple[str, ...] = TYPES
    session_share: SessionShare = "none"
    normalise: Normalisation = "cosine"
    keep_self: bool = True
    neighbours: int = 50
    votes: NeighbourRecall = field(default_factory=NeighbourRecall)

    def __post_init__(self) -> None:
        for name, most in (("last_events", None), ("max_gap", MOST_EVENTS), ("neighbours", MOST_EVENTS)):
            _check_count(name, getattr(self, name), most)
        for name in ("window", "recent", "half_life", "apart_half_life"):
            value = getattr(self, name)
            if value is not None and value < timedelta(milliseconds=1):
                raise ValueError(f"`{name}` must be above 0, got {value}.")
        check_at_least(self, 0, "gap_power")
        for name, allowed in (("session_share", SessionShare), ("normalise", Normalisation)):
            if getattr(self, name) not in get_args(allowed):
                raise ValueError(f"`{name}` must be one of {get_args(allowed)}, got {getattr(self, name)!r}.")
        self._check_types()

    def _check_types(self) -> None:
        for name in ("from_types", "to_types"):
            types = getattr(self, name)
            if not types or not set(types) <= set(TYPES):
                raise ValueError(f"`{name}` must name one or more of {TYPES}, got {types}.")
        weights = self.type_weights or {}
        check_type_weights(weights)
        if any(weight > MOST_WEIGHT for weight in weights.values()):
            raise ValueError(f"`type_weights` must be at most {MOST_WEIGHT}, got {dict(weights)}.")


def _check_count(name: str, value: int, most: int | None = None) -> None:
    if value < 1:
        raise ValueError(f"`{name}` must be at least 1, got {value}.")
    if most is not None and value > most:
        raise ValueError(f"`{name}` must be at most {most}, got {value}.")
