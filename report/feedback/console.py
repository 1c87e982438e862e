"""What `feedback` shows on a console."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from report.feedback.page import headlines


def show_feedback(told: Mapping[str, Any], console: Console) -> None:
    """Print the numbers that are read first."""
    table = Table(title="what was shown, and what happened")
    for column in ("", "", ""):
        table.add_column(column, justify="left")
    for one in headlines(told):
        table.add_row(Text(one.label), Text(one.value), Text(one.beside))
    console.print(table)
