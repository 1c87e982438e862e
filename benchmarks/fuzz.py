"""Malformed logs by the thousand: each must end in rows that are all counted, or in one clean line.

`python -m benchmarks.fuzz --inputs 5000 --seed 1` makes inputs of every reader by `benchmarks/fuzz_inputs.py`, ingests
each in a worker process with a limit of time and memory, prints what became of them, and writes those that failed to
`artifacts/fuzz/`. It exits with 1 if any did.
"""

import argparse
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path

os.environ.setdefault("POLARS_MAX_THREADS", "1")

from rich.console import Console
from rich.table import Table

from benchmarks.fuzz_inputs import make_input
from benchmarks.fuzz_layouts import as_lines, as_text, good_log
from data.boundary import MEND
from data.errors import AisleError
from data.formats import Columns, LogFormat
from data.quality import Quality
from data.readers import BY_NAME, READERS
from data.sessions import Sessions
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log import LogTables

FINE = ("clean", "set aside", "refused", "caught")  # caught: refused, but only because a library raised
FAILURES = ("traceback", "panic", "hang", "killed", "unaccounted", "unclean line")
LONGEST = 400
START_SECONDS = 60.0  # that a process takes to begin on a busy machine
COLUMNS = Columns(session="session", user="user", type="type", price="price", quantity="quantity", category="category")
Asked = tuple[str, int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run, print the table, keep what failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reader", choices=[reader.name for reader in READERS])
    parser.add_argument("--seconds", type=float, default=20.0, help="that an input may take")
    parser.add_argument("--gigabytes", type=float, default=8.0, help="of address space that a worker may have")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, default=Path("artifacts/fuzz"))
    parser.add_argument("--caught", action="store_true", help="keep also inputs over which a library raised")
    given = parser.parse_args(arguments)
    names = [given.reader] if given.reader else [reader.name for reader in READERS]
    asked = [(names[n % len(names)], given.seed * 1_000_000 + n) for n in range(given.inputs)]
    counts: dict[str, Counter[str]] = {name: Counter() for name in names}
    for (name, seed), outcome, said in _outcomes(asked, given.workers, given.seconds, given.gigabytes):
        counts[name][outcome] += 1
        if outcome in FAILURES or (outcome == "caught" and given.caught):
            _keep(given.keep, name, seed, outcome, said)
    _show(counts)
    return int(any(counts[name][failure] for name in names for failure in FAILURES))


def _outcomes(asked: list[Asked], workers: int, seconds: float, gigabytes: float) -> Iterator[tuple[Asked, str, str]]:
    """What became of each input; a worker that hangs or dies is replaced."""
    waiting = iter(asked)
    busy = [_Worker(gigabytes, one) for one in islice(waiting, workers)]
    while busy:
        wait([worker.pipe for worker in busy], timeout=1.0)
        for worker in list(busy):
            told = worker.outcome(seconds)
            if told is None:
                continue
            yield worker.one, *told
            busy.remove(worker)
            following = next(waiting, None)
            if told[0] in ("hang", "killed"):
                worker.process.kill()
                busy += [] if following is None else [_Worker(gigabytes, following)]
            elif following is None:
                worker.pipe.close()
            else:
                worker.ask(following)
                busy.append(worker)


class _Worker:
    """A process that ingests one input after the other."""

    def __init__(self, gigabytes: float, one: Asked) -> None:
        spawn = multiprocessing.get_context("spawn")
        self.pipe, theirs = spawn.Pipe()
        self.process = spawn.Process(target=_work, args=(theirs, gigabytes), daemon=True)
        self.process.start()
        theirs.close()
        self.ask(one)
        self.until += START_SECONDS

    def ask(self, one: Asked) -> None:
        """Send the next input."""
        self.one, self.until = one, time.monotonic()
        self.pipe.send(one)

    def outcome(self, seconds: float) -> tuple[str, str] | None:
        """What became of the input; null while it is read."""
        try:
            if self.pipe.poll():
                outcome, said = self.pipe.recv()
                return outcome, said
        except EOFError:
            self.process.join()
            return "killed", f"exit code {self.process.exitcode}"
        late = time.monotonic() > self.until + seconds
        return ("hang", f"more than {seconds} s") if late else None


