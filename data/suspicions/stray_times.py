"""A few events far before or after all others: clocks that were wrong, which place the folds all the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from data.durations import in_words
from data.warned import Warned

CHECK = "stray_times"
REASON = "stray time"
SHARE = 0.01  # of a log's events at most stray at either end,
FEW, FEW_SHARE = 20, 0.05  # in a small log so many, if they are no more than this share
LONGEST_USUAL = timedelta(days=1)  # a pause that any shop may make, where the log is not shorter
OF_SPAN = 0.05
TIMES_USUAL = 2  # the log's own longest pause
MINUTE = 60_000


@dataclass(frozen=True)
class Usual:
    """When nearly all of a log happened.

    Parameters
    ----------
    start, end
        Events before `start` and from `end` on are stray; null where none are.
    middle
        First and last minute (ms since 1970) of the log without the few events at either end, stray or not.
    events
        How many lie there.
    """

    start: datetime | None
    end: datetime | None
    middle: tuple[int, int]
    events: int

    def plain(self) -> dict[str, int]:
        """What folds are compared with, as json holds it."""
        return {"from_ms": self.middle[0], "until_ms": self.middle[1], "events": self.events}

    @property
    def inside(self) -> pl.Expr:
        """Whether an event is not stray."""
        late = pl.lit(True) if self.end is None else pl.col("ts") < self.end
        return late if self.start is None else late & (pl.col("ts") >= self.start)


def usual_times(events: pl.LazyFrame) -> Usual:
    """Find the stray ends of a log.

    A pause is too long where it is a day or more (or the log's length, if that is less), a twentieth of the log's span,
    and twice the longest pause inside it: a shop that shuts for a fortnight has none that begins after a week.

    Parameters
    ----------
    events
        With `ts`, of a whole log: one event or more.
    """
    minute = (pl.col("ts").dt.epoch("ms") // MINUTE).alias("minute")
    counted = events.select(minute).group_by("minute").len().sort("minute").collect(engine="streaming")
    minutes, counts = counted["minute"].to_numpy(), counted["len"].to_numpy().astype(np.int64)
    total = int(counts.sum())
    few = max(SHARE * total, min(FEW, FEW_SHARE * total))
    low = int(np.searchsorted(np.cumsum(counts), few, side="right"))
    high = len(counts) - 1 - int(np.searchsorted(np.cumsum(counts[::-1]), few, side="right"))
    span, pauses = int(minutes[high] - minutes[low]), np.diff(minutes)
    longest = int(pauses[low:high].max(initial=0))
    day = LONGEST_USUAL // timedelta(milliseconds=MINUTE)
    least = max(1, min(day, span), OF_SPAN * span, TIMES_USUAL * longest)
    after = np.flatnonzero(pauses[high:] >= least)
    before = np.flatnonzero(pauses[:low] >= least)
    return Usual(
        start=_moment(int(minutes[before[-1] + 1])) if len(before) else None,
        end=_moment(int(minutes[high + after[0]]) + 1) if len(after) else None,
        middle=(int(minutes[low]) * MINUTE, int(minutes[high] + 1) * MINUTE),
        events=int(counts[low : high + 1].sum()),
    )


def droppable(events: pl.LazyFrame, usual: Usual, begins: Callable[[datetime, datetime], datetime]) -> Usual:
    """What may be left out of a log whose folds follow: what comes after a fold's begin decides nothing before it.

    What is early is judged by what was before the first fold alone, and nothing before it is late.

    Parameters
    ----------
    events
        With `ts`, of a whole log.
    usual
        What `usual_times` says of it.
    begins
        The first and the last time of a log -> when its first fold begins.
    """
    late = pl.lit(True) if usual.end is None else pl.col("ts") < usual.end
    span = events.filter(late).select(pl.col("ts").min().alias("first"), pl.col("ts").max().alias("last"))
    begin = begins(*span.collect(engine="streaming").row(0))
    before = events.filter(pl.col("ts") < begin)
    known = usual_times(before).start if before.limit(1).collect().height else None
    return replace(usual, start=known, end=None if usual.end is None else max(usual.end, begin))


def _moment(minute: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)


def suspect(events: pl.LazyFrame, usual: Usual, *, whole: bool = False) -> list[Warned]:
    """What is said of stray events, an end a line; of a file that is answered `whole`, without a setting."""
    if usual.start is None and usual.end is None:
        return []
    kept = events.filter(usual.inside).select(pl.col("ts").min().alias("first"), pl.col("ts").max().alias("last"))
    first, last = kept.collect(engine="streaming").row(0)
    total, said = int(events.select(pl.len()).collect().item()), []
    for side, bound in (("after", usual.end), ("before", usual.start)):
        if bound is None:
            continue
        where = pl.col("ts") >= bound if side == "after" else pl.col("ts") < bound
        far = events.filter(where).select(pl.len(), pl.col("ts").min().alias("low"), pl.col("ts").max().alias("high"))
        count, low, high = far.collect(engine="streaming").row(0)
        said.append(_warned(side, count, total, (low, high), (first, last), whole))
    return said


def _warned(
    side: str, count: int, total: int, stray: tuple[datetime, datetime], rest: tuple[datetime, datetime], whole: bool
) -> Warned:
    away = stray[0] - rest[1] if side == "after" else rest[0] - stray[1]
    edge = f"the rest, which ends {_told(rest[1])}" if side == "after" else f"the rest, which begins {_told(rest[0])}"
    mend = "set `input.quality.stray_times: drop` to set them aside"
    if whole:
        mend = "a test file is answered whole, and nothing of it is left out"
    elif side == "after":
        mend += f", or `folds.end: {(rest[1] + timedelta(seconds=1)):%Y-%m-%dT%H:%M:%S}` to leave them out of the folds"
    text = (
        f"{count:,} of {total:,} events ({count / total:.2%}) lie {in_words(away)} and more {side} {edge} "
        f"(from {_told(stray[0])} to {_told(stray[1])} UTC), as wrong clocks write them: {mend}."
    )
    return Warned(CHECK, text, {"side": side, "events": count, "first": _told(stray[0]), "last": _told(stray[1])})


def _told(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def told_of(summary: Mapping[str, Any], check: str = CHECK) -> str:
    """What a log's summary says of its stray events, or what another check saw; empty where that is nothing."""
    return " ".join(one["said"] for one in summary["warnings"] if one["check"] == check)
