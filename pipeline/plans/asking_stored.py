"""What the commands that ask a stored lifetime model share: their flags, and the chunks that come of them."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from jsonargparse import ArgumentParser, Namespace

from data.errors import AisleError
from pipeline.ending import Clean
from pipeline.plans.place import Place
from pipeline.plans.stored import Stored
from pipeline.settings.config import files_in, found_files
from pipeline.store.store import Store
from pipeline.store.task import Artifact
from pipeline.store.workdir import locked, sweep
from value.lifetime.gate_files import GATES

CHUNK = 100_000


def add_options(parser: ArgumentParser) -> None:
    """Add the flags that name a model and rows."""
    parser.add_argument("--workdir", required=True, help="working directory of the run that has learnt")
    parser.add_argument("--test", required=True, help="the rows: a folder, a file, or several with commas between")
    parser.add_argument("--chunk-size", type=int, default=CHUNK, help="rows that are scored at once")
    parser.add_argument("--gates", default=None, help="folder with edited buyer_gate.json and whale_gate.json")


@contextmanager
def asking(
    options: Namespace, clean: Clean, report: Callable[[str], None]
) -> Iterator[tuple[Stored, tuple[Artifact, ...]]]:
    """The stored model, and what it says of the rows, an artifact a chunk.

    Raises
    ------
    AisleError
        If there is no such model, or the rows cannot be read.
    """
    if options.chunk_size < 1:
        raise AisleError(f"`--chunk-size` must be at least 1, got {options.chunk_size}.")
    with locked(options.workdir) as workdir:
        clean.append(partial(sweep, workdir))
        stored = Stored.open(workdir)
        place = Place(Store(workdir, report))
        found = found_files(options.test, "--test")
        gates = files_in(options.gates, GATES, "--gates")
        name = hashlib.sha256(f"{options.test}|{options.gates}".encode()).hexdigest()[:12]
        yield stored, stored.scored(found, place, f"asked/{name}", options.chunk_size, gates)
