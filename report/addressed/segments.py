"""Segments: how many there are, what they are worth, and what is suggested."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Section, Shown
from report.page.charts import bars

COUNTED = (
    "segment",
    "rows",
    "share",
    "addressed",
    "worth",
    "mean_worth",
    "promised_profit",
    "judged",
    "mean_truth",
    "true_profit",
)
OF_TRUTH = ("judged", "mean_truth", "true_profit")
FORMATS: dict[str, Any] = {
    "share": "share",
    "worth": "money",
    "mean_worth": "money",
    "promised_profit": "money",
    "mean_truth": "money",
    "true_profit": "money",
}


def segments(told: Mapping[str, Any]) -> Section:
    """Sizes and money by segment, the rules, and the acts."""
    if not told["segments"]:
        return Section("segments", "Segments", [])
    rows = pl.DataFrame(told["segments"], infer_schema_length=None)
    shown = counted(told)
    largest = rows.sort("promised_profit", descending=True).row(0, named=True)
    blocks: list[Block] = [
        Shown(
            shown,
            "Everybody stands in the first segment whose rule they meet. Worth is what is still expected; profits are "
            "of those who are addressed, true ones of judged rows.",
            {name: form for name, form in FORMATS.items() if name in shown.columns},
        ),
        Drawn(
            "segments",
            bars(
                rows, "promised_profit", "segment", formats=FORMATS, titles={"segment": "", "promised_profit": "profit"}
            ),
            "The profit that is expected of those who are addressed, by segment.",
            f"Lying bars; the longest is {largest['segment']} with {largest['promised_profit']:,.0f}.",
        ),
        Shown(rows.select("segment", "rule", "action"), "Who belongs to a segment, and what is suggested."),
    ]
    return Section("segments", "Segments", blocks)


def counted(told: Mapping[str, Any]) -> pl.DataFrame:
    """The table of sizes and money, as the page and a console show it."""
    rows = pl.DataFrame(told["segments"], infer_schema_length=None).select(COUNTED)
    return rows if told["judged"] else rows.drop(OF_TRUTH)
