"""Session neighbours: past sessions that share items with a running one vote for what comes next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.algorithms.session_answers import Asking, SessionAnswers
from candidates.algorithms.session_tables import Index, Weighing
from candidates.algorithms.whole_sessions import whole_sessions
from candidates.proposals import Recaller, as_member, starts_of
from candidates.source import Fitted, History, Openable, Sizes
from data.aside import ASIDE
from data.checks import check_at_least, check_at_most, check_durations, check_share
from data.cores import threads_of
from data.sound import array_of, need, need_codes, need_starts

MORE = 1.2  # events of a kept session, which has two at least, by those of any
HELD_A_ROW = 50  # bytes of memory an event


@dataclass(frozen=True)
class SessionNeighbours(Openable):
    """Items of the past sessions that are most like the running one, weighted by likeness and nearness.

    A past session's likeness is the sum, over the items that it shares with the running session, of
    decay ^ (events since) x rarity ^ idf, over (the running session's distinct items x the past session's
    events) ^ length_power. Each of its distinct items, before and after the latest shared one, then votes
    likeness x match_decay ^ (events since the shared item) x vote_decay ^ (distance from the shared item) x
    (1 + vote_idf x rarity) x 0.5 ^ (age / half_life). An item's rarity is log(1 + sessions / sessions with it).

    Parameters
    ----------
    name
        The prefix of its columns.
    k
        Past sessions that vote, the most alike; ties go to the later one.
    last_items
        The latest events of the running session that count.
    max_sessions_per_item
        Only so many of the latest sessions with an item are looked at.
    max_sessions
        Only so many of the latest sessions are kept.
    window
        Sessions that ended longer before the history's end are left out; null for none.
    decay
        What sharing an item counts per event that came later: exp(-1 / lambda_spw).
    match_decay
        What a session's votes count per event that came after the latest shared item: exp(-1 / lambda_ipw).
    vote_decay
        A vote's weight per event between it and the shared item: exp(-1 / lambda_inh).
    idf
        The power of a shared item's rarity: 2 as in a cosine of both sessions, 0 for none.
    vote_idf
        How much a rare item's votes count more: lambda_idf.
    length_power
        How much long sessions are held back: 0.5 makes the likeness a cosine.
    half_life
        The age of a past session at which its votes count half; null for no ageing.
    threads
        Queries answered at once, one a core by default; the answers do not depend on it.

    Notes
    -----
    STAN: Garg, Gupta, Malhotra, Vig, Shroff 2019, "Sequence and time aware neighborhood for session-based
    recommendations". VSTAN: Ludewig, Mauro, Latifi, Jannach 2020, "Empirical analysis of session-based
    recommendation algorithms", which has no rarity of shared items. A session of one event is no neighbour: it
    says nothing of what goes together.
    """

    name: str = "session_neighbours"
    needs: ClassVar[tuple[str, ...]] = ()
    k: int = 500
    last_items: int = 20
    max_sessions_per_item: int = 2_000
    max_sessions: int = 5_000_000
    window: timedelta | None = None
    decay: float = 0.85
    match_decay: float = 0.8
    vote_decay: float = 0.75
    idf: float = 2.0
    vote_idf: float = 0.2
    length_power: float = 0.25
    half_life: timedelta | None = None
    threads: int | None = field(default=None, metadata=ASIDE)

    def __post_init__(self) -> None:
        check_at_least(self, 1, "k", "last_items", "max_sessions_per_item", "max_sessions", "threads")
        check_at_most(self, 1_024, "threads")
        check_share(self, "decay", "match_decay", "vote_decay")
        check_durations(self, "window", "half_life")
        check_at_least(self, 0, "idf", "vote_idf", "length_power")

    def room(self, sizes: Sizes) -> tuple[int, int]:
        """The kept sessions' events while they are put in order, and the arrays."""
        sessions = min(sizes.sessions, self.max_sessions)
        rows = int(MORE * sizes.events / max(1, sizes.sessions) * sessions)
        return HELD_A_ROW * rows + 20 * sizes.sessions, 8 * rows

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Write the kept sessions and where each item is in them, an array a file (see `Source.fit`)."""
        kept = self._kept(history)
        sessions = kept.group_by("session", maintain_order=True).agg(pl.len(), pl.col("end").first())
        items = int(kept.select(pl.col("item").max().fill_null(-1)).item()) + 1
        frequency, postings, posting_starts = _postings(kept, items, self.max_sessions_per_item)
        index = Index(
            items=kept["item"].to_numpy(),
            starts=starts_of(sessions["len"].to_numpy()),
            ends=sessions["end"].to_physical().to_numpy(),
            postings=postings,
            posting_starts=posting_starts,
            frequency=frequency,
        )
        into.mkdir(parents=True, exist_ok=True)
        for name, array in index._asdict().items():
            np.save(into / f"{name}.npy", array, allow_pickle=False)
        return Fitted(into)

    def open(self, fitted: Fitted) -> Recaller:
        """The items with most votes of the neighbours (see `Source.open`)."""
        index = _load(fitted.folder)
        return as_member(
            self.name, SessionAnswers(index, self._asking(index), self._weighing(index), threads_of(self.threads))
        )

    def _kept(self, history: History) -> pl.DataFrame:
        """The history's events: item, session counted from the latest to end, end; in that order."""
        latest = self._latest(history)
        events = whole_sessions(history.events.select("session", "item"))
        kept = pl.concat(
            some.join(latest, on="session", maintain_order="left", validate="m:1").select("order", "item", "end")
            for some in events
        )
        return kept.sort("order", maintain_order=True).select("item", "end", session="order")

    def _latest(self, history: History) -> pl.DataFrame:
        """The sessions that are kept: session, end and their order, from the latest to end."""
        long_enough = pl.col("events") > 1
        late = pl.lit(True) if self.window is None else pl.col("end") >= history.until - self.window
        sessions = pl.concat(
            some.group_by("session").agg(end=pl.col("ts").max(), events=pl.len()).filter(long_enough & late)
            for some in whole_sessions(history.events.select("session", "ts"))
        )
        latest = sessions.sort("end", "session", descending=[True, False]).head(self.max_sessions)
        return latest.select("session", "end").with_row_index("order")

    def _asking(self, index: Index) -> Asking:
        """What is to be known of running sessions."""
        rarity = np.append(_rarity(index), 1.0)  # 1 where nobody has met it
        return Asking(self.last_items, self.decay, self.match_decay, self.length_power, rarity**self.idf)

    def _weighing(self, index: Index) -> Weighing:
        """What the kernel is to know of this configuration."""
        events = np.arange(np.diff(index.starts).max(initial=0) + 1, dtype=np.float64)
        return Weighing(
            by_length=np.maximum(events, 1) ** -self.length_power,
            by_distance=self.vote_decay**events,
            by_item=1 + self.vote_idf * _rarity(index),
            half_life=np.inf if self.half_life is None else self.half_life.total_seconds() * 1_000,
            neighbours=self.k,
        )


