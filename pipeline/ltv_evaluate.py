"""Judge a stored lifetime model, or stored predictions, on what came: `python -m pipeline.ltv_evaluate --help`."""

import json
import sys
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
from jsonargparse import Namespace
from rich.console import Console

from data.errors import AisleError
from data.paths import path_of
from data.tables import scan_all
from data.warned import Warned
from pipeline.cli import Parser
from pipeline.commanding import commanded
from pipeline.foreseen import dry_run
from pipeline.plans.asking_stored import (
    add_options,
    asked_table,
    gates_of,
    moment_of,
    open_log,
    refuse_sizes,
    root_of,
)
from pipeline.plans.judged_log import judged_model, judged_predictions
from pipeline.plans.stored import Stored
from pipeline.plans.stored_file import is_of_customers
from pipeline.saying import say_warnings
from pipeline.store.store import Store
from pipeline.store.workdir import looked_at, sweep
from pipeline.tasks.known_labels import labels_known
from pipeline.tasks.labelled_lifetimes import truth_of
from pipeline.tasks.lifetime_results import judged, judged_rows
from pipeline.tasks.lifetime_values import read_values, refuse_twice
from pipeline.tasks.shards import shard_files
from pipeline.voice import Voice
from report.lifetime import show_lifetime
from value.lifetime.table import KEY

ABOUT = (
    "Judge lifetime value on what is known to have come: a working directory's model asked about `--test`, or the "
    "predictions of an earlier run (`--predictions values.parquet`). Rows of a table have their labels in a file by "
    "their keys; what a log's customers brought tells the log itself."
)
SPLIT = "test"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.manner.CODES`; arguments that do not parse exit with 2.
    """

    def evaluate(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(given)
        refuse_sizes(options)
        if voice.manner.dry_run:
            workdir = looked_at(options.workdir)
            return dry_run(root_of(options, workdir), partial(_judged, options, workdir), voice)
        out = None if options.out is None else _place_for(path_of(options.out, "out"))
        with voice.opened(options.workdir) as workdir:
            root = root_of(options, workdir)
            voice.clean.append(partial(sweep, root))
            metrics = _judged(options, workdir, Store(root, voice.report, voice), voice.console)
        if out is not None:
            out.write_text(json.dumps(metrics, indent=1) + "\n")
            voice.published(out)
            voice.console.print(f"{out}: all measures", highlight=False)
        return {"metrics": metrics}

    return commanded("ltv_evaluate", argv, evaluate)


def _judged(options: Namespace, workdir: Path, store: Store, console: Console) -> dict[str, Any]:
    judged_so = _of_log if is_of_customers(workdir) else _of_table
    metrics = judged_so(options, workdir, store)
    show_lifetime(metrics, console)
    return metrics


def _of_log(options: Namespace, workdir: Path, store: Store) -> dict[str, Any]:
    if options.test is None:
        raise AisleError("give the log as `--test`: what its customers brought tells the log itself.")
    if options.labels is not None:
        raise AisleError("`--labels` are those of a table's rows; what a log's customers brought tells the log itself.")
    log, at, report = open_log(options, workdir, store, judged=True), moment_of(options), store.report
    if options.predictions is not None:
        return judged_predictions(log, path_of(options.predictions, "predictions"), at, report)
    return judged_model(log(at), options.chunk_size, gates_of(options), report)


def _of_table(options: Namespace, workdir: Path, store: Store) -> dict[str, Any]:
    if (options.test is None) == (options.predictions is None):
        raise AisleError("give either `--test`, rows to ask the model about, or `--predictions`, what it has said.")
    if options.labels is None:
        raise AisleError("give the file of labels by the rows' keys as `--labels`: rows to ask about have none.")
    labels, stored = path_of(options.labels, "labels"), Stored.open(workdir)
    predictions = None if options.predictions is None else path_of(options.predictions, "predictions")
    truth, aside = truth_of(labels, stored.table)
    warned = _said(aside)
    if predictions is None:
        scored, horizons = asked_table(options, workdir, store)[1], stored.horizons
        warned += [one for one in scored.warnings if one not in warned]
        files = shard_files(scored.chunks)
        warned += _said(labels_known(scan_all(files).select(KEY).collect(), truth, str(labels)))
        return judged({SPLIT: files}, horizons, {SPLIT: truth}) | {"warnings": warned}
    return _of_predictions(predictions, stored, truth, labels, warned)


def _of_predictions(
    predictions: Path, stored: Stored, truth: pl.DataFrame, labels: Path, warned: list[Mapping[str, Any]]
) -> dict[str, Any]:
    rows = read_values(predictions, stored.table.key, stored.horizons)
    refuse_twice(rows, predictions)
    warned += _said(labels_known(rows, truth, str(labels)))
    found = judged_rows(rows, stored.horizons, truth)
    return {name: {SPLIT: measures} for name, measures in found.items()} | {"warnings": warned}


def _said(warned: Sequence[Warned]) -> list[Mapping[str, Any]]:
    return say_warnings([one.plain() for one in warned], ())


def _place_for(out: Path) -> Path:
    """Where measures are written, in a folder that stands: what cannot be written is refused before anything is built.

    Raises
    ------
    AisleError
        If it is a folder.
    """
    if out.is_dir():
        raise AisleError(f"`--out` {out} is a folder; name a file in it, such as {out / 'metrics.json'}.")
    out.parent.mkdir(parents=True, exist_ok=True)
    return out


def _parser() -> Parser:
    parser = Parser(prog="python -m pipeline.ltv_evaluate", description=ABOUT)
    add_options(parser, needed=False)
    parser.add_argument("--labels", default=None, help="of a table: file of labels by the rows' keys")
    parser.add_argument("--predictions", default=None, help="values.parquet of pipeline.ltv or pipeline.ltv_predict")
    parser.add_argument("--out", default=None, help="file for all measures")
    return parser


if __name__ == "__main__":
    sys.exit(main())
