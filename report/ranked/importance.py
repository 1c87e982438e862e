"""What features are worth to each objective's ranker: by gain, by permutation, by what they add to scores."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import bars

MOST = 20
WAYS = {"gain": "share of gain", "permutation": "permutation", "contribution": "contribution"}
ABOUT = (
    "Three ways to ask what a feature is worth, which answer different questions. Gain: its share of all that splits "
    "have gained in training. Permutation: by how much recall@20 falls on watched queries when its values are mixed "
    "among the rows (Breiman 2001). Contribution: the mean of what it adds to a candidate's score, against the "
    "query's other candidates and without its sign (TreeSHAP: Lundberg et al. 2018). Features of one group stand in "
    "for each other, so groups are permuted and added up together."
)


def importance_section(explanations: Mapping[str, Any]) -> Section:
    """What features are worth.

    Parameters
    ----------
    explanations
        explanations.json: objective -> model, and what `ranker.explain.explain_model` measures.
    """
    blocks: list[Block] = [Prose(ABOUT)]
    for objective, told in explanations.items():
        measured = told["measured"]
        if measured is None:
            blocks.append(Prose(f"{objective}: no watched query has a hit, so nothing can be measured."))
            continue
        reached = f"recall@20 {measured['recall@20']:.4f} of what candidates hold"
        of = f"{objective}: {measured['queries']:,} queries, {reached}"
        blocks.append(_drawn(objective, measured["groups"]))
        blocks.append(Shown(_table(measured["groups"], "group"), f"Groups and sources. {of}."))
        blocks.append(Shown(_table(measured["features"], "feature"), f"The {MOST} features that count most. {of}."))
    return Section("importance", "What the rankers look at", blocks)


def _table(measured: Mapping[str, Mapping[str, float]], title: str) -> pl.DataFrame:
    gain = sum(one["gain"] for one in measured.values()) or 1.0
    rows = [
        {
            title: name,
            WAYS["permutation"]: round(one["permutation"], 4),
            WAYS["contribution"]: round(one["contribution"], 4),
            WAYS["gain"]: round(one["gain"] / gain, 4),
        }
        for name, one in list(measured.items())[:MOST]
    ]
    return pl.DataFrame(rows)


def _drawn(objective: str, groups: Mapping[str, Mapping[str, float]]) -> Drawn:
    names = list(groups)[:MOST]
    sums = {way: sum(abs(one[way]) for one in groups.values()) or 1.0 for way in WAYS}
    rows = [{"group": name, "by": WAYS[way], "share": groups[name][way] / sums[way]} for name in names for way in WAYS]
    frame = pl.DataFrame(rows, schema={"group": pl.String, "by": pl.String, "share": pl.Float64})
    chart = bars(frame, "share", "group", color="by")
    first = f" {names[0]} loses most when permuted." if names else ""
    described = f"Horizontal bars: a feature group or source a row, a colour a way to measure.{first}"
    return Drawn(f"importance-{objective}", chart, f"What the ranker for {objective} looks at.", described)
