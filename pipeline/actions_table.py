"""`python -m pipeline.actions --table F --target T`: classify a flat table."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data.tables import read_json
from pipeline.cli import Parser
from pipeline.store.store import Store
from pipeline.table_command import TableCommand, raw_files
from pipeline.tasks.tables import ClassifiedTable
from report.table_classes import show_table_classes
from tabular.classified_rows import FlatTable

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
        allow_abbrev=False,
    )


def main(arguments: Sequence[str]) -> int:
    """Classify a table: 0 when done, 2 with one line on stderr when the input or a setting is wrong."""
    return COMMAND.main(parser(), arguments)


def _learn(flat: FlatTable, store: Store, console: Console) -> tuple[Path, object]:
    made = store.make("table", ClassifiedTable(flat, raw_files(flat)))
    measures = read_json(made.path / "table_metrics.json")
    show_table_classes(measures, flat.target, console)
    return made.path, measures


COMMAND = TableCommand("actions", FlatTable, _learn, RESULTS)
