"""Which sessions value models learn from and are asked about, and at which moments."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import polars as pl

from data.boundaries import Folds
from data.checks import check_at_least
from data.folds import cut_sessions, fold_events, shown_events

At = Literal["first_n", "share", "random", "all", "whole"]
ENDLESS = datetime(9999, 1, 1)


@dataclass(frozen=True)
class ValueCut:
    """One question: the moment in a session at which its value is asked.

    Parameters
    ----------
    at
        `first_n` events, a `share` of its events (rounded up), one at `random`, `all` of them, or the `whole` session
        as it is: for logs whose test sessions are given whole and whose value is a label.
    first_n, share
        Of those two.
    min_events
        Events a session must have in all; by default one more than are visible at least.
    learn_too
        Names of other cuts whose training rows are learnt from as well.
    """

    at: At = "first_n"
    first_n: int = 3
    share: float = 0.5
    min_events: int | None = None
    learn_too: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_at_least(self, 1, "first_n", "min_events")
        if not 0 < self.share < 1:
            raise ValueError(f"`share` must lie between 0 and 1, got {self.share}.")

    @property
    def least(self) -> int:
        """Events that a session has at least, to be asked."""
        if self.min_events is not None:
            return self.min_events
        return {"first_n": self.first_n + 1, "whole": 1}.get(self.at, 2)


def asked_events(events: pl.LazyFrame, start: datetime, end: datetime, least: int) -> pl.LazyFrame:
    """EVENTS with `position` of the sessions that begin in [start, end) and have events enough.

    Parameters
    ----------
    events
        EVENTS of whole sessions, up to the log's end.
    start, end
        When sessions begin; those that go on after `end` stay whole.
    least
        Events a session must have.
    """
    first = pl.col("ts").min().over("session")
    wanted = (first < end) & (pl.len().over("session") >= least)
    return fold_events(events.filter(wanted), start, ENDLESS.replace(tzinfo=start.tzinfo))


def shown(events: pl.LazyFrame, cut: ValueCut) -> tuple[pl.LazyFrame, int]:
    """What questions show of `asked_events`, and how many sessions have more (see `data.folds.shown_events`)."""
    told, long = shown_events(events.collect(), None if cut.at == "whole" else cut.at)
    return told.lazy(), long


def cut_queries(events: pl.LazyFrame, hashes: pl.LazyFrame, cut: ValueCut, folds: Folds) -> pl.LazyFrame:
    """The moments at which sessions are asked: session, user, start_ts, cut_ts, events.

    Parameters
    ----------
    events
        `asked_events`.
    hashes
        frame(session, hash): what random cuts follow.
    cut, folds
        The question; what random cuts are drawn by, and how many moments of a session are asked at most.
    """
    config = Folds(first_n=cut.first_n, share=cut.share, seed=folds.seed, max_cuts=folds.max_cuts)
    return cut_sessions(events, hashes, config, None if cut.at == "whole" else cut.at)


@dataclass(frozen=True)
class Span:
    """When sessions begin that are learnt from, [learn_from, test_start), and that are scored, [test_start, end).

    Raises
    ------
    ValueError
        If they are not in this order.
    """

    learn_from: datetime
    test_start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not self.learn_from < self.test_start <= self.end:
            raise ValueError(
                f"`value.learn_from` {self.learn_from:%Y-%m-%d %H:%M} must lie before the test's begin "
                f"{self.test_start:%Y-%m-%d %H:%M}, and that not after the end {self.end:%Y-%m-%d %H:%M}; "
                "move `value.learn_from`, `folds.test_start` or `folds.test`."
            )
