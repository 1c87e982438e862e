"""What the commands that ask a stored lifetime model share: their flags, and how what they ask about is opened."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from jsonargparse import ArgumentParser, Namespace

from data.errors import AisleError
from pipeline.plans.asked_log import AskedLog
from pipeline.plans.place import Place
from pipeline.plans.stored import Scored, Stored
from pipeline.plans.stored_customers import CustomerModel
from pipeline.plans.stored_file import is_of_customers
from pipeline.settings.config import files_in, found_files
from pipeline.settings.leaves import parse_leaf
from pipeline.store.store import Store
from pipeline.store.task import RawFile
from pipeline.store.workdir import refuse_links, sweep
from value.lifetime.gate_files import GATES

CHUNK = 100_000
ASKED = "asked"
"""The folder below the working directory in which each log that is asked about has a folder of its own."""


def add_options(parser: ArgumentParser, *, needed: bool = True) -> None:
    """Add the flags that name a model and what it is asked about."""
    parser.add_argument("--workdir", required=True, help="working directory of the run that has learnt")
    parser.add_argument(
        "--test", required=needed, default=None, help="the rows, or the log: a folder, a file, or several with commas"
    )
    parser.add_argument("--at", default=None, help="of a log: the moment (UTC) that its customers are asked as of")
    parser.add_argument("--chunk-size", type=int, default=CHUNK, help="rows that are scored at once")
    parser.add_argument("--gates", default=None, help="folder with edited buyer_gate.json and whale_gate.json")


def refuse_sizes(options: Namespace) -> None:
    """Refuse a flag that is out of range.

    Raises
    ------
    AisleError
        If one is.
    """
    if options.chunk_size < 1:
        raise AisleError(f"`--chunk-size` must be at least 1, got {options.chunk_size}.")


def root_of(options: Namespace, workdir: Path) -> Path:
    """Where what is asked is kept: a log has a folder of its own below the working directory, by its name."""
    asks_log = options.test is not None and is_of_customers(workdir)
    return workdir / ASKED / _hash(options.test) if asks_log else workdir


def asked_table(options: Namespace, workdir: Path, store: Store) -> tuple[Stored, Scored]:
    """The stored model of a table, and what it says of the rows.

    Raises
    ------
    AisleError
        If there is no such model, or the rows cannot be read.
    """
    if options.at is not None:
        raise AisleError(f"`--at` is a log's, got {options.at!r}: rows of a table have moments of their own.")
    stored = Stored.open(workdir)
    place = Place(store)
    found = found_files(options.test, "--test")
    name = _hash(f"{options.test}|{options.gates}")
    return stored, stored.scored(found, place, f"asked/{name}", options.chunk_size, gates_of(options))


def open_log(
    options: Namespace, workdir: Path, store: Store, *, judged: bool = False
) -> Callable[[datetime | None], AskedLog]:
    """A log that the stored model of customers is asked about, as of a moment.

    Parameters
    ----------
    options
        The command line.
    workdir
        The model's working directory.
    store
        Where the log's artifacts lie (see `root_of`).
    judged
        As in `AskedLog`.

    Raises
    ------
    AisleError
        If there is no such model, or no such file.
    """
    model = CustomerModel.open(workdir)
    found_files(options.test, "--test")  # what is wrong with it is said of this flag
    refuse_links(workdir, str(store.root.relative_to(workdir)))
    if store.builds:
        sweep(store.root)
    place = Place(store)
    return lambda at: AskedLog(model, place, options.test, at, judged=judged)


def gates_of(options: Namespace) -> tuple[RawFile, ...]:
    """Edited gates' files."""
    return files_in(options.gates, GATES, "--gates")


def moment_of(options: Namespace) -> datetime | None:
    """The moment that `--at` names, in UTC; null where it names none.

    Raises
    ------
    AisleError
        If it is none, or finer than a millisecond.
    """
    if options.at is None:
        return None
    try:
        moment: datetime = parse_leaf(options.at, datetime, "at")
    except ValueError as error:
        raise AisleError(f"`--at` {error}.") from None
    if moment.microsecond % 1000:
        raise AisleError(f"`--at` must be a time in whole milliseconds, got {options.at!r}.")
    return moment.replace(tzinfo=UTC)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]
