"""`python -m pipeline.rank`: train a ranker an objective and write each query's best 20."""

import sys
from collections.abc import Sequence

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.cli import show_files
from pipeline.plan import Run

ABOUT = "Describe the candidates, train LambdaRank for clicks, carts and orders, and rank the test fold."


def work(run: Run, console: Console) -> None:
    """Build the answers."""
    _ = run.answers
    show_files(run, console)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("rank", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
