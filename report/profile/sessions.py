"""What sessions are like."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Section, Shown
from report.page.charts import bars, heat
from report.profile.frames import counted, frame, measures, share

STAGES = {"all": "all sessions", "clicks": "that click", "carts": "that cart", "orders": "that order"}


def sessions(profile: Mapping[str, Any]) -> Section:
    """Lengths, durations, the funnel, and what follows what."""
    told = profile["sessions"]
    named = {"events": told["events"], "items": told["items"], "seconds, of two events or more": told["seconds"]}
    summed = measures(named, left_out=("skew", "skew_log", "top1", "top10"))
    alone = told["lengths"][0]["rows"] / profile["log"]["sessions"] if told["lengths"] else None
    blocks: list[Block] = [
        Shown(summed, "Sessions in numbers."),
        Drawn(
            "session-lengths",
            bars(
                counted(told["lengths"]), "label", "rows", titles={"label": "events of a session", "rows": "sessions"}
            ),
            f"Sessions by their events; {share(alone)} are in the first bar.",
            f"Bars from short to long sessions; half have {told['events']['q0.5']:.0f} events or fewer.",
        ),
    ]
    if told["durations"]:
        blocks.append(
            Drawn(
                "session-durations",
                bars(
                    counted(told["durations"]),
                    "label",
                    "rows",
                    titles={"label": "from first to last event", "rows": "sessions"},
                ),
                "Sessions of two events or more by their duration.",
                f"Bars from short to long; half last {told['seconds']['q0.5']:,.0f} seconds or less.",
            )
        )
    return Section("sessions", "Sessions", [*blocks, *_funnel(told["funnel"]), *_transitions(told["transitions"])])


def _funnel(rows: list[dict[str, Any]]) -> list[Block]:
    funnel = frame(rows).with_columns(pl.col("stage").replace_strict(STAGES))
    last = rows[-1]
    return [
        Drawn(
            "funnel",
            bars(funnel, "sessions", "stage", titles={"stage": ""}),
            "How far sessions go.",
            f"Four bars; the last, of sessions that order, is {share(last['share'])} of the first.",
        ),
        Shown(
            funnel.rename({"of_before": "of those of the stage before"}),
            "The funnel: shares of all sessions, and of those that reach the stage before. A session may skip a stage.",
            {"share": "share", "of those of the stage before": "share"},
        ),
    ]


def _transitions(rows: list[dict[str, Any]]) -> list[Block]:
    moves = frame([row for row in rows if row["share"] is not None])
    moves = moves.filter(pl.col("times").sum().over("after") > 0)
    ends = moves.filter((pl.col("before") == "clicks") & (pl.col("after") == "end"))["share"]
    return [
        Drawn(
            "transitions",
            heat(
                moves,
                "after",
                "before",
                "share",
                formats={"share": "share"},
                titles={"after": "comes next", "before": "after"},
            ),
            "What follows what within a session: every row's shares sum to 1.",
            f"Rows are what happened, columns what comes next; "
            f"after a click a session ends in {share(ends[0] if len(ends) else None)}.",
        )
    ]
