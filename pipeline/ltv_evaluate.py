"""Judge a stored lifetime model, or stored predictions, on labels: `python -m pipeline.ltv_evaluate --help`."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl
from jsonargparse import ArgumentParser, Namespace
from rich.console import Console

from data.errors import AisleError
from data.files import require_columns
from data.paths import path_of
from data.tables import read_whole
from pipeline.cli import WIDTH
from pipeline.ending import Clean, ended
from pipeline.plans.asking_stored import CHUNK, asking
from pipeline.plans.stored import Stored
from pipeline.tasks.labelled_lifetimes import truth_of
from pipeline.tasks.lifetime_results import judged, judged_rows
from pipeline.tasks.shards import shard_files
from report.lifetime import show_lifetime
from value.lifetime.table import KEY

ABOUT = (
    "Judge lifetime value on rows whose labels are known: a working directory's model asked about `--test`, or the "
    "predictions of an earlier run (`--predictions values.parquet`). Labels stand in a file by the rows' keys."
)
SPLIT = "test"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.ending`; arguments that do not parse exit with 2.
    """

    def evaluate(given: list[str], clean: Clean) -> None:
        options = _parser().parse_args(given)
        if (options.test is None) == (options.predictions is None):
            raise AisleError("give either `--test`, rows to ask the model about, or `--predictions`, what it has said.")
        console = Console(soft_wrap=True)
        console.width = max(console.width, WIDTH)
        metrics = _of_predictions(options) if options.test is None else _of_model(options, clean, console)
        show_lifetime(metrics, console)
        if options.out is not None:
            Path(options.out).write_text(json.dumps(metrics, indent=1) + "\n")
            console.print(f"{options.out}: all measures", highlight=False)

    return ended("ltv_evaluate", argv, evaluate)


def _of_model(options: Namespace, clean: Clean, console: Console) -> dict[str, Any]:
    def report(line: str) -> None:
        console.print(line, style="dim", highlight=False, markup=False)

    with asking(options, clean, report) as (stored, scored):
        truth, _ = truth_of(path_of(options.labels, "labels"), stored.table)
        horizons = tuple(f"d{days}" for days in stored.table.horizons)
        return judged({SPLIT: shard_files(scored)}, horizons, {SPLIT: truth})


def _of_predictions(options: Namespace) -> dict[str, Any]:
    stored, path = Stored.open(Path(options.workdir)), path_of(options.predictions, "predictions")
    table = read_whole(path)
    key, horizons = stored.table.key, tuple(f"d{days}" for days in stored.table.horizons)
    require_columns(table, [key, *(f"{h}__expected_value" for h in horizons)], path, "give it as ltv_predict wrote it")
    rows = table.rename({key: KEY}).with_columns(pl.col(KEY).cast(pl.String))
    truth, _ = truth_of(path_of(options.labels, "labels"), stored.table)
    found = judged_rows(rows, horizons, truth)
    return {name: {SPLIT: measures} for name, measures in found.items()}


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m pipeline.ltv_evaluate", description=ABOUT)
    parser.add_argument("--workdir", required=True, help="working directory of the run that has learnt")
    parser.add_argument("--labels", required=True, help="file of labels by the rows' keys")
    parser.add_argument("--test", default=None, help="rows to ask the model about")
    parser.add_argument("--predictions", default=None, help="values.parquet of pipeline.ltv or pipeline.ltv_predict")
    parser.add_argument("--chunk-size", type=int, default=CHUNK, help="rows that are scored at once")
    parser.add_argument("--gates", default=None, help="folder with edited buyer_gate.json and whale_gate.json")
    parser.add_argument("--out", default=None, help="file for all measures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
