"""`python -m pipeline.candidates`: fit the sources and propose candidates for both folds."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.run import show_files, show_recall

ABOUT = (
    "Fit the candidate sources on each fold's history, weigh them, propose candidates for every query, and tell every "
    "item's neighbours."
)


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build the candidates of both folds; return what they are worth."""
    recalls = {}
    for proposed in (run.proposed.valid, run.proposed.test):
        name = proposed.fold.window.name
        recalls[name] = run.proposed.recalls(proposed)
        show_recall(name, recalls[name], console)
        console.print(f"{name} candidates: {proposed.candidates[0].path.parent}", highlight=False)
    _ = run.proposed.similar
    show_files(run.place.output, console, ("neighbours.parquet",))
    return {"recall": recalls}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("candidates", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
