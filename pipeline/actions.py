"""`python -m pipeline.actions`: how likely a visitor is to click, cart and order an item; or a flat table's classes."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.actions_table import main as run_table
from pipeline.cli import main as run_stage
from pipeline.plans.run import Run
from report.actions import show_actions

ABOUT = (
    "The probability that a session clicks, carts and orders each of its best candidates (`--top` of them), calibrated "
    "on queries drawn without a look at what happened. With `--table FILE --target COLUMN` instead: classify a flat "
    "table (`--table FILE --help` shows how)."
)


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build the probabilities; show and return what they are worth."""
    _ = run.acted.probabilities, run.served.ranking, run.served.actions
    show_actions(run.acted.metrics, console)
    for name, about in (
        ("actions.parquet", "session, events, item, p_click, p_cart, p_order, in the shop's keys"),
        ("actions_metrics.json", "all measures, with the calibration curves"),
    ):
        console.print(f"{run.place.output / name}: {about}", highlight=False)
    return {"metrics": run.acted.metrics}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage, or classify a table where one is named."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    flags = [argument.split("=", maxsplit=1)[0] for argument in given]
    if "--table" in flags:
        return run_table(given)
    shortened = [
        f"--actions.top{a.removeprefix('--top')}" if f == "--top" else a for f, a in zip(flags, given, strict=True)
    ]
    return run_stage("actions", ABOUT, work, shortened)


if __name__ == "__main__":
    sys.exit(main())
