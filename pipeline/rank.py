"""`python -m pipeline.rank`: train a ranker an objective and write each query's best 20."""

import sys
from collections.abc import Sequence

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.cli import show_files
from pipeline.plans.ranking import Run
from report.ranking import show_session, show_tuned

ABOUT = "Describe the candidates, train LambdaRank for clicks, carts and orders, and rank the test fold."


def work(run: Run, console: Console) -> None:
    """Build the answers, and explain a session's where one is named."""
    asked = None if run.config.explain is None else run.find(run.config.explain)
    _ = run.answers
    show_tuned(run.searched, console)
    if asked is not None:
        show_session(run.explained(asked), console)
        _ = run.explanations
    show_files(run, console)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("rank", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
