"""Why a fold has no session to ask, or nothing to learn: in words that name what would help."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from data.durations import in_words

TIME = "%Y-%m-%d %H:%M:%S"


def why_unlearnable(labels: pl.LazyFrame, history: pl.LazyFrame, until: datetime) -> str:
    """Why no label of the valid fold is among its candidates, with a mend.

    Parameters
    ----------
    labels
        LABELS of the fold.
    history
        EVENTS that its sources have learnt from.
    until
        When the history ends.
    """
    wanted = labels.select("item").unique().collect()
    count = int(labels.select(pl.len()).collect().item())
    known = wanted.lazy().join(history.select("item").unique(), on="item", how="semi").collect().height
    if not count:
        return "nothing follows the questions of the valid fold, so nothing can be learnt; widen `folds.valid`."
    found = f"the valid fold's {count:,} labels are of {wanted.height:,} items, and"
    if not known:
        return (
            f"{found} the history before {until:{TIME}} UTC has none of them, so no source can propose them: the "
            "catalogue is new in every window, or the history is short; give a longer log, or a shorter `folds.valid` "
            "and `folds.test`."
        )
    return (
        f"{found} the history before {until:{TIME}} UTC has {known:,} of them, but no source proposes one where "
        "it is asked for: raise `candidates.total` and `candidates.per_source`, or widen `folds.valid` to ask more."
    )


def why_unasked(
    name: str, events: Sequence[pl.LazyFrame], window: tuple[datetime | None, datetime | None], least: int, known: bool
) -> str:
    """The first of the reasons that holds, with its mend.

    Parameters
    ----------
    name
        The fold's.
    events
        EVENTS of all that might be asked, whatever their time, a frame a shard.
    window
        When the fold's sessions begin, and when it ends; null where a test file's may begin at any time.
    least
        Events that a session needs.
    known
        Whether events of items that the history lacks are left out.
    """
    sessions = pl.concat(
        [
            rows.group_by("session").agg(pl.len().alias("events"), first=pl.col("ts").min(), last=pl.col("ts").max())
            for rows in events
        ]
    ).collect()
    longest = int(sessions["events"].max() or 0)  # type: ignore[arg-type]
    if longest < least:
        users = pl.concat([rows.select("user").drop_nulls() for rows in events]).group_by("user").len()
        by_user = int(users.select(pl.col("len").max()).collect().item() or 0)
        return _too_short(name, sessions.height, longest, least, by_user)
    start, end = window
    if start is None or end is None:
        return f"the {name} file has no session of {least} events or more that can be asked; {_items(known)}."
    return _in_window(name, sessions, start, end, least, known)


def _too_short(name: str, sessions: int, longest: int, least: int, by_user: int) -> str:
    rest = "nothing follows that could be asked for" if longest == 1 else f"{least} are needed"
    mends = ["check what a session is (`input.sessions`, or the column that names it)"]
    if by_user >= least:
        mends += [f"make a session of each user, of whom one has {by_user:,} events (`input.sessions.by: user`)"]
    if longest > 1:
        mends += ["lower `folds.min_prefix`"]
    return (
        f"the {name} fold cannot ask: of {sessions:,} sessions none has more than {longest} "
        f"event{'s' if longest != 1 else ''}, so {rest}; {', or '.join(mends)}."
    )


def _in_window(name: str, sessions: pl.DataFrame, start: datetime, end: datetime, least: int, known: bool) -> str:
    span = f"from {start:{TIME}} to {end:{TIME}} UTC"
    begun = sessions.filter((pl.col("first") >= start) & (pl.col("first") < end))
    going = sessions.filter((pl.col("first") < start) & (pl.col("last") >= start))
    if begun.is_empty() and going.is_empty():
        return (
            f"the {name} fold {span} holds no event: the log pauses there ({in_words(end - start)}); move the fold "
            f"with `folds.end` or `folds.{name}_start`."
        )
    if begun.is_empty():
        return (
            f"no session begins in the {name} fold {span}, and {going.height:,} that began before go on in it: where a "
            "session is a whole user, ask those who return (`folds.returning: start`), or let a pause end a session "
            "(`input.sessions.by: gap`)."
        )
    if int(begun["events"].max() or 0) < least:  # type: ignore[arg-type]
        lower = ", or lower `folds.min_prefix`" if least > 2 else ""
        return (
            f"the {name} fold {span} has {begun.height:,} sessions, and none has {least} events or more; widen "
            f"`folds.{name}`{lower}."
        )
    return (
        f"the {name} fold {span} has {begun.height:,} sessions, and none has {least} events or more before it ends; "
        f"widen `folds.{name}`, or {_items(known)}."
    )


def _items(known: bool) -> str:
    return "set `folds.known_items_only: false`" if known else "check `folds.min_prefix`"
