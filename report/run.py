"""What a run shows on a console: the log, what sources are worth, the ranking beside its rivals, where results are."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from data.schema import TYPES


def show_log(title: str, lines: Sequence[str], console: Console) -> None:
    """Print what a log holds and what was set aside (`data.quality.describe`)."""
    for line in lines:
        console.print(f"{title}: {line}", highlight=False, markup=False)


def show_metrics(metrics: Mapping[str, Any] | None, console: Console) -> None:
    """Print recall@20 per objective of every order (metrics.json), or say why there is none."""
    if metrics is None:
        console.print("no labels: scored, not evaluated")
        return
    table = Table(title=f"recall@20 ({metrics['counts']['queries']:,} queries, {metrics['mode']})")
    columns = ("clicks", "carts", "orders", "total")
    for column in ("", *columns, "HR@20", "MRR@20"):
        table.add_column(column, justify="right" if column else "left")
    titles = {
        "ranked": "Aisle, ranked",
        "fused": "candidates, fused",
        "best_source": "best single source",
        "revisit_popular": "revisit + popularity",
    }
    for name, title in titles.items():
        measured = metrics["ranking"][name]
        cells = [measured["recall@20"][c] for c in columns] + [measured["next_click"][m] for m in ("HR@20", "MRR@20")]
        table.add_row(title, *("-" if cell is None else f"{cell:.4f}" for cell in cells))
    console.print(table)
    missing = [name for name, model in metrics["models"].items() if model is None]
    shared = [name for name, model in metrics["models"].items() if model not in (None, name)]
    if shared:
        console.print(f"one model over all types serves {', '.join(shared)}: too few training queries of their own")
    if missing:
        console.print(f"no model for {', '.join(missing)}: the valid fold has no such label")


def show_rules(ruled: Sequence[Mapping[str, Any]], console: Console) -> None:
    """Print what each of the shop's own rules has done (`rules` of metrics.json); nothing where there are none."""
    if not ruled:
        return
    table = Table(title="rules")
    for column in ("row", "rule", "for", "queries", "applied", "lists"):
        table.add_column(column, justify="left" if column in ("rule", "for") else "right")
    for rule in ruled:
        places = f" ({rule['places']})" if rule["places"] else ""
        named = Text(f"{rule['kind']} {rule['on']} {rule['key']}{places}")
        counts = (f"{rule[name]:,}" for name in ("queries", "applied", "lists"))
        table.add_row(str(rule["row"]), named, Text(rule["whom"]), *counts)
    console.print(table)


ASIDE = {
    "outside": "shown outside the valid fold",
    "unknown": "of sessions that the log does not name",
    "elsewhere": "of sessions that the fold does not ask",
    "unasked": "shown with too few events visible, or too many",
    "nothing_after": "after which nothing came",
    "not_sampled": "left out of a sample",
    "held_out": "of visitors that others learn from or stop by",
}


def show_served(served: Mapping[str, Any] | None, console: Console) -> None:
    """Print what became of served lists (`served` of metrics.json); nothing where there are none."""
    if served is None:
        return
    aside = [f"{served[name]:,} {what}" for name, what in ASIDE.items() if served[name]]
    joined = f"{served['joined']:,} of {served['lists']:,} served lists join the training rows"
    asked = f"as {served['questions']:,} questions"
    console.print("; ".join([f"{joined}, {asked}", *aside]), highlight=False, soft_wrap=True)


def show_recall(fold: str, found: Mapping[str, Any] | None, console: Console) -> None:
    """Print what each source of a fold is worth, alone and to the union (recall.json)."""
    if found is None:
        console.print(f"{fold} fold: no labels, so no recall")
        return
    types = [name for name in TYPES if found["recall"]["union"]["recall@20"][name] is not None]
    table = Table(title=f"{fold} fold: recall of {', '.join(types)}")
    table.add_column("", no_wrap=True)
    for depth in ("recall@20", "recall@50", "recall@100", "recall@200"):
        table.add_column(depth, justify="right")
    for name, recalls in found["recall"].items():
        table.add_row(name, *_cells(recalls, types))
    if found["leave_one_out"]:
        table.add_row("union by reciprocal rank", *_cells(found["reciprocal_rank"], types), end_section=True)
    for name, recalls in found["leave_one_out"].items():
        table.add_row(f"without {name}", *_cells(recalls, types))
    console.print(table)


def _cells(recalls: dict[str, dict[str, float]], types: Sequence[str]) -> list[str]:
    return [" ".join(f"{by_type[name]:.4f}" for name in types) for by_type in recalls.values()]


FILES = {
    "recommendations.parquet": "the items of each session and objective, in the shop's keys",
    "neighbours.parquet": "similar items of every item, in the shop's keys",
    "submission.csv": "OTTO's submission",
    "metrics.json": "all measures",
    "explanations.json": "what each feature is worth",
}


def show_files(output: Path, console: Console, names: Sequence[str] = tuple(FILES)) -> None:
    """Print where the results are."""
    for name in names:
        about = FILES[name]
        if (output / name).exists():
            console.print(f"{output / name}: {about}", highlight=False)
