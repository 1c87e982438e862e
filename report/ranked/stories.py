"""Sessions as stories: what the visitor did, what was proposed and why, and what happened."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Block, Prose, Section, Shown

HAPPENED = {
    "first": "a hit, among the first three",
    "found": "a hit, further down the list",
    "outranked": "a miss: proposed, but the ranker put others before it",
    "missed": "a miss: known, but no source proposed it",
    "unknown": "a miss: new, no event of it lies in the history",
}
FEW = 5  # sources of an item that are named
ABOUT = (
    "{n} questions, chosen by hash and seed and by nobody's eye: hits and misses of each kind and objective in turn. "
    "A rank beyond 20 is where the ranker put what it did not list. Behind a source stands the item's place in its "
    "own list; (+x) is what a feature adds to the score, against the question's other candidates."
)


def stories_section(stories: Sequence[Mapping[str, Any]]) -> Section:
    """Stories.

    Parameters
    ----------
    stories
        `stories` of stories.json.
    """
    blocks: list[Block] = [Prose(ABOUT.format(n=len(stories)))]
    for number, one in enumerate(stories, 1):
        blocks += _story(number, one)
    return Section("stories", "Sessions as stories", blocks)


def _story(number: int, one: Mapping[str, Any]) -> list[Block]:
    title = (
        f"{number}. Session {one['session']}, asked {one['asked']} after {one['events']} events, for {one['objective']}"
    )
    return [
        Prose(f"{title}: {HAPPENED[one['kind']]}."),
        Shown(_did(one["did"]), f"Story {number}: what the visitor did" + _latest(one)),
        Shown(_shown(one["shown"]), f"Story {number}: what was proposed for {one['objective']}, and why."),
        Shown(_came(one["came"]), f"Story {number}: what happened."),
    ]


def _latest(one: Mapping[str, Any]) -> str:
    shown = len(one["did"])
    return "." if shown >= one["events"] else f", the latest {shown} of {one['events']} events."


def _did(events: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    rows = [(event["ts"], event["type"], _named(event)) for event in events]
    return pl.DataFrame(rows, schema={"when": pl.String, "what": pl.String, "item": pl.String}, orient="row")


def _shown(listed: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    rows = [
        (
            row["rank"],
            _named(row),
            "yes" if row["wanted"] else "",
            _few(row["sources"]) or "popular, fills the list up",
            row["for"] or "",
            row["against"] or "",
        )
        for row in listed
    ]
    names = ("item", "wanted", "sources", "for", "against")
    return pl.DataFrame(rows, schema={"rank": pl.Int64, **dict.fromkeys(names, pl.String)}, orient="row")


def _came(labels: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    rows = [
        (
            row["type"],
            _named(row),
            f"listed at {row['ranked']}" if row["ranked"] is not None else "not listed",
            f"candidate {row['proposed']}" if row["proposed"] is not None else "not proposed",
            _few(row["sources"]),
        )
        for row in labels
    ]
    names = ("what", "item", "in the list", "among candidates", "proposed by")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String), orient="row")


def _few(sources: str) -> str:
    """Of sources with the item's place in each, the best ones, and how many more there are."""
    told = sources.split(", ") if sources else []
    best = sorted(told, key=lambda one: int(one.rpartition(" ")[2]))[:FEW]
    return ", ".join(best) + (f" and {len(told) - FEW} more" if len(told) > FEW else "")


def _named(row: Mapping[str, Any]) -> str:
    return f"{row['item']} {row['text']}" if row.get("text") else str(row["item"])
