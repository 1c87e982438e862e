"""`python -m pipeline.prepare`: read, validate and shard the log, and cut its folds."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from data.quality import describe
from data.tables import read_json
from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.run import show_log

ABOUT = "Read and validate a raw log, code its keys, and cut the valid and test folds."


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build the folds and show the log; return what the logs hold, and where the folds are."""
    show_logs(run, console)
    prepared = run.prepared
    folds = {fold.window.name: fold.tables.path for fold in (prepared.valid, prepared.test)}
    for name, path in folds.items():
        console.print(f"{name} fold: {path}", highlight=False)
    logs = {"log": prepared.log, "test_log": prepared.test_log}
    told = {name: None if log is None else read_json(log.path / "summary.json") for name, log in logs.items()}
    return told | {"folds": folds}


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
