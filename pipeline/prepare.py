"""`python -m pipeline.prepare`: read, validate and shard the log, and cut its folds."""

import sys
from collections.abc import Sequence

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.cli import show_log
from pipeline.plans.ranking import Run

ABOUT = "Read and validate a raw log, code its keys, and cut the valid and test folds."


def work(run: Run, console: Console) -> None:
    """Build the folds and show the log."""
    _ = run.valid, run.test
    show_log(run, console)
    for fold in (run.valid, run.test):
        console.print(f"{fold.window.name} fold: {fold.tables.path}", highlight=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("prepare", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
