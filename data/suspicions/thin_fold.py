"""A fold that holds a tiny part of the events that its length should hold: its figures say little."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import polars as pl

from data.durations import in_words
from data.warned import Warned

CHECK = "thin_fold"
SHARE = 0.1
LEAST_EXPECTED = 50  # events: below, the log itself is thin


def suspect(
    name: str, events: pl.LazyFrame, start: datetime, end: datetime, usual: Mapping[str, int] | None
) -> list[Warned]:
    """Compare a fold with the log's middle.

    Parameters
    ----------
    name
        The fold's.
    events
        EVENTS of the whole log.
    start, end
        The fold's window.
    usual
        From when until when nearly all of the log happened, and how many events that are, as the log's summary has it
        (see `data.suspicions.stray_times.Usual.plain`); null where its clock is made up.
    """
    if usual is None:
        return []
    span = timedelta(milliseconds=usual["until_ms"] - usual["from_ms"])
    expected = usual["events"] * min((end - start) / span, 1.0)
    found = int(events.filter((pl.col("ts") >= start) & (pl.col("ts") < end)).select(pl.len()).collect().item())
    if expected < LEAST_EXPECTED or found >= SHARE * expected:
        return []
    text = (
        f"the {name} fold, {in_words(end - start)} from {start:%Y-%m-%d %H:%M:%S} UTC, holds {found:,} events, where "
        f"the log has {expected:,.0f} in such a time: what is measured on it says little; move it with `folds.end`, "
        f"`folds.{name}_start` or `folds.{name}`."
    )
    return [Warned(CHECK, text, {"fold": name, "events": found, "expected": round(expected)})]
