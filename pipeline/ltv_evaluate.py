"""Judge a stored lifetime model, or stored predictions, on what came: `python -m pipeline.ltv_evaluate --help`."""

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from jsonargparse import ArgumentParser, Namespace
from rich.console import Console

from data.errors import AisleError
from data.paths import path_of
from pipeline.cli import WIDTH
from pipeline.ending import Clean, ended
from pipeline.plans.asking_stored import add_options, asked_table, gates_of, holding, moment_of, open_log
from pipeline.plans.judged_log import judged_model, judged_predictions
from pipeline.plans.stored import Stored
from pipeline.plans.stored_file import is_of_customers
from pipeline.tasks.labelled_lifetimes import truth_of
from pipeline.tasks.lifetime_results import judged, judged_rows
from pipeline.tasks.lifetime_values import read_values
from pipeline.tasks.shards import shard_files
from report.lifetime import show_lifetime

ABOUT = (
    "Judge lifetime value on what is known to have come: a working directory's model asked about `--test`, or the "
    "predictions of an earlier run (`--predictions values.parquet`). Rows of a table have their labels in a file by "
    "their keys; what a log's customers brought tells the log itself."
)
SPLIT = "test"
Say = Callable[[str], None]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.ending`; arguments that do not parse exit with 2.
    """

    def evaluate(given: list[str], clean: Clean) -> None:
        options = _parser().parse_args(given)
        console = Console(soft_wrap=True)
        console.width = max(console.width, WIDTH)

        def report(line: str) -> None:
            console.print(line, style="dim", highlight=False, markup=False)

        with holding(options, clean, report) as workdir:
            if is_of_customers(workdir):
                metrics = _of_log(options, workdir, clean, report)
            else:
                metrics = _of_table(options, workdir, report)
        show_lifetime(metrics, console)
        if options.out is not None:
            Path(options.out).write_text(json.dumps(metrics, indent=1) + "\n")
            console.print(f"{options.out}: all measures", highlight=False)

    return ended("ltv_evaluate", argv, evaluate)


def _of_log(options: Namespace, workdir: Path, clean: Clean, report: Say) -> dict[str, Any]:
    if options.test is None:
        raise AisleError("give the log as `--test`: what its customers brought tells the log itself.")
    if options.labels is not None:
        raise AisleError("`--labels` are those of a table's rows; what a log's customers brought tells the log itself.")
    log, at = open_log(options, workdir, clean, report, judged=True), moment_of(options)
    if options.predictions is not None:
        return judged_predictions(log, path_of(options.predictions, "predictions"), at, report)
    return judged_model(log(at), options.chunk_size, gates_of(options), report)


def _of_table(options: Namespace, workdir: Path, report: Say) -> dict[str, Any]:
    if (options.test is None) == (options.predictions is None):
        raise AisleError("give either `--test`, rows to ask the model about, or `--predictions`, what it has said.")
    if options.labels is None:
        raise AisleError("give the file of labels by the rows' keys as `--labels`: rows to ask about have none.")
    labels = path_of(options.labels, "labels")
    if options.test is None:
        return _of_predictions(path_of(options.predictions, "predictions"), Stored.open(workdir), labels)
    stored, scored = asked_table(options, workdir, report)
    truth, _ = truth_of(labels, stored.table)
    return judged({SPLIT: shard_files(scored)}, _horizons(stored), {SPLIT: truth})


def _of_predictions(predictions: Path, stored: Stored, labels: Path) -> dict[str, Any]:
    rows = read_values(predictions, stored.table.key, _horizons(stored))
    truth, _ = truth_of(labels, stored.table)
    found = judged_rows(rows, _horizons(stored), truth)
    return {name: {SPLIT: measures} for name, measures in found.items()}


def _horizons(stored: Stored) -> tuple[str, ...]:
    return tuple(f"d{days}" for days in stored.table.horizons)


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="python -m pipeline.ltv_evaluate", description=ABOUT)
    add_options(parser, needed=False)
    parser.add_argument("--labels", default=None, help="of a table: file of labels by the rows' keys")
    parser.add_argument("--predictions", default=None, help="values.parquet of pipeline.ltv or pipeline.ltv_predict")
    parser.add_argument("--out", default=None, help="file for all measures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
