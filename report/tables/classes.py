"""A table that is classified, as sections: what is reached, honesty, decisions, order, columns."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Headline, Headlines, Prose, Section, Shown
from report.page.charts import bars
from report.ranked.naming import between, written
from report.tables.columns import columns_section
from report.tables.decisions import decisions_section
from report.tables.honesty import honesty_section

MEASURES = {
    "roc_auc": "ROC AUC",
    "average_precision": "average precision",
    "accuracy": "accuracy",
    "macro_f1": "macro F1",
    "log_loss": "log loss",
    "brier": "Brier",
}
RISING = {label: key not in ("log_loss", "brier") for key, label in MEASURES.items()}
SHARES = "class_shares"
ABOUT = (
    "Every row is answered by models that have not seen it. ROC AUC and average precision are of one class against the "
    "rest, the mean where there are more than two; log loss and Brier measure the probabilities themselves, and there "
    "less is better. Class shares say of every row how frequent each class is. Intervals hold 95 % of what other rows "
    "of the same kind would have given: the bootstrap over rows, or over visitors where they are named (Efron 1979), "
    "percentiles. Differences are paired, on the same rows."
)


def classes_page(
    metrics: Mapping[str, Any],
    shown: Mapping[str, Any],
    apart: Mapping[str, str],
    target: str,
    prefix: str,
    source: str,
) -> list[Section]:
    """The sections.

    Parameters
    ----------
    metrics
        What `tabular.classify.build_table` tells.
    shown
        study, intervals, importance (see `pipeline.tasks.table_shown.ClassesShown`).
    apart
        What became of columns that no model was shown, by name.
    target
        What is predicted, as no other section of the page has it.
    prefix
        Of the names of sections and charts.
    source
        Where models' measures stand in the published metrics, such as `models`.
    """
    return [
        _overview(metrics, shown["intervals"], target, prefix, source),
        honesty_section(prefix, target, shown["study"], metrics["best"]),
        decisions_section(prefix, target, shown["study"], metrics["best"], metrics["models"]),
        columns_section(prefix, target, shown["importance"], metrics["columns"], apart, metrics["leaks"]),
    ]


def _overview(
    metrics: Mapping[str, Any], intervals: Mapping[str, Any], target: str, prefix: str, source: str
) -> Section:
    classes = ", ".join(f"{name} ({count:,})" for name, count in metrics["classes"].items())
    best = metrics["best"]
    said = f"{metrics['rows']:,} rows, {metrics['folds']} folds; classes: {classes}. Best by log loss: {_called(best)}."
    blocks: list[Block] = [
        Prose(said),
        Headlines(tuple(_headlines(metrics["models"][best], intervals, best, source))),
        Prose(ABOUT),
        Shown(_rows(metrics, intervals), "Every model, out of fold, beside class shares.", best=RISING),
        _drawn(metrics, intervals, prefix),
        Shown(
            _differences(intervals),
            f"What {_called(best)} is worth beyond each other answer, with the 95 % interval and the error.",
        ),
        *_segments(metrics["segments"]),
    ]
    return Section(prefix, f"How well {target} is told", blocks)


def _headlines(told: Mapping[str, Any], intervals: Mapping[str, Any], best: str, source: str) -> Iterator[Headline]:
    for key, label in MEASURES.items():
        naive = written(intervals["measures"][SHARES][key]["value"])
        inside = between(intervals["measures"][best][key])
        beside = f"class shares {naive}" + (f"; 95 % interval {inside}" if inside else "")
        yield Headline(label, written(told[key]), beside, f"{source}.{best}.{key}")


def _rows(metrics: Mapping[str, Any], intervals: Mapping[str, Any]) -> pl.DataFrame:
    naive = {key: one["value"] for key, one in intervals["measures"][SHARES].items()}
    answers = {SHARES: naive, **metrics["models"]} | (
        {"best, on the test table": metrics["test"]} if metrics["test"] else {}
    )
    rows = [
        {"answer": _called(name)} | {label: told[key] for key, label in MEASURES.items()}
        for name, told in answers.items()
    ]
    return pl.DataFrame(rows, schema={"answer": pl.String, **dict.fromkeys(MEASURES.values(), pl.Float64)})


def _drawn(metrics: Mapping[str, Any], intervals: Mapping[str, Any], prefix: str) -> Drawn:
    shares = ("roc_auc", "average_precision", "accuracy", "macro_f1")
    rows = [
        {"measure": MEASURES[key], "answer": _called(name), **{end: told[key][end] for end in ("value", "low", "high")}}
        for key in shares
        for name, told in intervals["measures"].items()
        if told[key]["low"] is not None
    ]
    texts, numbers = (
        dict.fromkeys(("measure", "answer"), pl.String),
        dict.fromkeys(("value", "low", "high"), pl.Float64),
    )
    frame = pl.DataFrame(rows, schema={**texts, **numbers})
    return Drawn(
        f"{prefix}-models",
        bars(frame, "value", "measure", color="answer", low="low", high="high"),
        "Every model, with 95 % intervals; more is better.",
        f"Lying bars: a measure a row, an answer a colour; {_called(metrics['best'])} is the best by log loss.",
    )


def _differences(intervals: Mapping[str, Any]) -> pl.DataFrame:
    rows = [
        {"measure": label, "against": _called(name), "difference": told[key]["value"]}
        | {end: told[key][end] for end in ("low", "high", "error")}
        for key, label in MEASURES.items()
        for name, told in intervals["differences"].items()
        if told[key]["value"] is not None
    ]
    texts, numbers = dict.fromkeys(("measure", "against"), pl.String), ("difference", "low", "high", "error")
    return pl.DataFrame(rows, schema={**texts, **dict.fromkeys(numbers, pl.Float64)})


def _segments(segments: Mapping[str, Mapping[str, Any]]) -> list[Block]:
    found: Sequence[dict[str, Any]] = [
        {"part": f"{name}: {level}", "rows": told["rows"]} | {label: told[key] for key, label in MEASURES.items()}
        for name, levels in segments.items()
        for level, told in levels.items()
    ]
    return (
        [Shown(pl.DataFrame(found, infer_schema_length=None), "The best model, by part of the table.")] if found else []
    )


def _called(name: str) -> str:
    return name.replace("_", " ")
