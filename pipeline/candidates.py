"""`python -m pipeline.candidates`: fit the sources and propose candidates for both folds."""

import sys
from collections.abc import Sequence

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.cli import show_recall
from pipeline.plans.ranking import Run

ABOUT = "Fit the candidate sources on each fold's history, weigh them, and propose candidates for every query."


def work(run: Run, console: Console) -> None:
    """Build the candidates of both folds."""
    for proposed in (run.valid_proposed, run.test_proposed):
        show_recall(run, console, proposed)
        folder = proposed.candidates[0].path.parent
        console.print(f"{proposed.fold.window.name} candidates: {folder}", highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("candidates", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
