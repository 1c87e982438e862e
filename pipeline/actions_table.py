"""`python -m pipeline.actions --table F --target T`: classify a flat table."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from data.tables import read_json
from pipeline.cli import Parser
from pipeline.store.store import Store
from pipeline.table_command import learn_table
from tabular.classified_rows import FlatTable
from tabular.classify import build_table

RESULTS = {
    "predictions": "out of fold: each row by a model that has not seen it",
    "test_predictions": "of the test table",
    "importance": "what each column is worth",
    "table_metrics": "all measures",
}


def parser() -> Parser:
    """The parser of a flat table."""
    return Parser(
        prog="python -m pipeline.actions",
        usage="python -m pipeline.actions --table FILE --target COLUMN [--test FILE] [--setting value ...]",
        description="Compare logistic regression, random forest and LightGBM on a flat table by out-of-fold "
        "predictions, and predict another table with the best.",
        default_env=False,
    )


def main(arguments: Sequence[str]) -> int:
    """Classify a table: 0 when done, 2 with one line on stderr when the input or a setting is wrong."""
    return learn_table(parser(), FlatTable, arguments, _learn, RESULTS)


def _learn(flat: FlatTable, store: Store, console: Console) -> Path:
    files = [Path(file) for file in (flat.table, flat.test) if file is not None]
    made = store.make("table", partial(build_table, flat=flat), config=flat, files=files)
    _show(read_json(made.path / "table_metrics.json"), flat, console)
    return made.path


def _show(metrics: dict[str, Any], flat: FlatTable, console: Console) -> None:
    unused = [f"{name} ({kind})" for name, kind in metrics["columns"].items() if kind in ("key", "constant", "empty")]
    if unused:
        console.print(f"not learnt from: {', '.join(unused)}", highlight=False, markup=False)
    table = Table(title=f"{flat.target}: {metrics['rows']:,} rows, {metrics['folds']} folds, out of fold")
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
