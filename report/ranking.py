"""What `rank` shows besides its files: what a search has found, and why a session's items are where they are."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from ranker.session_lists import SessionLists


def show_tuned(found: Mapping[str, Mapping[str, Any]], console: Console) -> None:
    """Print what a search has found for each model (its tuned.json); nothing without a search."""
    if not found:
        return
    table = Table(title="tuned settings")
    for column in ("model", "trials", "defaults", "best", "needed to win", "kept", "judged by"):
        table.add_column(column, justify="left" if column in ("model", "kept", "judged by") else "right")
    for model, about in found.items():
        cells = ["-", "-", "-"]
        if about["trials"]:
            needed = about["default_recall@20"] + about["difference_needed"]
            cells = [f"{v:.4f}" for v in (about["default_recall@20"], about["best_recall@20"], needed)]
        table.add_row(model, str(about["trials"]), *cells, about["kept"], about.get("judged_by", "-"))
    console.print(table)


def plain_lists(told: SessionLists) -> dict[str, Any]:
    """A session's visible events and its lists with reasons, as rows of plain values."""
    lists = {objective: best.to_dicts() for objective, best in told.lists.items()}
    return {"session": told.asked.session, "events": told.visible.to_dicts(), "lists": lists}


def show_session(told: SessionLists, console: Console) -> None:
    """Print a session's visible events and its lists with reasons; feature names are never cut."""

    def say(line: str) -> None:
        console.print(line, highlight=False, markup=False)

    say(f"session {told.asked.session}, {told.asked.events} visible events:")
    for ts, name, text, item in told.visible.rows():
        say(f"  {ts:%Y-%m-%d %H:%M:%S}  {name:6}  {item}{f'  {text}' if text else ''}")
    for objective, best in told.lists.items():
        say(f"{objective}: the top 20; (+x) is what a feature adds against the mean of the session's candidates")
        for rank, text, score, sources, plus, minus, item in best.rows():
            worth = "popular, fills the list up" if score is None else f"score {score:.3f}"
            say(f"{rank:4}  {item}{f'  {text}' if text else ''}  ({worth})")
            for title, reasons in (("sources", sources), ("for", plus), ("against", minus)):
                if reasons:
                    say(f"        {title:8}{reasons}")
