"""What `targets` shows on a console."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from report.addressed.overview import certainty, headlines
from report.addressed.segments import FORMATS, counted
from report.addressed.wording import asked, money, paid, share


def show_targets(told: Mapping[str, Any], console: Console) -> None:
    """Print the headlines and the segments."""
    table = Table(title=Text(f"{told['of']} to address: {asked(told)}; {paid(told)}"))
    for _ in range(3):
        table.add_column("")
    for one in headlines(told):
        table.add_row(Text(one.label), Text(one.value, justify="right"), Text(one.beside))
    console.print(table)
    console.print(certainty(told), highlight=False, markup=False)
    if told["segments"]:
        _show_segments(told, console)


def _show_segments(told: Mapping[str, Any], console: Console) -> None:
    rows, actions = counted(told), {row["segment"]: row["action"] for row in told["segments"]}
    table = Table(title="segments")
    for name in rows.columns:
        table.add_column(name.replace("_", " "), justify="left" if name == "segment" else "right")
    for row in rows.iter_rows(named=True):
        table.add_row(*(_cell(name, value) for name, value in row.items()))
    console.print(table)
    for name, action in actions.items():
        console.print(f"{name}: {action}", highlight=False, markup=False)


def _cell(name: str, value: float | str | None) -> str:
    if value is None or isinstance(value, str):
        return value or "-"
    written = {"share": share, "money": money}.get(FORMATS.get(name, ""))
    return f"{value:,}" if written is None else written(value)
