"""A log that holds what a test file asks for: the scored sessions themselves, or what happened after they began."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from data.readers.reader import SessionRule
from data.warned import Warned

CHECK = "test_leaks"
LATER = timedelta(days=1)  # the last of a few users is last seen a little before the log ends
TIME = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True)
class Asking:
    """What a test file's sessions are.

    Parameters
    ----------
    by
        The session rule.
    whole
        Whether all their events are visible (a test file that is cut shows some, and asks for the others).
    clock
        Whether the log's times are times, and its sessions' keys keys; a made-up clock knows neither.
    """

    by: SessionRule
    whole: bool
    clock: bool


@dataclass(frozen=True)
class Span:
    """From the first to the last event, and how many there are."""

    first: datetime
    last: datetime
    events: int

    @classmethod
    def of(cls, events: pl.LazyFrame) -> "Span":
        """Of some events."""
        return cls(
            *events.select(pl.col("ts").min().alias("first"), pl.col("ts").max().alias("last"), pl.len())
            .collect()
            .row(0)
        )


def known_too_early(log: pl.LazyFrame, test: pl.LazyFrame, sessions: pl.LazyFrame, asking: Asking) -> list[Warned]:
    """What of a test file's answers the log knows.

    Parameters
    ----------
    log, test
        EVENTS of both, in the codes of one dictionary.
    sessions
        The test file's dictionary of sessions, which begins with the log's.
    asking
        What the test file's sessions are.
    """
    if asking.by == "user" and asking.whole:
        return [*_later_events_of_users(log, test, sessions, asking), *_ends_later(log, test, asking)]
    return [*_shared_sessions(log, test, sessions), *(_not_before(log, test) if asking.clock else [])]


def _shared_sessions(log: pl.LazyFrame, test: pl.LazyFrame, sessions: pl.LazyFrame) -> Iterator[Warned]:
    asked = test.select("session").unique()
    shared = asked.join(log.select("session").unique(), on="session", how="semi").sort("session").collect()
    if shared.height:
        count = int(asked.select(pl.len()).collect().item())
        example = _key(sessions, shared["session"][0])
        yield Warned(
            CHECK,
            f"{shared.height:,} of the test file's {count:,} sessions are in the log too, such as `{example}`: what is "
            "asked of them may stand in what is learnt from; take them out of the log, or give each session a key of "
            "its own.",
            {"shared_sessions": shared.height, "sessions": count, "session": example},
        )


def _not_before(log: pl.LazyFrame, test: pl.LazyFrame) -> Iterator[Warned]:
    known, asked = Span.of(log), Span.of(test)
    if asked.last < known.first:
        yield Warned(
            CHECK,
            f"the test file ends {asked.last:{TIME}} UTC, before the log begins ({known.first:{TIME}}): what is learnt "
            "from comes after what is asked; exchange the files, or give the log before the test file.",
            {"test_ends": f"{asked.last:{TIME}}", "log_begins": f"{known.first:{TIME}}"},
        )
    elif known.last >= asked.first:
        late = int(log.filter(pl.col("ts") >= asked.first).select(pl.len()).collect().item())
        yield Warned(
            CHECK,
            f"the log ends {known.last:{TIME}} UTC, after the test file begins ({asked.first:{TIME}}): {late:,} of its "
            f"{known.events:,} events are later than that; end the log there.",
            {"log_events_later": late, "log_ends": f"{known.last:{TIME}}", "test_begins": f"{asked.first:{TIME}}"},
        )


def _later_events_of_users(
    log: pl.LazyFrame, test: pl.LazyFrame, users: pl.LazyFrame, asking: Asking
) -> Iterator[Warned]:
    if not asking.clock:
        return
    seen = test.group_by("session").agg(seen=pl.col("ts").max())
    later = log.join(seen, on="session").filter(pl.col("ts") > pl.col("seen")).select("session").collect()
    if later.height:
        count, example = later["session"].n_unique(), _key(users, later["session"].min())
        yield Warned(
            CHECK,
            f"the log holds {later.height:,} events of {count:,} users of the test file that are later than their last "
            f"event there, such as of `{example}`: they are what is asked for; end the log where the test file ends.",
            {"log_events_later": later.height, "users": count, "user": example},
        )


def _ends_later(log: pl.LazyFrame, test: pl.LazyFrame, asking: Asking) -> Iterator[Warned]:
    known, asked = Span.of(log), Span.of(test)
    if asking.clock and known.last - asked.last > LATER:
        late = int(log.filter(pl.col("ts") > asked.last).select(pl.len()).collect().item())
        yield Warned(
            CHECK,
            f"the log ends {known.last:{TIME}} UTC, after the test file's last event ({asked.last:{TIME}}): {late:,} "
            f"of its {known.events:,} events are later than all that is visible; end the log there.",
            {"log_events_later": late, "log_ends": f"{known.last:{TIME}}", "test_ends": f"{asked.last:{TIME}}"},
        )


def _key(sessions: pl.LazyFrame, code: object) -> str:
    key: str = sessions.filter(pl.col("code") == code).select(pl.col("key").cast(pl.String)).collect().item()
    return key
