"""A session's lists with the reasons for them, as data."""

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Asked:
    """A query, and where it lies."""

    query: int
    session: str
    events: int
    shard: int


@dataclass(frozen=True)
class SessionLists:
    """What a session shows, and why its lists are as they are.

    Parameters
    ----------
    asked
        The query.
    visible
        frame(ts, type, item, text): the events up to the cut; items in the shop's keys.
    lists
        Per objective frame(rank, item, text, score, sources, for, against); nulls where popularity filled up.
    """

    asked: Asked
    visible: pl.DataFrame
    lists: dict[str, pl.DataFrame]
