"""Where the ranking is good and where it is not."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import bars
from report.ranked.naming import MEASURES

KINDS = {
    "length": ("session length", "By how much a session shows: its visible events."),
    "visitor": ("visitors", "Whether the history knows the visitor."),
    "day": ("days", "By the day of the question, in UTC."),
    "popularity": (
        "popularity of the wanted item",
        "By the share of the history's events that more popular items hold: the items that together hold the first "
        "fifth of all events are the top, those beyond four fifths the tail; an item that the history lacks is new.",
    ),
    "item": ("new and known items", "Whether the history has an event of the wanted item."),
}
MOST_DRAWN = 62
ENDS = ("value", "low", "high")
ABOUT = (
    "The ranked lists' measures within each segment, with 95 % intervals over its sessions. A segment of few labels "
    "says little: look at its interval. By item, a question's labels count in the segment that each of them is in."
)


def where_section(segments: Mapping[str, Sequence[Mapping[str, Any]]]) -> Section:
    """Quality by segment.

    Parameters
    ----------
    segments
        Kind of segment -> `evaluation.segments.by_segment`.
    """
    blocks: list[Block] = [Prose(ABOUT)]
    for kind, (title, about) in KINDS.items():
        found = segments.get(kind) or []
        if not found:
            continue
        blocks += [Shown(_table(title, found), about)]
        if 1 < len(found) <= MOST_DRAWN:
            blocks.append(_drawn(kind, title, found))
    return Section("where", "Where it is good, and where it is not", blocks)


def _table(title: str, found: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    rows = [
        {title: one["segment"], "questions": one["queries"], "labels": sum(one["labels"].values())}
        | {label: one["measures"][name]["value"] for name, label in MEASURES.items()}
        for one in found
    ]
    counts = dict.fromkeys(("questions", "labels"), pl.Int64)
    return pl.DataFrame(rows, schema={title: pl.String, **counts, **dict.fromkeys(MEASURES.values(), pl.Float64)})


def _drawn(kind: str, title: str, found: Sequence[Mapping[str, Any]]) -> Drawn:
    drawn = {
        name: label
        for name, label in MEASURES.items()
        if name != "total" and any(one["measures"][name]["value"] is not None for one in found)
    }
    rows = [
        {"segment": one["segment"], "measure": label} | {end: one["measures"][name][end] for end in ENDS}
        for one in found
        for name, label in drawn.items()
    ]
    texts, numbers = (
        dict.fromkeys(("segment", "measure"), pl.String),
        dict.fromkeys(("value", "low", "high"), pl.Float64),
    )
    frame = pl.DataFrame(rows, schema={**texts, **numbers})
    chart = bars(frame, "segment", "value", color="measure", low="low", high="high", titles={"segment": title})
    described = f"Bars by {title}, a colour a measure, with 95 % intervals; the table above has the figures."
    return Drawn(f"quality-{kind}", chart, f"Quality by {title}.", described)