def _work(pipe: Connection, gigabytes: float) -> None:
    most = int(gigabytes * 2**30)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryDirectory() as goods:
        os.dup2(errors.fileno(), 2)
        while True:
            try:
                name, seed = pipe.recv()
            except EOFError:
                return
            before = errors.seek(0, os.SEEK_END)
            outcome, said = _ingest(name, seed, Path(goods))
            errors.seek(before)
            noise = errors.read().decode(errors="replace")
            pipe.send(("panic", noise[:2_000]) if "panicked" in noise else (outcome, said))


def _ingest(name: str, seed: int, goods: Path) -> tuple[str, str]:
    """Ingest an input, one of four as a test file beside a good log."""
    made = make_input(name, seed)
    with tempfile.TemporaryDirectory() as folder:
        path, into = Path(folder) / made.name, Path(folder) / "log"
        path.write_bytes(made.content)
        into.mkdir()
        try:
            _tables(name, path, _good(name, goods) if seed % 4 == 3 else None)(into)
        except AisleError as error:
            return _judged(str(error), path)
        except BaseException as error:  # a panic is no Exception
            kind = "panic" if "Panic" in type(error).__name__ else "traceback"
            return kind, "".join(traceback.format_exception(error))[-4_000:]
        summary = json.loads((into / "summary.json").read_text())
    aside, dropped = (sum(summary[part].values()) for part in ("quarantined", "dropped"))
    read = summary["rows"] + summary.get("exploded", 0)
    if read != summary["events"] + aside + dropped:
        return "unaccounted", json.dumps(summary)
    return ("set aside" if aside else "clean"), ""


def _tables(name: str, path: Path, known: Artifact | None) -> LogTables:
    reader = BY_NAME[name]
    log_format = LogFormat(reader=name, columns=COLUMNS, unit=reader.unit or "s", timezone="UTC", batch_rows=16)
    ingest = Ingest(reader, log_format, Sessions(), Quality(max_quarantine=1.0), shards=2)
    return LogTables(files=(RawFile(path),), generated=None, ingest=ingest, known=known, bad_rows="quarantine.parquet")


def _good(name: str, goods: Path) -> Artifact:
    """The tables of a reader's good log, made once a worker."""
    into = goods / name
    if not into.exists():
        log, ending = good_log(name), "jsonl" if name == "otto_jsonl" else "csv"
        path = goods / f"{name}.{ending}"
        path.write_bytes(as_lines(log) if ending == "jsonl" else as_text(log, name))
        into.mkdir()
        _tables(name, path, None)(into)
    return Artifact(into, name)


def _judged(message: str, path: Path) -> tuple[str, str]:
    told = path.name in message or "`" in message  # a line on all files names the column
    clean = message.isprintable() and told and len(message) <= LONGEST + len(str(path))
    last_resort = MEND in message
    return (("caught" if last_resort else "refused") if clean else "unclean line"), message


def _keep(folder: Path, name: str, seed: int, outcome: str, said: str) -> None:
    made = make_input(name, seed)
    place = folder / outcome.replace(" ", "_") / f"{name}-{seed}"
    place.mkdir(parents=True, exist_ok=True)
    (place / made.name).write_bytes(made.content)
    (place / "said.txt").write_text("\n".join([outcome, *made.changes, said]), errors="backslashreplace")


def _show(counts: dict[str, Counter[str]]) -> None:
    table = Table("reader", *FINE, *FAILURES)
    total: Counter[str] = sum(counts.values(), Counter())
    for name, found in [*counts.items(), ("in all", total)]:
        table.add_row(name, *(f"{found[outcome]:,}" for outcome in (*FINE, *FAILURES)))
    Console(width=140).print(table)


if __name__ == "__main__":
    sys.exit(main())
