"""Sessions of several users: a session's number that means something within its user only brings strangers together."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.tables import scan
from data.warned import Warned

LEAST_SHARE, LEAST_COUNT = 0.01, 3


def several_users(files: Sequence[Path], session: str | None, user: str | None) -> list[Warned]:
    """What to say where more than a trace of the sessions have several users.

    Parameters
    ----------
    files
        EVENTS, a session in one file.
    session, user
        The log's columns of both, for the message.
    """
    told = several = 0
    for file in files:
        users = scan(file).filter(pl.col("user").is_not_null()).group_by("session")
        span = users.agg(first=pl.col("user").min(), last=pl.col("user").max())
        counts = span.select(pl.len(), several=(pl.col("first") != pl.col("last")).sum()).collect().row(0)
        told, several = told + counts[0], several + counts[1]
    if several < LEAST_COUNT or several < LEAST_SHARE * told:
        return []
    both = f"{user or 'user'},{session or 'session'}"
    said = (
        f"{several:,} of {told:,} sessions ({several / told:.1%}) have events of several users: if a session's number "
        f'means something within its user only, set `input.format.columns.session` to "{both}"'
    )
    return [Warned("several_users", said, {"sessions": told, "several": several})]
