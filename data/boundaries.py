"""Where a log is cut in time: the configuration of its folds, and the absolute times that it comes to."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from data.durations import in_words, rounded_down
from data.errors import AisleError

Cut = Literal["random", "all", "first_n", "share"]
Returning = Literal["new", "start", "first_event"]


@dataclass(frozen=True)
class Folds:
    """Where the log is cut in time, and the sessions at their moments.

    Parameters
    ----------
    valid
        Length of the window whose sessions train the rankers, right before the test's.
    test
        Length of the window whose sessions are scored, at the end of the log. With a test file of its own the
        whole log precedes the test, and this does not count.
    end
        Absolute end (UTC), instead of the log's last event; later events are left out.
    test_start
        Absolute begin of the test window (UTC), instead of its length.
    valid_start
        Absolute begin of the valid window (UTC), instead of its length.
    cut
        Where a session is asked: `random` (once), `all` (after every event), `first_n` (after `first_n`
        events), `share` (after that share of its events, rounded up).
    cut_test_file
        The same for a test file: null if it is cut already, so that all its events are visible.
    first_n
        Visible events of the cut `first_n`.
    share
        Visible share of the cut `share`.
    min_prefix
        Events visible at least; a test file that is cut already is answered whole, whatever it shows.
    max_cuts
        Moments at which one session is asked at most, under `all`: those of a longer one are drawn by hash.
    returning
        Who is asked where a session is the whole user. `new`: those who begin in the fold, under their cut. `start`:
        besides, all who came before it, as the fold begins, from all that they did before; the fold that trains asks
        those of them who come in it. `first_event`: besides, those who come back, after their first event in the fold.
        Null: `start` where `input.sessions.by: user` is set, else `new`.
    known_items_only
        Drop events of a fold on items that its history has not, before cutting, as OTTO's split does.
    tune
        Share of the valid fold, by user, that fusion is tuned on.
    stop
        Share of the valid fold, by user, that early stopping watches; the rest fits the rankers.
    most_queries
        Questions that the valid fold asks at most. Of a fold that has more than rankers, fusion and measures have use
        for, sessions are drawn by hash, before anything is proposed for them (`data.draw`).
    seed
        Of random cuts and of parts.
    """

    valid: timedelta = timedelta(days=7)
    test: timedelta = timedelta(days=7)
    end: datetime | None = None
    test_start: datetime | None = None
    valid_start: datetime | None = None
    cut: Cut = "random"
    cut_test_file: Cut | None = None
    first_n: int = 1
    share: float = 0.5
    min_prefix: int = 1
    max_cuts: int = 300
    returning: Returning | None = None
    known_items_only: bool = False
    tune: float = 0.2
    stop: float = 0.15
    most_queries: int = 250_000
    seed: int = 42

    def __post_init__(self) -> None:
        for name in ("valid", "test"):
            if getattr(self, name) <= timedelta(0):
                raise ValueError(f"`folds.{name}` must be above 0, got {getattr(self, name)}.")
        for name in ("first_n", "min_prefix", "max_cuts", "most_queries"):
            if getattr(self, name) < 1:
                raise ValueError(f"`folds.{name}` must be at least 1, got {getattr(self, name)}.")
        if not 0 < self.share < 1:
            raise ValueError(f"`folds.share` must lie between 0 and 1, got {self.share}.")
        if min(self.tune, self.stop) <= 0 or self.tune + self.stop >= 1:
            raise ValueError(f"`folds.tune` + `folds.stop` must lie between 0 and 1, got {self.tune} + {self.stop}.")


@dataclass(frozen=True)
class Boundaries:
    """The absolute times of a log's folds: history < valid_start <= valid < test_start <= test < end."""

    valid_start: datetime
    test_start: datetime
    end: datetime


def first_asked(folds: Folds, first: datetime, last: datetime, test_file: bool) -> datetime:
    """When the earliest fold begins that leaves a history; the log's end, if none does."""
    found = _boundaries(folds, last, test_file)
    return next((start for start in (found.valid_start, found.test_start) if start > first), found.end)


@dataclass(frozen=True)
class FirstFold:
    """Tells, once a log's ends are known, when its first fold begins: what was before may not depend on what comes.

    Parameters
    ----------
    folds
        Of which nothing counts but windows.
    test_file
        Whether the test fold comes from a file of its own.
    """

    folds: Folds
    test_file: bool

    @classmethod
    def of(cls, folds: Folds, test_file: bool) -> "FirstFold":
        """The same for all folds that differ in other things than windows."""
        names = ("valid", "test", "end", "test_start", "valid_start")
        return cls(Folds(**{name: getattr(folds, name) for name in names}), test_file)

    def begins(self, first: datetime, last: datetime) -> datetime:
        """When it begins, in a log from `first` to `last`."""
        return first_asked(self.folds, first, last, self.test_file)


def resolve(folds: Folds, first: datetime, last: datetime, test_file: bool) -> Boundaries:
    """Turn window lengths into absolute times.

    Parameters
    ----------
    folds
        The configured lengths and boundaries.
    first, last
        Times of the log's first and last event.
    test_file
        Whether the test fold comes from a file of its own, after the log.

    Raises
    ------
    AisleError
        If the log is too short for the windows; the message says which would fit.
    """
    found = _boundaries(folds, last, test_file)
    if _in_order(first, found):
        return found
    raise AisleError(
        f"the log spans {in_words(last - first)} ({first:%Y-%m-%d %H:%M:%S} to {last:%Y-%m-%d %H:%M:%S} UTC), "
        f"which leaves no history before a valid fold from {found.valid_start:%Y-%m-%d %H:%M:%S} and a test fold from "
        f"{found.test_start:%Y-%m-%d %H:%M:%S} to {found.end:%Y-%m-%d %H:%M:%S}: "
        f"{_mend(folds, first, last, test_file)}."
    )


def _boundaries(folds: Folds, last: datetime, test_file: bool) -> Boundaries:
    end = _utc(folds.end) or last + timedelta(milliseconds=1)
    test_start = _utc(folds.test_start) or (end if test_file else end - folds.test)
    return Boundaries(_utc(folds.valid_start) or test_start - folds.valid, test_start, end)


def _in_order(first: datetime, found: Boundaries) -> bool:
    return first < found.valid_start < found.test_start <= found.end


def _mend(folds: Folds, first: datetime, last: datetime, test_file: bool) -> str:
    """The window lengths that would fit, if there are any: windows and history share what the boundaries leave."""
    found = _boundaries(folds, last, test_file)
    free = [] if folds.valid_start else ["valid"]
    free += [] if folds.test_start or test_file else ["test"]
    begin = _utc(folds.valid_start) or first
    until = _utc(folds.test_start) or found.end
    fits = rounded_down((until - begin) / (len(free) + 2))
    if free and fits > timedelta(0):
        shorter = replace(folds, **dict.fromkeys(free, fits))  # type: ignore[arg-type]
        if _in_order(first, _boundaries(shorter, last, test_file)):
            return f"set {' and '.join(f'`folds.{name}`' for name in free)} to {in_words(fits)} or less"
    if folds.end or folds.test_start or folds.valid_start:
        return "the first event, `folds.valid_start`, `folds.test_start` and `folds.end` must follow in this order"
    return "give a longer log"


def _utc(time: datetime | None) -> datetime | None:
    return time and (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(UTC)
