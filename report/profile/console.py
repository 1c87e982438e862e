"""What `profile` shows on a console: the numbers that are read first."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from report.page.blocks import Headline
from report.profile.overview import headlines
from report.profile.table_columns import table_headlines


def show_log_profile(profile: Mapping[str, Any], console: Console) -> None:
    """Print a log's headlines."""
    _show("the log", headlines(profile), console)


def show_table_profile(profile: Mapping[str, Any], console: Console) -> None:
    """Print a table's headlines, and its leaks."""
    _show(profile["table"]["file"], table_headlines(profile), console)
    for leak in profile["leaks"]:
        console.print(f"warning: suspected to be known too early: {leak}", highlight=False, markup=False)


def _show(title: str, numbers: Sequence[Headline], console: Console) -> None:
    table = Table(title=Text(title))
    for column in ("", "", ""):
        table.add_column(column, justify="left")
    for one in numbers:
        table.add_row(Text(one.label), Text(one.value), Text(one.beside))
    console.print(table)
