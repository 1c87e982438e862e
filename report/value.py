"""What `value` shows: every answer's measures, naive ones first, and the value by length of prefix."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

COLUMNS = ("ngini", "spearman", "mae", "rmse", "rmse_trim", "rmsle", "r2", "dwmape", "top10", "ratio", "auc")
SHOWN_LENGTHS = 12
ENOUGH_ROWS = 500
NAIVE = ("all_zeros", "value_so_far", "taken_so_far", "user_mean")


def show_value(metrics: Mapping[str, Any], console: Console) -> None:
    """Print the scored sessions' measures of every cut."""
    for cut, answers in metrics["value"].items():
        counts = metrics["counts"][cut]
        if not counts["judged"]:
            console.print(f"{cut}: {counts['scored']:,} sessions scored; their values are not known, so not measured")
            continue
        table = Table(title=f"{cut}: {counts['judged']:,} sessions")
        for column in ("", *COLUMNS):
            table.add_column(column, justify="right" if column else "left", no_wrap=True)
        for name, measures in answers.items():
            table.add_row(name.replace("_", " "), *(cell(measures[column]) for column in COLUMNS))
        console.print(table)
        show_out_of_fold(cut, metrics["out_of_fold"][cut], console)
        show_lengths(cut, metrics["by_events"][cut], console)


def show_out_of_fold(cut: str, report: Mapping[str, Any], console: Console) -> None:
    """Print what the outputs were chosen by: every method on training sessions that it had not seen."""
    table = Table(title=f"{cut}: out of fold, {report['rows']:,} sessions that are learnt from")
    for column in ("", *COLUMNS):
        table.add_column(column, justify="right" if column else "left", no_wrap=True)
    for answers in (report["baselines"], report["methods"], report["outputs"]):
        for name, measures in answers.items():
            table.add_row(name.replace("_", " "), *(cell(measures[column]) for column in COLUMNS))
        table.add_section()
    console.print(table)


def show_lengths(cut: str, lengths: list[dict[str, Any]], console: Console) -> None:
    """Print the mean absolute and the root mean squared error by visible events."""
    shown = [row for row in lengths if row["rows"] >= ENOUGH_ROWS][:SHOWN_LENGTHS]
    if len(shown) < 2:
        return
    names = [name for name in (*NAIVE, "expected_value", "mae_value") if name in shown[0]]
    table = Table(title=f"{cut}: error by visible events (MAE / RMSE)")
    for column in ("events", "rows", *names):
        table.add_column(column.replace("_", " "), justify="right")
    for row in shown:
        errors = [f"{cell(row[name]['mae'])} / {cell(row[name]['rmse'])}" for name in names]
        table.add_row(str(row["events"]), f"{row['rows']:,}", *errors)
    console.print(table)


def cell(value: float | None) -> str:
    """A number with the digits that tell."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.3f}"
