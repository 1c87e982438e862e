"""`python -m pipeline.value --table F --target T`: what a flat table's rows are worth."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from data.tables import read_json
from pipeline.cli import Parser
from pipeline.store.store import Store
from pipeline.table_command import learn_table
from report.value import COLUMNS, cell
from tabular.value import build_value_table
from tabular.value_rows import ValueTable

RESULTS = {
    "value_metrics": "all measures",
    "predictions": "out of fold: each row by models that have not seen it",
    "test_predictions": "of the test table",
    "importance": "what each column is worth",
}
CLASSES = ("roc_auc", "average_precision", "accuracy", "macro_f1", "log_loss", "brier")


def parser() -> Parser:
    """The parser of a flat table."""
    return Parser(
        prog="python -m pipeline.value",
        usage="python -m pipeline.value --table FILE --target COLUMN [--group COLUMN] [--test FILE] [--setting value]",
        description="Compare methods on a flat table by out-of-fold predictions, naive answers first, and predict "
        "another table with what is best for the named measure.",
        default_env=False,
    )


def main(arguments: Sequence[str]) -> int:
    """Learn from a table: 0 when done, 2 with one line on stderr when the input or a setting is wrong."""
    return learn_table(parser(), ValueTable, arguments, _learn, RESULTS)


def _learn(flat: ValueTable, store: Store, console: Console) -> Path:
    files = [Path(file) for file in (flat.table, flat.test) if file is not None]
    build = partial(build_value_table, flat=flat, studies=Path(flat.workdir) / "study.sqlite")
    made = store.make("value_table", build, config=flat, files=files)
    show(read_json(made.path / "value_metrics.json"), flat, console)
    return made.path


def show(metrics: Mapping[str, Any], flat: ValueTable, console: Console) -> None:
    """Print the table of all methods, and what the outputs are made of."""
    for leak in metrics["leaks"]:
        console.print(f"warning: known too early: {leak}", highlight=False, markup=False)
    if "best" in metrics["report"]:
        show_classes(metrics, flat, console)
        return
    show_values(f"{flat.target}: {metrics['rows']:,} rows, out of fold", metrics["value"]["out_of_fold"], console)
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


def show_classes(metrics: Mapping[str, Any], flat: ValueTable, console: Console) -> None:
    """Print the measures of the purchase classifiers."""
    table = Table(title=f"{flat.target}: {metrics['rows']:,} rows, {metrics['report']['folds']} folds, out of fold")
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
