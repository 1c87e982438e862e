"""Measures of money beside those of naive answers."""

from collections.abc import Mapping, Sequence

import polars as pl

from report.page.blocks import Headline, Shown
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


def headlines(answers: Answers, naive: Sequence[str], source: str, about: str) -> list[Headline]:
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
    """
    found = []
    for label, output, measure in READ_FIRST:
        value = (answers.get(output) or {}).get(measure)
        beside = "" if measure == "ratio" else _best(answers, naive, measure)
        found.append(Headline(f"{label}{about}", cell(value), beside, f"{source}.{output}.{measure}"))
    return found


def _best(answers: Answers, naive: Sequence[str], measure: str) -> str:
    told = {name: (answers[name] or {}).get(measure) for name in naive}
    known = {name: value for name, value in told.items() if value is not None}
    if not known:
        return ""
    name = (max if measure in RISING else min)(known, key=lambda one: known[one])
    return f"best naive answer: {name.replace('_', ' ')}, {cell(known[name])}"


def measures(answers: Answers, columns: Sequence[str], caption: str) -> Shown:
    """All answers' measures as a table, the best marked."""
    rows = [
        {"answer": name.replace("_", " ")} | {column: found.get(column) for column in columns}
        for name, found in answers.items()
        if found
    ]
    best = {column: column in RISING for column in columns if column not in ("ratio", "zero_rate")}
    return Shown(pl.DataFrame(rows, infer_schema_length=None), caption, best=best)
