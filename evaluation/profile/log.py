"""A log's whole portrait, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from data.fixed import money_scale
from data.visits import with_visits
from evaluation.profile.goods import top_goods
from evaluation.profile.money import money_of_a_log
from evaluation.profile.periods import DAY_STEPS, events_over_time, hours_of_the_week, step_of
from evaluation.profile.plain import plain
from evaluation.profile.popularity import concentration, item_rows, popularity_curve, turnover
from evaluation.profile.quality import examples, missing, set_aside
from evaluation.profile.sessions import durations, funnel, lengths, session_rows, transitions
from evaluation.profile.spread import spread
from evaluation.profile.visitors import (
    days_between,
    new_and_returning,
    numbered_visits,
    returned_within,
    visitors_over_time,
    visits_a_visitor,
)

MOST_BARS = 60  # periods of the pictures that have several bars a period


@dataclass(frozen=True)
class LogFrames:
    """What is looked at.

    Parameters
    ----------
    events
        EVENTS with `spend` and `value` of each event (money).
    items, notes
        ITEMS and NOTES.
    categories
        The categories' keys: code, key.
    quarantine
        The rows that were set aside.
    summary
        The log's summary.json.
    clock
        Whether its times are times; else only their order means anything, and what is told of times is left out.
    whole_users
        Whether a session is all of a visitor: then a visit ends with a pause.
    pause
        How long that is.
    labelled
        Whether a session is worth what the log itself says of it, and not what its events are.
    """

    events: pl.LazyFrame
    items: pl.LazyFrame
    notes: pl.LazyFrame
    categories: pl.LazyFrame
    quarantine: pl.LazyFrame
    summary: Mapping[str, Any]
    clock: bool
    whole_users: bool
    pause: timedelta
    labelled: bool

    @property
    def ends(self) -> tuple[datetime, datetime]:
        """The first and the last moment."""
        first, last = (datetime.fromisoformat(self.summary[name]).replace(tzinfo=UTC) for name in ("first", "last"))
        return first, last


def log_profile(log: LogFrames) -> dict[str, Any]:
    """Everything that is known of a log before a model learns from it.

    Returns
    -------
    dict
        log, warnings, time, sessions, popularity, turnover, visitors, money, missing, set_aside, goods: see the
        functions of this room. time, turnover and visitors are null where the log has no clock, visitors also where it
        names none.
    """
    largest, count = log.events.select(pl.col("value").max().fill_null(0.0), pl.len()).collect().row(0)
    scale = money_scale(max(largest, 1.0), max(count, 1))
    sessions = session_rows(log.events, scale).collect()
    items = item_rows(log.events).collect()
    values = sessions["value"]
    if log.labelled:
        told = log.notes.select("session", pl.col("session_value").fill_null(0.0)).collect()
        values = sessions.join(told, on="session", how="left")["session_value"].fill_null(0.0)
    return {
        "log": _counts(log, sessions),
        "warnings": [str(one["said"]) for one in log.summary["warnings"]],
        "time": _time(log) if log.clock else None,
        "sessions": _sessions(log, sessions),
        "popularity": {"concentration": concentration(items), "curve": plain(popularity_curve(items["events"]))},
        "turnover": _turnover(log, items) if log.clock else None,
        "visitors": _visitors(log, sessions, scale) if log.clock else None,
        "money": money_of_a_log(log.events, log.items, values),
        "missing": plain(missing({"events": log.events.drop("spend", "value"), "items": log.items})),
        "set_aside": {"reasons": plain(set_aside(log.summary)), "examples": plain(examples(log.quarantine))},
        "goods": {name: plain(top) for name, top in top_goods(log.events, log.items, log.categories, scale).items()},
    }


def _counts(log: LogFrames, sessions: pl.DataFrame) -> dict[str, Any]:
    told = log.summary
    sums = sessions.select(pl.col("clicks", "carts", "orders").sum()).row(0, named=True)
    first, last = log.ends
    return {
        **{name: told[name] for name in ("rows", "events", "sessions", "users", "items")},
        **sums,
        "value": float(sessions["value"].to_numpy().sum()),
        "first": told["first"] if log.clock else None,
        "last": told["last"] if log.clock else None,
        "days": (last - first).total_seconds() / 86_400 if log.clock else None,
        "duplicates": told["duplicates"],
        "refunds": told.get("refunds"),
        "whole_users": log.whole_users,
    }


def _time(log: LogFrames) -> dict[str, Any]:
    step = step_of(*log.ends)
    return {
        "step": step,
        "events": plain(events_over_time(log.events, *log.ends, step)),
        "hours": plain(hours_of_the_week(log.events)),
    }


def _sessions(log: LogFrames, sessions: pl.DataFrame) -> dict[str, Any]:
    several = sessions.filter(pl.col("events") > 1)
    return {
        "events": spread(sessions["events"].to_numpy()),
        "items": spread(sessions["items"].to_numpy()),
        "seconds": spread(several["seconds"].to_numpy()) if log.clock else None,
        "lengths": plain(lengths(sessions)),
        "durations": plain(durations(sessions)) if log.clock else None,
        "funnel": plain(funnel(sessions)),
        "transitions": plain(transitions(log.events)),
    }


def _turnover(log: LogFrames, items: pl.DataFrame) -> dict[str, Any]:
    step = step_of(*log.ends, MOST_BARS, DAY_STEPS)
    return {"step": step, "periods": plain(turnover(log.events, items, *log.ends, step))}


def _visitors(log: LogFrames, sessions: pl.DataFrame, scale: float) -> dict[str, Any] | None:
    visits = sessions
    if log.whole_users:
        visits = session_rows(with_visits(log.events, log.pause), scale, ("session", "visit")).collect()
        visits = visits.with_columns(user="session")
    numbered = numbered_visits(visits)
    if numbered.is_empty():
        return None
    step = step_of(*log.ends, MOST_BARS, DAY_STEPS)
    return {
        "visitors": numbered["user"].n_unique(),
        "visits": plain(visits_a_visitor(numbered)),
        "days_between": plain(days_between(numbered)),
        "returned_within": plain(returned_within(numbered, log.ends[1])),
        "new_and_returning": plain(new_and_returning(numbered, scale)),
        "step": step,
        "over_time": plain(visitors_over_time(numbered, step)),
    }