def _postings(
    kept: pl.DataFrame, items: int, most: int
) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """How many sessions each item is in, the latest of them, and where each item's begin."""
    pairs = kept["item"].to_numpy().astype(np.uint64) << np.uint64(32) | kept["session"].to_numpy()
    pairs.sort()  # in its place: these are as many as the events
    pairs = pairs[np.concatenate([[True], pairs[1:] != pairs[:-1]])[: len(pairs)]]
    frequency = np.bincount((pairs >> np.uint64(32)).astype(np.int64), minlength=items).astype(np.uint32)
    rank = np.arange(len(pairs)) - np.repeat(starts_of(frequency)[:-1], frequency)
    latest = pairs[rank < most].astype(np.uint32)  # the lower half
    return frequency, latest, starts_of(np.minimum(frequency, most))


def _rarity(index: Index) -> npt.NDArray[np.float64]:
    """The inverse document frequency of every item."""
    rarity: npt.NDArray[np.float64] = np.log1p(len(index.ends) / np.maximum(index.frequency, 1).astype(np.float64))
    return rarity


def _load(folder: Path) -> Index:
    """The arrays as they lie on disk, read where they are touched; refused where the kernel would leave them."""
    kinds: list[type[np.generic]] = [np.uint32, np.int64, np.int64, np.uint32, np.int64, np.uint32]
    files = [folder / f"{name}.npy" for name in Index._fields]
    index = Index(*(array_of(file, kind, mapped=True) for file, kind in zip(files, kinds, strict=True)))
    sessions, items = len(index.ends), len(index.frequency)
    need(len(index.starts) == sessions + 1 and len(index.posting_starts) == items + 1, "its arrays do not fit")
    need_starts(index.starts, len(index.items), "starts")
    need_starts(index.posting_starts, len(index.postings), "posting_starts")
    need_codes(index.items, items, "items")
    need_codes(index.postings, sessions, "postings")
    return index
