"""What `value --table` shows: every method's measures, and what the outputs are made of."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from report.value import COLUMNS, cell

CLASSES = ("roc_auc", "average_precision", "accuracy", "macro_f1", "log_loss", "brier")


def show_table_values(metrics: Mapping[str, Any], target: str, console: Console) -> None:
    """Print the table of all methods, and what the outputs are made of."""
    for leak in metrics["leaks"]:
        console.print(f"warning: known too early: {leak}", highlight=False, markup=False)
    if "best" in metrics["report"]:
        show_classes(metrics, target, console)
        return
    show_values(f"{target}: {metrics['rows']:,} rows, out of fold", metrics["value"]["out_of_fold"], console)
    report = metrics["report"]
    for aim, one in report["chosen"].items():
        weights = ", ".join(f"{weight:.2f} {name}" for name, weight in one["weights"].items())
        console.print(f"{aim}: {one['recipe']} ({weights}), chosen for {one['chosen_for']}", highlight=False)
    winner, ranges = report["winner"], report["intervals"]
    console.print(f"winner for {report['optimize']}: {winner['recipe']}, {winner['metric']} {cell(winner['value'])}")
    console.print(f"intervals: {ranges['measured']:.3f} of the rows inside, {ranges['coverage']:.2f} asked")
    if metrics["value"]["test"]:
        found = {k: v for k, v in metrics["value"]["test"].items() if k.endswith("_value")}
        show_values("the test table", found, console)


def show_values(title: str, answers: Mapping[str, Any], console: Console) -> None:
    """Print the measures of answers in money."""
    table = Table(title=title)
    for column in ("", *COLUMNS):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for name, measures in answers.items():
        table.add_row(name.replace("__", ", ").replace("_", " "), *(cell(measures[column]) for column in COLUMNS))
    console.print(table)


def show_classes(metrics: Mapping[str, Any], target: str, console: Console) -> None:
    """Print the measures of the purchase classifiers."""
    table = Table(title=f"{target}: {metrics['rows']:,} rows, {metrics['report']['folds']} folds, out of fold")
    for column in ("", "ROC AUC", "AP", "accuracy", "macro F1", "log loss", "Brier"):
        table.add_column(column, justify="right" if column else "left")
    found = dict(metrics["value"]["out_of_fold"])
    if metrics["value"]["test"]:
        found["the best, on the test table"] = metrics["value"]["test"]
    for name, report in found.items():
        cells = ["-" if report[measure] is None else f"{report[measure]:.4f}" for measure in CLASSES]
        table.add_row(name.replace("_", " "), *cells)
    console.print(table)
    console.print(f"the best by log loss: {metrics['report']['best'].replace('_', ' ')}")
