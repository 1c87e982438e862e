"""Smaller runs for development: the same sessions every time, by their key's hash."""

from dataclasses import dataclass

import polars as pl

from data.checks import check_at_least, check_share
from data.keys import mix, uniform

SALT_QUERIES, SALT_HISTORY = 3, 4


@dataclass(frozen=True)
class Sampling:
    """How much of a fold is asked and learnt from.

    Parameters
    ----------
    sample, max_sessions
        Share and largest number of the sessions whose queries are scored, in every fold.
    sample_history, max_history_sessions
        The same for the sessions of the history.
    """

    sample: float = 1.0
    max_sessions: int | None = None
    sample_history: float = 1.0
    max_history_sessions: int | None = None

    def __post_init__(self) -> None:
        check_share(self, "sample", "sample_history")
        check_at_least(self, 1, "max_sessions", "max_history_sessions")

    @property
    def tag(self) -> str:
        """A folder name for the sample; empty for a full run."""
        parts = {
            "s": None if self.sample == 1 else self.sample,
            "n": self.max_sessions,
            "hs": None if self.sample_history == 1 else self.sample_history,
            "hn": self.max_history_sessions,
        }
        return "-".join(f"{name}{value}" for name, value in parts.items() if value is not None)


def sample_sessions(sessions: pl.LazyFrame, share: float, most: int | None, salt: int) -> pl.LazyFrame:
    """Keep a share of sessions, and of those at most so many, by their key's hash.

    Parameters
    ----------
    sessions
        frame(session, hash, ...).
    share, most
        The share and the largest number; 1 and null keep all.
    salt
        Which of several independent samples.

    Returns
    -------
    pl.LazyFrame
        The kept rows; a smaller sample is contained in a larger one.
    """
    if share < 1:
        sessions = sessions.filter(uniform(pl.col("hash"), salt) < share)
    if most is not None:
        order = sessions.with_columns(__order=mix(pl.col("hash"), salt)).sort("__order", "session")
        sessions = order.head(most).drop("__order")
    return sessions


def some_queries(queries: pl.LazyFrame, most: int, salt: int) -> pl.LazyFrame:
    """So many queries at most, drawn by a hash of their number; in the hash's order.

    Parameters
    ----------
    queries
        frame(query, ...), a row a query.
    most
        How many.
    salt
        Which of several independent draws; a smaller one is contained in a larger one.
    """
    return queries.sort(mix(pl.col("query").cast(pl.UInt64), salt), "query").head(most)
