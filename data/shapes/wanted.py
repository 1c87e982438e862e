"""Which columns of a log, and paths into them, a configuration uses."""

from collections.abc import Collection
from dataclasses import asdict

from data.formats import Columns, LogFormat
from data.shapes.column_names import column_names

OF_SEVERAL = ("item", "session", "user", "category", "event_id", "order")
"""Settings of `Columns` that may name several columns."""


def names_wanted(log_format: LogFormat, present: Collection[str] = ()) -> frozenset[str]:
    """All names that the settings mean, of the log's columns and of joined tables' ones.

    Parameters
    ----------
    log_format
        The settings.
    present
        Columns that there are: one with commas in its name is not taken for several.
    """
    columns = [name for names in columns_named(log_format.columns, present).values() for name in names]
    keys = [ours for join in log_format.joins.values() for _, ours in key_pairs(join.key)]
    return frozenset({*columns, *flag_columns(log_format), *keys})


def flag_columns(log_format: LogFormat) -> list[str]:
    """The columns of flags, and those of their times and numbers."""
    told = [name for flag in log_format.flags.values() for name in (flag.ts, flag.event_id) if name is not None]
    return list(dict.fromkeys((*log_format.flags, *told)))


def columns_named(columns: Columns, present: Collection[str]) -> dict[str, list[str]]:
    """The columns that each of Aisle's is made of."""
    given = {ours: theirs for ours, theirs in asdict(columns).items() if theirs is not None}
    return {
        ours: column_names(theirs, present) or [theirs] if ours in OF_SEVERAL else [theirs]
        for ours, theirs in given.items()
    }


def key_pairs(key: str, present: Collection[str] = ()) -> list[tuple[str, str]]:
    """What a joined table's and the log's columns of its key are called: `theirs=ours`, or one name for both."""
    pairs = []
    for part in column_names(key, present):
        theirs, _, ours = part.partition("=")
        pairs.append((theirs.strip(), (ours or theirs).strip()))
    return pairs
