"""Measures of money beside those of naive answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Block, Headline, Shown
from report.value import cell

RISING = ("ngini", "spearman", "ap", "r2", "top10", "auc")
READ_FIRST = (
    ("order, normalised Gini", "expected_value", "ngini"),
    ("money in the top tenth", "expected_value", "top10"),
    ("RMSE", "expected_value", "rmse"),
    ("MAE", "mae_value", "mae"),
    ("RMSLE", "rmsle_value", "rmsle"),
    ("promised over true sum", "expected_value", "ratio"),
)
Answers = Mapping[str, Mapping[str, float | None] | None]


def headlines(
    answers: Answers, naive: Sequence[str], source: str, about: str, intervals: Mapping[str, Any] | None = None
) -> list[Headline]:
    """The measures that are read first, each beside the best naive answer's.

    Parameters
    ----------
    answers
        By answer, its measures.
    naive
        Which of them are naive.
    source
        Where they stand in the metrics, such as `value.all`.
    about
        What is said after each name.
    intervals
        `evaluation.money_intervals.money_intervals` of the same rows; null for none.
    """
    found = []
    for label, output, measure in READ_FIRST:
        value = (answers.get(output) or {}).get(measure)
        best = "" if measure == "ratio" else _best(answers, naive, measure)
        inside = _inside(intervals["measures"][measure]) if intervals else ""
        beside = "; ".join(part for part in (best, inside) if part)
        found.append(Headline(f"{label}{about}", cell(value), beside, f"{source}.{output}.{measure}"))
    return found


def _best(answers: Answers, naive: Sequence[str], measure: str) -> str:
    told = {name: (answers[name] or {}).get(measure) for name in naive}
    known = {name: value for name, value in told.items() if value is not None}
    if not known:
        return ""
    name = (max if measure in RISING else min)(known, key=lambda one: known[one])
    return f"best naive answer: {name.replace('_', ' ')}, {cell(known[name])}"


def _inside(told: Mapping[str, float | None]) -> str:
    low, high = told["low"], told["high"]
    return "" if low is None or high is None else f"95 % interval {cell(low)} to {cell(high)}"


def gained(intervals: Mapping[str, Any], of: str, about: str) -> list[Block]:
    """What the outputs are worth beyond each naive answer, with intervals of the differences.

    Parameters
    ----------
    intervals
        `evaluation.money_intervals.money_intervals`.
    of
        What was drawn, such as `sessions`.
    about
        What is said after the caption's first words.
    """
    rows = [
        {"measure": label, "against": name.replace("_", " "), "difference": told["value"]}
        | {end: told[end] for end in ("low", "high", "error")}
        for label, _, measure in READ_FIRST
        for name, told in intervals["differences"][measure].items()
        if measure != "ratio" and told["value"] is not None
    ]
    if not rows:
        return []
    caption = (
        f"Outputs less naive answers{about}, with 95 % intervals: the bootstrap over {intervals['groups']:,} {of}, "
        f"{intervals['draws']:,} draws (Efron 1979), percentiles; differences are paired."
    )
    numbers = ("difference", "low", "high", "error")  # of shares and of money in one column
    return [Shown(pl.DataFrame(rows, infer_schema_length=None), caption, dict.fromkeys(numbers, "mixed"))]


def measures(answers: Answers, columns: Sequence[str], caption: str) -> Shown:
    """All answers' measures as a table, the best marked."""
    rows = [
        {"answer": name.replace("_", " ")} | {column: found.get(column) for column in columns}
        for name, found in answers.items()
        if found
    ]
    best = {column: column in RISING for column in columns if column not in ("ratio", "zero_rate")}
    return Shown(pl.DataFrame(rows, infer_schema_length=None), caption, best=best)
