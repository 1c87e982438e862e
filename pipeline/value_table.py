"""`python -m pipeline.value --table F --target T`: what a flat table's rows are worth."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from data.tables import read_json
from pipeline.cli import Parser
from pipeline.store.store import Store
from pipeline.table_command import TableCommand, raw_files
from pipeline.tasks.tables import ValuedTable
from report.table_values import show_table_values
from tabular.value_rows import ValueTable

RESULTS = {
    "value_metrics": "all measures",
    "predictions": "out of fold: each row by models that have not seen it",
    "test_predictions": "of the test table",
    "importance": "what each column is worth",
}


def parser() -> Parser:
    """The parser of a flat table."""
    return Parser(
        prog="python -m pipeline.value",
        usage="python -m pipeline.value --table FILE --target COLUMN [--group COLUMN] [--test FILE] [--setting value]",
        description="Compare methods on a flat table by out-of-fold predictions, naive answers first, and predict "
        "another table with what is best for the named measure.",
        default_env=False,
        allow_abbrev=False,
    )


def main(arguments: Sequence[str]) -> int:
    """Learn from a table: 0 when done, 2 with one line on stderr when the input or a setting is wrong."""
    return COMMAND.main(parser(), arguments)


def _learn(flat: ValueTable, store: Store, console: Console) -> tuple[Path, object]:
    made = store.make("value_table", ValuedTable(flat, raw_files(flat), store.root / "study.sqlite"))
    measures = read_json(made.path / "value_metrics.json")
    show_table_values(measures, flat.target, console)
    return made.path, measures


COMMAND = TableCommand("value", ValueTable, _learn, RESULTS)
