"""`python -m pipeline.run`: every stage, from the raw log to the metrics."""

import sys
from collections.abc import Sequence

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.cli import show_files, show_log, show_metrics
from pipeline.plans.ranking import Run
from report.ranking import show_tuned

ABOUT = "Run every stage: prepare, candidates, rank and, where there are labels, evaluate."


def work(run: Run, console: Console) -> None:
    """Build everything and show the results."""
    _ = run.valid, run.test
    show_log(run, console)
    _ = run.answers
    show_tuned(run.searched, console)
    show_metrics(run, console)
    show_files(run, console)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all stages."""
    return run_stage("run", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
