"""What a log lacks, and what was set aside of it."""

from collections.abc import Mapping
from typing import Any

from report.page.blocks import Block, Prose, Section, Shown
from report.profile.frames import frame


def quality(profile: Mapping[str, Any]) -> Section:
    """Missing values, and rows that are no events, with examples."""
    aside = profile["set_aside"]
    gaps = frame([row for row in profile["missing"] if row["missing"]])
    blocks: list[Block] = []
    if gaps.height:
        blocks.append(Shown(gaps, "Columns with missing values; all others are full.", {"share": "share"}))
    else:
        blocks.append(Prose("No value is missing."))
    if aside["reasons"]:
        blocks.append(Shown(frame(aside["reasons"]), "What became of rows that are no events.", {"share": "share"}))
    else:
        blocks.append(Prose("Every row is an event."))
    if aside["examples"]:
        blocks.append(Shown(frame(aside["examples"]), "The first rows that were set aside, by reason."))
    if twice := profile["log"]["duplicates"]:
        blocks.append(Prose(f"{twice:,} events equal another in session, item, time and type."))
    return Section("quality", "What is missing, and what was set aside", blocks)
