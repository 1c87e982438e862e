"""Two runs side by side: whether a change helped."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import bars
from report.ranked.naming import MEASURES

ABOUT = (
    "Both runs on the sessions that both have answered, {sessions:,} of them; {only_here:,} questions were asked here "
    "alone, and the labels of {labels_differ:,} differ. The difference is this run less the other. Its interval and "
    "its error come from the paired bootstrap: each draw takes the same sessions for both (Efron, Tibshirani 1993; "
    "for lists Sakai 2006). An interval without 0 is more than luck; 'wins draws' is the share of draws in which this "
    "run is better. This run lists more of what was wanted in {wins:,} sessions, and less in {losses:,}."
)


def against_section(paired: Mapping[str, Any], other: str) -> Section:
    """Two runs.

    Parameters
    ----------
    paired
        paired.json.
    other
        What the other run is called.
    """
    blocks: list[Block] = [
        Prose(f"The other run: {other}."),
        Prose(ABOUT.format(**paired)),
        Shown(_table(paired), "This run and the other, on the same sessions."),
        _drawn(paired),
    ]
    return Section("against", "Did this change help?", blocks)


def _table(paired: Mapping[str, Any]) -> pl.DataFrame:
    rows = [
        {
            "measure": label,
            "this run": paired["this"][name]["value"],
            "the other": paired["other"][name]["value"],
            "difference": paired["difference"][name]["value"],
            **{end: paired["difference"][name][end] for end in ("low", "high", "error")},
            "wins draws": paired["better"][name],
            "so it is": _said(paired["difference"][name]),
        }
        for name, label in MEASURES.items()
    ]
    numbers = ("this run", "the other", "difference", "low", "high", "error", "wins draws")
    return pl.DataFrame(
        rows, schema={"measure": pl.String, **dict.fromkeys(numbers, pl.Float64), "so it is": pl.String}
    )


def _said(apart: Mapping[str, float | None]) -> str:
    low, high = apart["low"], apart["high"]
    if low is None or high is None:
        return "not measured"
    if low > 0:
        return "better"
    return "worse" if high < 0 else "not told from luck"


def _drawn(paired: Mapping[str, Any]) -> Drawn:
    rows = [
        {"measure": label, "difference": told["value"], "low": told["low"], "high": told["high"]}
        for name, label in MEASURES.items()
        if (told := paired["difference"][name])["low"] is not None
    ]
    numbers = dict.fromkeys(("difference", "low", "high"), pl.Float64)
    chart = bars(
        pl.DataFrame(rows, schema={"measure": pl.String, **numbers}), "difference", "measure", low="low", high="high"
    )
    told = " ".join(f"{row['measure']} {row['difference']:+.4f}." for row in rows)
    return Drawn("against", chart, "This run less the other, with 95 % intervals.", f"Bars of the differences. {told}")
