"""Ask a stored lifetime model about more rows, or about customers: `python -m pipeline.ltv_predict --help`."""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from jsonargparse import Namespace

from data.warned import WARNINGS
from pipeline.cli import Parser
from pipeline.commanding import commanded
from pipeline.ending import Clean
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
from pipeline.plans.lifetime import SUBMISSION, VALUES
from pipeline.plans.stored_file import is_of_customers
from pipeline.store.store import Store
from pipeline.store.task import Artifact
from pipeline.store.workdir import looked_at, remove, sweep
from pipeline.tasks.lifetime_values import CUSTOMER, write_answers
from pipeline.tasks.shards import shard_files
from pipeline.voice import Voice

ABOUT = (
    "Score more rows of a table, or the customers of a log as of a moment, by the lifetime model that `python -m "
    "pipeline.ltv` has left in a folder: in chunks, in memory that does not grow with the rows. A run that was stopped "
    "goes on where it stopped."
)
ODD = "what looked wrong in the rows"
FILE = ".parquet"
"""What the name of a file of values ends in: any other is a folder's."""


class Said(NamedTuple):
    """What a model says: an artifact a chunk, how its rows are called and told, and what looked wrong in them."""

    scored: tuple[Artifact, ...]
    key: str
    horizons: tuple[str, ...]
    submitted: tuple[str, str]
    dated: bool
    warnings: Sequence[Mapping[str, Any]] = ()


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments, or those of the process; return its exit code.

    See `pipeline.manner.CODES`; arguments that do not parse exit with 2.
    """

    def predict(given: list[str], voice: Voice) -> object:
        options = _parser().parse_args(given)
        refuse_sizes(options)
        if voice.manner.dry_run:
            workdir = looked_at(options.workdir)
            return dry_run(root_of(options, workdir), lambda store, _: _said(options, workdir, store), voice)
        with voice.opened(options.workdir) as workdir:
            root = root_of(options, workdir)
            voice.clean.append(partial(sweep, root))
            said = _said(options, workdir, Store(root, voice.report, voice))
            with _unfinished(Path(options.out), voice.clean) as into:
                told = said.key, said.horizons, said.submitted
                rows = write_answers(shard_files(said.scored), into, *told, dated=said.dated)
                _write_warnings(said.warnings, into)
        for file, about in _published(Path(options.out)).values():
            if file.exists():
                voice.published(file)
                voice.console.print(f"{file}: {about.format(rows=rows)}", highlight=False)
        return {"rows": rows}

    return commanded("ltv_predict", argv, predict)


def _said(options: Namespace, workdir: Path, store: Store) -> Said:
    asked = _of_log if is_of_customers(workdir) else _of_table
    return asked(options, workdir, store)


def _of_table(options: Namespace, workdir: Path, store: Store) -> Said:
    stored, scored = asked_table(options, workdir, store)
    return Said(
        scored.chunks, stored.table.key, stored.horizons, stored.submitted, dated=False, warnings=scored.warnings
    )


def _of_log(options: Namespace, workdir: Path, store: Store) -> Said:
    asked = open_log(options, workdir, store)(moment_of(options))
    settings = asked.config.ltv
    store.report(f"customers as of {asked.customers.moment:%Y-%m-%d %H:%M:%S} UTC")
    scored, told = asked.scored(options.chunk_size, gates_of(options)), (settings.names, settings.submits)
    return Said(scored, CUSTOMER, *told, dated=True, warnings=asked.prepared.log_warnings)


def _published(out: Path) -> dict[str, tuple[Path, str]]:
    """Where each product goes, and what it is."""
    about = "what {rows:,} rows will bring, by horizon"
    if out.suffix == FILE:
        return {VALUES: (out, about), WARNINGS: (out.with_suffix(f".{WARNINGS}"), ODD)}
    return {
        VALUES: (out / VALUES, about),
        SUBMISSION: (out / SUBMISSION, "one output under the rows' keys"),
        WARNINGS: (out / WARNINGS, ODD),
    }


def _write_warnings(found: Sequence[Mapping[str, Any]], into: Path) -> None:
    """What looked wrong, as ltv_metrics.json of a run that learns has it; no file where nothing did."""
    if found:
        (into / WARNINGS).write_text(json.dumps(list(found), indent=1) + "\n")


@contextmanager
def _unfinished(out: Path, clean: Clean) -> Iterator[Path]:
    """A hidden folder beside the products, which take their places when they are whole."""
    files = {name: file for name, (file, _) in _published(out).items()}
    folder = files[VALUES].parent
    into = folder / f".{files[VALUES].name}.unfinished"
    clean.append(partial(remove, into))
    folder.mkdir(parents=True, exist_ok=True)
    remove(into)
    into.mkdir()
    try:
        yield into
        for name, file in files.items():
            if (into / name).exists():
                os.replace(into / name, file)
            else:
                file.unlink(missing_ok=True)  # of an earlier run, in whose rows something looked wrong
    finally:
        remove(into)


def _parser() -> Parser:
    parser = Parser(prog="python -m pipeline.ltv_predict", description=ABOUT)
    add_options(parser)
    parser.add_argument(
        "--out", required=True, help="FILE.parquet for the values, or a folder for values.parquet and submission.csv"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
