"""`python -m pipeline.ltv`: what customers, or the rows of a table, will bring within several horizons."""

import sys
from collections.abc import Sequence
from typing import Any

from rich.console import Console

from pipeline.cli import main as run_stage
from pipeline.plans.lifetime import METRICS, SUBMISSION, VALUES
from pipeline.plans.run import Run
from report.lifetime import show_lifetime

ABOUT = (
    "What each row of a table, or each customer of a log, will bring within several horizons, longer ones never less "
    "than shorter ones: learnt, judged beside naive answers, and told."
)
SHORT = {"--chunk-size": "--ltv.chunk_size", "--gates": "--ltv.gates"}
PRODUCTS = {
    VALUES: "what each row will bring, by horizon",
    SUBMISSION: "one output under the rows' keys",
    "buyer_gate.json": "what becomes of promises to rows that hardly buy; edit a copy, and name its folder as --gates",
    "whale_gate.json": "likewise of promises to rows that may be whales",
    "columns.csv": "what became of each column of the table",
    METRICS: "all measures",
}


def work(run: Run, console: Console) -> dict[str, Any]:
    """Build the values; show and return what they are worth."""
    show_lifetime(run.lifetimes.results, console)
    for name, about in PRODUCTS.items():
        if (run.place.output / name).exists():
            console.print(f"{run.place.output / name}: {about}", highlight=False)
    return {"metrics": run.lifetimes.results}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the stage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    flags = [argument.split("=", maxsplit=1)[0] for argument in given]
    full = [SHORT[f] + a.removeprefix(f) if f in SHORT else a for f, a in zip(flags, given, strict=True)]
    return run_stage("ltv", ABOUT, work, full)


if __name__ == "__main__":
    sys.exit(main())
