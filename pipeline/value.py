"""`python -m pipeline.value`: what a session will be worth, from a log; or a flat table's target."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.value import show_value

ABOUT = (
    "What a session will be worth in the end, and how likely it is to buy, given what its visitor has done so far. "
    "With `--table FILE --target COLUMN` instead: learn a flat table's target (`--table FILE --help` shows how)."
)
SHORT = {"--optimize": "--value.model.optimize"}


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build the values; show and return what they are worth."""
    show_value(run.valued.results, console)
    _ = run.served.value
    for name, about in (
        ("values.parquet", "every scored session's values, in the shop's keys"),
        ("value_metrics.json", "all measures"),
    ):
        console.print(f"{run.place.output / name}: {about}", highlight=False)
    return {"metrics": run.valued.results}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage, or learn from a table where one is named."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    flags = [argument.split("=", maxsplit=1)[0] for argument in given]
    if "--table" in flags:
        from pipeline.value_table import main as run_table  # noqa: PLC0415

        return run_table(given)
    full = [SHORT[f] + a.removeprefix(f) if f in SHORT else a for f, a in zip(flags, given, strict=True)]
    return run_stage("value", ABOUT, work, full)


if __name__ == "__main__":
    sys.exit(main())
