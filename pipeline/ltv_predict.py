"""Ask a stored lifetime model of a table about more rows: `python -m pipeline.ltv_predict --help`."""

import sys
from collections.abc import Sequence
from pathlib import Path

from jsonargparse import ArgumentParser
from rich.console import Console

from pipeline.ending import Clean, ended
from pipeline.plans.asking_stored import add_options, asking
from pipeline.tasks.lifetime_results import write_answers
from pipeline.tasks.shards import shard_files

ABOUT = (
    "Score more rows of a table by the lifetime model that `python -m pipeline.ltv` has left in a folder: in "
    "chunks, in memory that does not grow with the rows. A run that was stopped goes on where it stopped."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.ending`; arguments that do not parse exit with 2.
    """

    def predict(given: list[str], clean: Clean) -> None:
        options = _parser().parse_args(given)
        console = Console(soft_wrap=True)
        with asking(
            options, clean, lambda line: console.print(line, style="dim", highlight=False, markup=False)
        ) as one:
            stored, scored = one
            out = Path(options.out)
            out.mkdir(parents=True, exist_ok=True)
            horizons = tuple(f"d{days}" for days in stored.table.horizons)
            rows = write_answers(shard_files(scored), out, stored.table.key, horizons, stored.submitted, dated=False)
        console.print(f"{out / 'values.parquet'}: what {rows:,} rows will bring, by horizon", highlight=False)
        console.print(f"{out / 'submission.csv'}: one output under the rows' keys", highlight=False)

    return ended("ltv_predict", argv, predict)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m pipeline.ltv_predict", description=ABOUT)
    add_options(parser)
    parser.add_argument("--out", required=True, help="folder for values.parquet and submission.csv")
    return parser


if __name__ == "__main__":
    sys.exit(main())
