"""What `actions --table` shows: every classifier's measures, by part of the table and by class."""

from typing import Any

from rich.console import Console
from rich.table import Table


def show_table_classes(metrics: dict[str, Any], target: str, console: Console) -> None:
    """Print the measures (table_metrics.json)."""
    unused = [f"{name} ({kind})" for name, kind in metrics["columns"].items() if kind in ("key", "constant", "empty")]
    if unused:
        console.print(f"not learnt from: {', '.join(unused)}", highlight=False, markup=False)
    for leak in metrics["leaks"]:
        console.print(f"suspected to be known too early: {leak}", highlight=False, markup=False)
    table = Table(title=f"{target}: {metrics['rows']:,} rows, {metrics['folds']} folds, out of fold")
    for column in ("", "ROC AUC", "AP", "accuracy", "macro F1", "log loss", "Brier"):
        table.add_column(column, justify="right" if column else "left")
    names = ("roc_auc", "average_precision", "accuracy", "macro_f1", "log_loss", "brier")
    reports = {name.replace("_", " "): report for name, report in metrics["models"].items()}
    for name, levels in metrics["segments"].items():
        reports |= {f"{metrics['best'].replace('_', ' ')}, {name}: {level}": r for level, r in levels.items()}
    if metrics["test"]:
        reports |= {"the best, on the test table": metrics["test"]}
    for name, report in reports.items():
        table.add_row(name, *(_number(report[measure]) for measure in names))
    console.print(table)
    _show_classes(metrics, console)


def _show_classes(metrics: dict[str, Any], console: Console) -> None:
    table = Table(title="by class")
    for column in ("", "class", "precision", "recall", "F1", "rows"):
        table.add_column(column, justify="left" if column in ("", "class") else "right")
    for name, report in metrics["models"].items():
        for label, one in report["by_class"].items():
            cells = [_number(one[measure]) for measure in ("precision", "recall", "f1")]
            table.add_row(name.replace("_", " "), label, *cells, f"{one['rows']:,}")
    console.print(table)
    console.print(f"the best by log loss: {metrics['best'].replace('_', ' ')}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4f}"
