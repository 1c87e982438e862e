"""What a classifier's order and its decisions are worth: ROC, precision and recall, gain, confusion."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Prose, Section, Shown
from report.page.charts import heat, lines
from report.tables.honesty import commonest

ABOUT = (
    "Rows are taken in the order of a class's probability, most first. ROC: the share of the class that is found "
    "against the share of all others that is called too (Fawcett 2006); blindly it is the diagonal. Precision: the "
    "share of the rows called that are of the class. Gain: the share of the class found by the share of the rows "
    "looked through; lift: that share over the share looked through (Berry and Linoff, Data Mining Techniques, 2011)."
)
CONFUSED = "The likeliest class is what is called: the shares of each true class that are called each class."


def decisions_section(
    prefix: str, target: str, study: Mapping[str, Any], best: str, models: Mapping[str, Any]
) -> Section:
    """The section (see `report.tables.honesty.honesty_section`); `models` are the measures of each."""
    some = commonest(study["by_class"])
    blocks: list[Block] = [
        Prose(ABOUT),
        *_curves(prefix, some),
        *_gains(prefix, some),
        *_confused(prefix, study, models),
    ]
    return Section(f"{prefix}-decisions", f"{target}: what {best.replace('_', ' ')} decides", blocks)


def _curves(prefix: str, by_class: Mapping[str, Any]) -> list[Block]:
    roc = _points(by_class, "roc")
    if roc.is_empty():
        return [Prose("One class alone was judged, so there is no order to tell.")]
    precision = _points(by_class, "precision")
    near = max(roc.filter(pl.col("false_positives") <= 0.1)["true_positives"].to_list())
    half = precision.filter(pl.col("recall") >= 0.5)["precision"].to_list()[0]
    forms: dict[str, Any] = dict.fromkeys(("false_positives", "true_positives", "recall", "precision"), "share")
    titles = {"false_positives": "share of the others called", "true_positives": "share of the class found"}
    return [
        Drawn(
            f"{prefix}-roc",
            lines(roc, "false_positives", "true_positives", color="class", diagonal=True, formats=forms, titles=titles),
            "ROC curves, a class against the rest.",
            f"Lines above the diagonal; {near:.1%} of a class at most is found with a tenth of the others.",
        ),
        Drawn(
            f"{prefix}-precision",
            lines(precision, "recall", "precision", color="class", formats=forms),
            "Precision by recall, a class against the rest.",
            f"Falling lines; at half of the recall the first class has a precision of {half:.1%}.",
        ),
    ]


def _gains(prefix: str, by_class: Mapping[str, Any]) -> list[Block]:
    rows = _points(by_class, "gains")
    if rows.is_empty():
        return []
    forms: dict[str, Any] = {"share": "share", "captured": "share", "best": "share"}
    best = rows.select("share", **{"class": pl.col("class") + ", at best"}, captured="best").select(
        "class", "share", "captured"
    )
    curves = pl.concat([rows.select("class", "share", "captured"), best])
    start = curves.unique("class", maintain_order=True).with_columns(share=0.0, captured=0.0)
    drawn = pl.concat([start, curves])
    tenth = rows.filter(pl.col("share") == 0.1).row(0, named=True)
    titles = {"share": "share of the rows looked through", "captured": "share of the class found"}
    return [
        Drawn(
            f"{prefix}-gain",
            lines(drawn, "share", "captured", color="class", diagonal=True, formats=forms, titles=titles),
            "Gain by class; blindly it is the diagonal.",
            f"Rising lines: the first tenth of the rows holds {tenth['captured']:.1%} of {tenth['class']}.",
        ),
        Drawn(
            f"{prefix}-lift",
            lines(rows, "share", "lift", color="class", points=True, formats=forms, titles=titles),
            "Lift by class; blindly it is 1.",
            f"Falling lines that end at 1; the first tenth of {tenth['class']} has {tenth['lift']:.2f}.",
        ),
        Shown(rows, "Gain and lift by the share of the rows looked through.", forms),
    ]


def _confused(prefix: str, study: Mapping[str, Any], models: Mapping[str, Any]) -> list[Block]:
    rows = pl.DataFrame(study["confusion"], infer_schema_length=None)
    right = rows.filter(pl.col("true") == pl.col("called"))
    share = right["rows"].sum() / max(study["rows"], 1)
    return [
        Drawn(
            f"{prefix}-confusion",
            heat(rows, "called", "true", "share", formats={"share": "share"}),
            CONFUSED,
            f"Squares, true classes by called ones; {share:.1%} of all rows stand on the diagonal.",
        ),
        Shown(rows, "Rows by true class and by the class that was called.", {"share": "share"}),
        Shown(_by_class(models), "Precision, recall and F1 by class, the likeliest being called."),
    ]


def _by_class(models: Mapping[str, Any]) -> pl.DataFrame:
    rows = [
        {
            "model": name.replace("_", " "),
            "class": label,
            **{key: one[key] for key in ("precision", "recall", "f1", "rows")},
        }
        for name, told in models.items()
        for label, one in told["by_class"].items()
    ]
    return pl.DataFrame(rows, infer_schema_length=None).rename({"f1": "F1"})


def _points(by_class: Mapping[str, Any], kind: str) -> pl.DataFrame:
    rows = [{"class": name, **point} for name, one in by_class.items() for point in one[kind]]
    return pl.DataFrame(rows, infer_schema_length=None)
