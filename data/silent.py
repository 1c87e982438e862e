"""Sessions of a test file that are not asked as they stand: without an event that counts, too short, or too long."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import polars as pl

from data.fault import FAULT
from data.folds import MOST_VISIBLE
from data.formats import LogFormat
from data.readers.reader import Reader
from data.schema import Timestamp
from data.shapes.column_types import plain_columns
from data.tables import scan
from data.values.key_forms import POINT
from data.values.null_tokens import is_token, tokens_of
from data.values.raw_keys import parse_keys
from data.warned import Warned

SILENT = "silent.parquet"
"""Beside a test file's tables: the sessions (codes) that it names without any readable event."""


def named_of(
    batch: pl.DataFrame, owner: str, path: Path, first_row: int, reader: Reader, log_format: LogFormat
) -> pl.Series:
    """The distinct keys of a raw batch's sessions or users, those of rows too that cannot be events.

    Parameters
    ----------
    batch
        A batch that `data.validate.validate` has passed.
    owner
        `session` or `user`.
    path, first_row, reader, log_format
        As for `data.validate.validate`. A row that could not be read names nobody, nor does a repeated header.
    """
    if owner not in batch.columns:
        return pl.Series(owner, [], pl.String)
    read = batch.filter(pl.col(FAULT).is_null()) if FAULT in batch.columns else batch
    once = read.select(owner).with_row_index("row", first_row).unique(owner, keep="first", maintain_order=True)
    keys = plain_columns(once.select(owner), path)[owner]
    token = is_token(keys, tokens_of(log_format.null_tokens))
    if token is not None:
        keys, once = keys.filter(~token), once.filter(~token)
    typed = parse_keys(keys, owner in reader.integer_keys, path, once["row"]).drop_nulls()
    headers = [owner, getattr(log_format.columns, owner)]
    return typed.unique() if typed.dtype != pl.String else typed.filter(~typed.is_in(headers)).unique()


def without_events(named: Sequence[pl.Series], heard: pl.Series) -> pl.Series:
    """The keys that are named and that no event has, sorted; a whole number is one key, written as 12 or as 12.0."""
    keys = [each.cast(heard.dtype, strict=False).drop_nulls() for each in named]
    every = pl.concat([heard.clear(), *keys]).unique()
    if heard.dtype == pl.String and not heard.str.contains(POINT).any():
        every = every.str.replace(POINT, "$1").unique()
    return every.filter(~every.is_in(heard.implode())).sort()


def named_sessions(log: Path) -> pl.LazyFrame:
    """All sessions that a test file names: session, user (null where no event tells it)."""
    heard = scan(log / "events").group_by("session").agg(pl.col("user").first())
    if not (log / SILENT).is_file():
        return heard
    mute = scan(log / SILENT).select("session", user=pl.lit(None, pl.UInt32))
    return pl.concat([heard, mute])


def silent_queries(named: pl.LazyFrame, cuts: pl.LazyFrame, moment: datetime) -> pl.LazyFrame:
    """Questions of those that no cut asks: they show no event, and are asked as of a moment.

    Parameters
    ----------
    named
        `named_sessions`.
    cuts
        The moments at which the others are asked (`data.folds.cut_sessions`).
    moment
        When what is known ends.

    Returns
    -------
    pl.LazyFrame
        The columns of `cuts`, `events` 0.
    """
    then = pl.lit(moment).cast(Timestamp)
    others = named.join(cuts.select("session").unique(), on="session", how="anti")
    return others.select("session", "user", start_ts=then, cut_ts=then, events=pl.lit(0, pl.UInt16)).sort("session")


def silent_warning(silent: int, sessions: int) -> list[Warned]:
    """What is said of a test file's sessions that show nothing."""
    if not silent:
        return []
    said = (
        f"{silent:,} of {sessions:,} sessions of the test file show no event that counts (none, unreadable rows, or "
        "unknown items alone under `folds.known_items_only`): they are answered with popular items, and count"
    )
    return [Warned("silent_sessions", said, {"sessions": silent, "of": sessions})]


def unvalued_warning(cut: str, asked: int, sessions: int) -> list[Warned]:
    """What is said of a test file's sessions of whose worth nothing is told."""
    if asked == sessions:
        return []
    said = (
        f"{sessions - asked:,} of {sessions:,} sessions of the test file get no value at the cut `{cut}`, and stand in "
        "no measure: they have no readable event, or too few to be cut (`folds.cut_test_file`)"
    )
    return [Warned("unvalued_sessions", said, {"cut": cut, "sessions": sessions - asked, "of": sessions})]


def short_warning(short: int, sessions: int, least: int) -> list[Warned]:
    """What is said of a test file's sessions that are too short to be cut."""
    if not short:
        return []
    said = (
        f"{short:,} of {sessions:,} sessions of the test file have fewer than {least} events that count, too few to be "
        "cut: they are not asked; without `folds.cut_test_file` every session is answered as it stands"
    )
    return [Warned("short_sessions", said, {"sessions": short, "of": sessions})]


def long_warning(long: int) -> list[Warned]:
    """What is said of a test file's sessions that are too long to be shown whole."""
    if not long:
        return []
    said = (
        f"{long:,} sessions of the test file have more than {MOST_VISIBLE:,} events, which no question shows: they are "
        "asked by their latest ones; a key that stands for nobody (`input.format.null_tokens`) or a crawler looks so"
    )
    return [Warned("long_sessions", said, {"sessions": long, "shown": MOST_VISIBLE})]
