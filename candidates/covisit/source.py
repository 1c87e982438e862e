"""Co-visitation: items that stand close together in many visitors' sessions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, get_args

import polars as pl

from candidates.algorithms.votes import NeighbourRecall
from candidates.covisit.kernel import write_neighbours
from candidates.covisit.log import open_log
from candidates.covisit.rules import MOST_EVENTS, MOST_WEIGHT, Normalisation, SessionShare
from candidates.proposals import Recaller
from candidates.source import Fitted, History, Openable, check_type_weights
from data.checks import check_at_least
from data.schema import TYPES


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


@dataclass(frozen=True)
class CoVisits(Openable):
    """Tables of neighbours, one a member, counted together in one pass over the pairs.

    Parameters
    ----------
    name
        The source's own; columns are named by member.
    members
        By name.
    threads
        Ranges of items counted at once; the tables do not depend on it.
    memory_mib
        For the pairs of the ranges that are being counted, all threads together; one item's are never split.

    Raises
    ------
    ValueError
        If there is no member, or a number is below 1.
    """

    name: str = "covisits"
    needs: ClassVar[tuple[str, ...]] = ()
    members: Mapping[str, CoVisit] = field(default_factory=lambda: {"covisit": CoVisit()})
    threads: int = 1
    memory_mib: int = 512

    def __post_init__(self) -> None:
        for name in ("threads", "memory_mib"):
            _check_count(name, getattr(self, name))
        if not self.members:
            raise ValueError("`members` must name one co-visit table or more, got none; leave the source out instead.")

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write <member>/neighbours.parquet: NEIGHBOURS of each member (see `Source.fit`).

        A session's events must stand together and in their order; the sessions' own order does not matter. While it
        runs, a folder `log.tmp` holds the log, 12 bytes an event.
        """
        tables = {name: into / name / "neighbours.parquet" for name in self.members}
        for table in tables.values():
            table.parent.mkdir(parents=True, exist_ok=True)
        with open_log(history.events, into / "log.tmp") as log:
            until_ms = pl.Series([history.until]).dt.epoch("ms").item()
            write_neighbours(log, self.members, until_ms, tables, threads=self.threads, memory_mib=self.memory_mib)
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """For each member, the neighbours of the session's latest items, summed (see `Source.open`)."""
        answers = {
            name: member.votes.open(Fitted(fitted.folder / name).table("neighbours"))
            for name, member in self.members.items()
        }
        return lambda visible, k: {name: answer(visible, k) for name, answer in answers.items()}


def _check_count(name: str, value: int, most: int | None = None) -> None:
    if value < 1:
        raise ValueError(f"`{name}` must be at least 1, got {value}.")
    if most is not None and value > most:
        raise ValueError(f"`{name}` must be at most {most}, got {value}.")
