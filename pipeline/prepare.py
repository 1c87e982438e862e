"""`python -m pipeline.prepare`: read, validate and shard the log, and cut its folds."""

import sys
from collections.abc import Sequence

from rich.console import Console

from data.quality import describe
from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.run import show_log

ABOUT = "Read and validate a raw log, code its keys, and cut the valid and test folds."


def work(run: Run, console: Console) -> None:
    """Build the folds and show the log."""
    show_logs(run, console)
    for fold in (run.prepared.valid, run.prepared.test):
        console.print(f"{fold.window.name} fold: {fold.tables.path}", highlight=False)


def show_logs(run: Run, console: Console) -> None:
    """Build the folds; print what the log and the test file hold."""
    prepared = run.prepared
    _ = prepared.valid, prepared.test
    show_log("log", describe(prepared.log.path / "summary.json"), console)
    if prepared.test_log is not None:
        show_log("test file", describe(prepared.test_log.path / "summary.json"), console)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("prepare", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
