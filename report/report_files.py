"""What `report` shows: where the page is."""

from pathlib import Path

from rich.console import Console

FILES = {
    "report.html": "the page, which needs no other file",
    "report.json": "every number of it",
    "report": "its charts, as SVG and PNG",
}


def show_report(output: Path, console: Console) -> None:
    """Print where the page and its files are."""
    for name, about in FILES.items():
        console.print(f"{output / name}: {about}", highlight=False)
