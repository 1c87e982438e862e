"""What has moved between what is learnt from and what is scored."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import bars
from report.profile.frames import frame

SHOWN = 25
ABOUT = (
    "The population stability index compares in how many rows of both sides a feature lies in each of ten bins: "
    "the sum of (q - p) ln(q / p). From {some:.2f} on a feature has moved somewhat, from {much:.2f} on much (Siddiqi, "
    "Credit Risk Scorecards, 2006); what 95 of 100 unmoved features of as many rows stay below is shown as chance "
    "(Yurdakul and Naranjo, 2020), and no index below it counts as moved."
)


def drift(told: Mapping[str, Any]) -> Section:
    """The stability of every feature, most moved first."""
    title = "Learnt from, and scored"
    if "why" in told:
        return Section(
            "drift", title, [Prose(f"The log cannot be cut into what is learnt from and what is scored: {told['why']}")]
        )
    moved = frame(told["features"])
    if moved.is_empty():
        return Section("drift", title, [Prose("There is nothing to compare.")])
    counts = {kind: moved.filter(pl.col("moved") == kind).height for kind in ("somewhat", "much")}
    top = moved.head(SHOWN)
    blocks: list[Block] = [
        Prose(ABOUT.format(**told)),
        Prose(
            f"{told['learnt']:,} rows that are learnt from, and {told['scored']:,} that are scored: of {moved.height} "
            f"features {counts['much']} have moved much, {counts['somewhat']} somewhat."
        ),
        Drawn(
            "drift",
            bars(top, "psi", "feature", titles={"feature": "", "psi": "population stability index"}),
            "The features that have moved most.",
            f"Lying bars; the longest is {top['feature'][0]} with {top['psi'][0]:.3f}.",
        ),
        Shown(
            top,
            f"The {top.height} that have moved most; profile.json has all {moved.height}.",
            {"psi": "number", "chance": "number", "learnt_missing": "share", "scored_missing": "share"},
        ),
    ]
    return Section("drift", title, blocks)
