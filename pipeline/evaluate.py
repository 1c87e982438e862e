"""`python -m pipeline.evaluate`: measure the ranking beside the candidates and the baselines."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.run import show_files, show_metrics, show_rules

ABOUT = "Measure the ranking beside the fused candidates, the best single source, and revisit + popularity."


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build, show and return the metrics."""
    show_metrics(run.ranked.metrics, console)
    show_rules(run.ranked.ruled, console)
    show_files(run.place.output, console)
    return {"metrics": run.ranked.metrics}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("evaluate", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
