"""What `ltv` shows: every answer's measures at every horizon, naive ones first."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from report.value import cell

COLUMNS = ("ngini", "spearman", "ap", "mae", "rmse", "rmsle", "r2", "top10", "ratio", "zero_rate")


def show_lifetime(metrics: Mapping[str, Any], console: Console) -> None:
    """Print the measures of every split or origin, and their mean over origins."""
    for split, by_horizon in metrics["ltv"].items():
        counts = metrics["counts"][split]
        for horizon, answers in by_horizon.items():
            judged = counts["judged"][horizon]
            if not judged:
                console.print(f"{split} {horizon}: {counts['scored']:,} rows scored; what they bring is not known")
                continue
            _show(f"{split} {horizon}: {judged:,} rows", answers, console)
            learnt = metrics.get("out_of_fold", {}).get(split, {}).get("horizons", {})
            _taken(learnt.get(horizon, {}).get("chosen", {}), console)
        broken = metrics["order_violations"][split]
        console.print(
            f"{split}: {broken} of {counts['scored']:,} rows' promises fall with the horizon", highlight=False
        )
    for horizon, answers in metrics.get("ltv_mean_of_origins", {}).items():
        _show(f"mean of {len(metrics['ltv'])} origins, {horizon}", answers, console)


def _taken(chosen: Mapping[str, Any], console: Console) -> None:
    """Which methods each output was made of."""
    told = []
    for output, one in chosen.items():
        methods = ", ".join(name.replace("__", " ") for name in one["weights"])
        mixed = "" if len(one["weights"]) == 1 else f"{one['recipe']} of "
        told.append(f"{output.replace('_', ' ')}: {mixed}{methods}")
    if told:
        console.print(f"taken out of fold for {'; '.join(told)}", highlight=False)


def _show(title: str, answers: Mapping[str, Any], console: Console) -> None:
    table = Table(title=title)
    for column in ("", *COLUMNS):
        table.add_column(column.replace("_", " "), justify="right" if column else "left", no_wrap=True)
    for name, measures in answers.items():
        table.add_row(name.replace("_", " "), *(cell(measures.get(column)) for column in COLUMNS))
    console.print(table)
