"""`python -m pipeline.rank`: train a ranker an objective and write each query's best 20."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.ranking import plain_lists, show_session, show_tuned
from report.run import show_files, show_rules, show_served

ABOUT = "Describe the candidates, train LambdaRank for clicks, carts and orders, and rank the test fold."


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build the answers, and explain a session's where one is named; return that, and what a search has found."""
    ranked = run.ranked
    asked = None if run.config.explain is None else ranked.find(run.config.explain)
    _ = ranked.answers, run.served.ranking
    show_tuned(ranked.searched, console)
    explained = None if asked is None else ranked.explained(asked)
    if explained is not None:
        show_session(explained, console)
        _ = ranked.explanations
    show_served(ranked.served_counts, console)
    show_rules(ranked.ruled, console)
    show_files(run.place.output, console)
    told = None if explained is None else plain_lists(explained)
    return {"tuned": ranked.searched, "explained": told, "rules": ranked.ruled, "served": ranked.served_counts}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    return run_stage("rank", ABOUT, work, arguments)


if __name__ == "__main__":
    sys.exit(main())
