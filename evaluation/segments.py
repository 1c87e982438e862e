"""Where lists are good and where they are not: recall@20 and MRR@20 by what a query, or a wanted item, is like."""

from typing import Any

import polars as pl

from evaluation.intervals import resample_units, told
from evaluation.session_units import MEASURES, session_units

LENGTHS = (0, 1, 2, 3, 5, 10, 20)
"""The longest sessions of each class but the last, in visible events."""

LENGTH_NAMES = ("none", "1", "2", "3", "4 to 5", "6 to 10", "11 to 20", "over 20")


def by_segment(
    placed: pl.DataFrame, sessions: pl.DataFrame, segments: pl.DataFrame, order: str, **how: int
) -> list[dict[str, Any]]:
    """Measures of one order's lists within each segment, with intervals over its sessions.

    Parameters
    ----------
    placed, sessions
        See `evaluation.session_units.session_units`.
    segments
        `segment` (text, or an enum with an order of its own) by `query`, or by `item` of the label. By item a query's
        labels fall into several segments, and each counts what is wanted of it there.
    order
        The column of places.
    **how
        `resamples` and `seed`.

    Returns
    -------
    list
        A dictionary a segment, sorted: segment, queries, labels (by type), and MEASURES with
        value, low, high and error; null where undefined.
    """
    key = "query" if "query" in segments.columns else "item"
    inside = placed.join(segments.select(key, "segment"), on=key, how="inner", validate="m:1", maintain_order="left")
    return [
        {"segment": name, **_measured(some, sessions, order, **how)}
        for (name,), some in inside.sort("segment", maintain_order=True).group_by("segment", maintain_order=True)
        if isinstance(name, str)
    ]


def _measured(some: pl.DataFrame, sessions: pl.DataFrame, order: str, **how: int) -> dict[str, Any]:
    labels = dict(some.group_by("type").len().rows())
    drawn = resample_units(session_units(some, sessions, [order]), **how)
    counts = {"queries": some["query"].n_unique(), "labels": {str(name): n for name, n in sorted(labels.items())}}
    return {**counts, "measures": told(MEASURES, drawn)}


def length_class(events: pl.Expr) -> pl.Expr:
    """The class of a session by its visible events, one of LENGTH_NAMES in their order."""
    choice = pl.lit(LENGTH_NAMES[-1])
    for last, name in reversed(list(zip(LENGTHS, LENGTH_NAMES, strict=False))):
        choice = pl.when(events <= last).then(pl.lit(name)).otherwise(choice)
    return choice.cast(pl.Enum(LENGTH_NAMES))
