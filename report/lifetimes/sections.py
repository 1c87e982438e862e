"""What promises of lifetime value are worth, as sections: headlines, order, size, and horizons."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.lifetime import COLUMNS
from report.page.blocks import Block, Headlines, Prose, Section, Shown
from report.worth.measures import gained, headlines, measures
from report.worth.order import order
from report.worth.size import size


def lifetime_page(metrics: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Section]:
    """The sections.

    Parameters
    ----------
    metrics
        ltv_metrics.json.
    shown
        part (the last origin or split with a known truth), studies by horizon with `intervals`, growth.
    """
    studies, part = shown["studies"], shown["part"]
    found = [_overview(metrics, shown)]
    if studies:
        found.append(order("lifetime", f"Lifetime value: who brings most ({part})", "horizon", studies))
        found.append(size("lifetime", f"Lifetime value: how large promises are ({part})", "horizon", studies))
    return [*found, *_horizons(metrics, shown)]


def _overview(metrics: Mapping[str, Any], shown: Mapping[str, Any]) -> Section:
    part, blocks = shown["part"], list[Block]()
    judged = metrics["counts"][part]["judged"]
    for horizon, answers in metrics["ltv"][part].items():
        if not judged[horizon]:
            blocks.append(Prose(f"{part}, {horizon}: what these rows bring is not known yet."))
            continue
        naive = list(next(iter(shown["studies"].values()))["gains"])[1:]
        there = [name for name in naive if name in answers]
        intervals = shown["studies"][horizon]["intervals"]
        blocks.append(Headlines(tuple(headlines(answers, there, f"ltv.{part}.{horizon}", f", {horizon}", intervals))))
        blocks.append(measures(answers, COLUMNS, f"All answers, {part}, {horizon}: {judged[horizon]:,} rows."))
        blocks += gained(intervals, "customers or rows", f", {horizon}")
    for horizon, answers in metrics.get("ltv_mean_of_origins", {}).items():
        count = len(metrics["ltv"])
        blocks.append(measures(answers, COLUMNS, f"The mean of {count} origins, {horizon}."))
    return Section("lifetime", "What customers and rows will bring", blocks)


def _horizons(metrics: Mapping[str, Any], shown: Mapping[str, Any]) -> list[Section]:
    """Whether horizons belong together."""
    if not shown["growth"]:
        return []
    broken = sum(metrics["order_violations"].values())
    blocks: list[Block] = [
        Prose(
            f"A longer horizon never brings less. {broken} promises of all outputs fall with the horizon. Growth is "
            "the sum of the longer horizon over that of the shorter, of rows whose truth is known at both."
        ),
        Shown(
            pl.DataFrame(shown["growth"], infer_schema_length=None),
            f"Growth from one horizon to the next, promised and true ({shown['part']}).",
        ),
    ]
    return [Section("lifetime-horizons", "Lifetime value: horizons beside each other", blocks)]
