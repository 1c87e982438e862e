"""What values of sessions are worth, as sections: headlines, order, size, and by length."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Headlines, Prose, Section
from report.page.charts import lines
from report.value import COLUMNS, ENOUGH_ROWS, NAIVE, SHOWN_LENGTHS
from report.worth.measures import gained, headlines, measures
from report.worth.order import order
from report.worth.size import size

SHORTEST = 30  # sessions of a length, where none has enough for the console


def value_page(metrics: Mapping[str, Any], studies: Mapping[str, Mapping[str, Any]]) -> list[Section]:
    """The sections.

    Parameters
    ----------
    metrics
        value_metrics.json.
    studies
        By cut with judged sessions, see `evaluation.money_study.money_study`, with `intervals` (see
        `evaluation.money_intervals.money_intervals`).
    """
    found = [_overview(metrics, studies)]
    if studies:
        found.append(order("value", "Sessions' value: who brings most", "cut", studies))
        found.append(size("value", "Sessions' value: how large promises are", "cut", studies))
    return found


def _overview(metrics: Mapping[str, Any], studies: Mapping[str, Mapping[str, Any]]) -> Section:
    blocks: list[Block] = []
    for number, (cut, answers) in enumerate(metrics["value"].items(), start=1):
        counts = metrics["counts"][cut]
        if not counts["judged"]:
            blocks.append(
                Prose(
                    f"Cut {cut}: {counts['scored']:,} sessions scored; what they came to is not known, so not measured."
                )
            )
            continue
        naive = [name for name in answers if name in NAIVE]
        intervals = studies[cut]["intervals"]
        blocks.append(Headlines(tuple(headlines(answers, naive, f"value.{cut}", f", cut {cut}", intervals))))
        blocks.append(measures(answers, COLUMNS, f"All answers of cut {cut}, {counts['judged']:,} sessions."))
        blocks += gained(intervals, "sessions", f", cut {cut}")
        blocks += _by_length(number, cut, metrics["by_events"][cut])
    return Section("value", "What sessions are worth", blocks)


def _by_length(number: int, cut: str, lengths: list[dict[str, Any]]) -> list[Block]:
    """The error of the expected value and of naive answers by visible events."""
    many = [row for row in lengths if row["rows"] >= ENOUGH_ROWS]
    shown = (many or [row for row in lengths if row["rows"] >= SHORTEST])[:SHOWN_LENGTHS]
    if len(shown) < 2:
        return []
    names = [name for name in (*NAIVE, "expected_value") if name in shown[0]]
    rows = pl.DataFrame(
        [
            {"events": row["events"], "answer": name.replace("_", " "), "rmse": row[name]["rmse"]}
            for row in shown
            for name in names
        ]
    )
    ours = [row["expected_value"]["rmse"] for row in shown]
    return [
        Drawn(
            f"value-length-{number}",
            lines(rows, "events", "rmse", color="answer", points=True, titles={"events": "visible events"}),
            f"RMSE by visible events, cut {cut}.",
            f"Lines over {shown[0]['events']} to {shown[-1]['events']} events; the expected value's goes from "
            f"{ours[0]:,.2f} to {ours[-1]:,.2f}.",
        )
    ]
