"""`python -m pipeline.profile`: what a log, or a flat table, looks like before anything is learnt from it."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.profile.console import show_log_profile

ABOUT = (
    "What a log looks like before anything is learnt from it, as one page and as numbers. "
    "With `--table FILE --target COLUMN` instead: a flat table's columns, and what they tell of the target "
    "(`--table FILE --help` shows how)."
)


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build the portrait and its page; return its numbers."""
    show_log_profile(run.profiled.told, console)
    pictures = run.profiled.page.path / "charts"
    for file, about in (
        (run.place.output / "profile.html", "the page"),
        (run.place.output / "profile.json", "its numbers"),
        (pictures, "its pictures"),
    ):
        console.print(f"{file}: {about}", highlight=False)
    return {"profile": run.profiled.told}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage, or look at a table where one is named."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if "--table" in [argument.split("=", maxsplit=1)[0] for argument in given]:
        from pipeline.profile_table import main as run_table  # noqa: PLC0415

        return run_table(given)
    return run_stage("profile", ABOUT, work, given)


if __name__ == "__main__":
    sys.exit(main())
