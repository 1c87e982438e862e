"""`python -m pipeline.run`: every stage, from the raw log to the metrics."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from pipeline.prepare import show_logs
from report.ranking import show_tuned
from report.run import show_files, show_metrics, show_rules, show_served

ABOUT = "Run every stage: prepare, candidates, rank and, where there are labels, evaluate."


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build everything and show the results; return the measures."""
    show_logs(run, console)
    _ = run.ranked.answers, run.served.ranking, run.proposed.similar
    show_tuned(run.ranked.searched, console)
    show_metrics(run.ranked.metrics, console)
    show_served(run.ranked.served_counts, console)
    show_rules(run.ranked.ruled, console)
    show_files(run.place.output, console)
    return {"metrics": run.ranked.metrics}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run all stages."""
    return run_stage("run", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
