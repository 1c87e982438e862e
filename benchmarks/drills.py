"""Disk, damage and signals: what a finished or a running run lives through, counted.

    python -m benchmarks.drills --damages 100 --signals 8 --into artifacts/drills

A damage is right if the next run ends with the published bytes of the undamaged one, or with one line; never with a
traceback, a crash, a wait without end or other lists. Opening a recommender on it must give its answers, or one line.
"""

import argparse
import contextlib
import io
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ("recommendations.parquet", "metrics.json")
RUN = (
    *("--config", "configs/dev.yaml", "--input.synthetic.sessions", "600", "--input.synthetic.items", "150"),
    *("--rankers.size.min-positive-queries", "40", "--rankers.model.boosting.rounds", "12"),
    *("--rankers.model.min-stop-queries", "10", "--rankers.model.cv-rounds", "4", "--rankers.model.cv-folds", "2"),
    *("--candidates.first-stage.model.cv-rounds", "4", "--candidates.first-stage.model.boosting.rounds", "8"),
)
LONGEST = 240.0  # seconds until a run counts as one without end


def flip(whole: bytes, dice: random.Random) -> bytes:
    harmed = bytearray(whole)
    harmed[dice.randrange(len(harmed))] ^= 1 << dice.randrange(8)
    return bytes(harmed)


def zeroed(whole: bytes, first: int) -> bytes:
    return whole[:first] + bytes(len(whole) - first)


HARMS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": lambda whole, dice: whole[: dice.randrange(len(whole))],
    "empty": lambda whole, dice: b"",
    "zeros": lambda whole, dice: bytes(len(whole)),
    "some zeros": lambda whole, dice: zeroed(whole, dice.randrange(len(whole))),
    "flip": flip,
    "other text": lambda whole, dice: b"not parquet, nor json",
    "deep json": lambda whole, dice: b"[" * 100_000,
    "wrong json": lambda whole, dice: b'{"is": 1, "seal": null, "files": 3}',
}
"""What is done to a file's bytes; besides, it is `swapped` with another or `removed`."""


def damage(folder: Path, dice: random.Random) -> str:
    """Harm one file of a finished run; return what was done."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and ".aisle" not in f.parts and f.stat().st_size)
    file, kind = dice.choice(files), dice.choice([*HARMS, "swapped", "removed"])
    if kind == "removed":
        file.unlink()
    elif kind == "swapped":
        other = dice.choice([f for f in files if f != file and f.suffix == file.suffix] or files)
        shutil.copyfile(other, file)
    else:
        file.write_bytes(HARMS[kind](file.read_bytes(), dice))
    return f"{kind}: {file.relative_to(folder)}"


def worker(pipe: "Connection[Any, Any]") -> None:
    """Run and ask in one process, as long as it lives: importing everything anew would take most of the time."""
    from pipeline import run  # noqa: PLC0415 - in the worker alone

    while True:
        try:
            what, folder = pipe.recv()
        except EOFError:  # who asked is done
            return
        said = io.StringIO()
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            try:
                code = run.main([*RUN, "--workdir", folder]) if what == "run" else _answers(folder)
            except BaseException as error:
                code = f"{type(error).__name__}: {error}"
        pipe.send((code, said.getvalue()))


def _answers(folder: str) -> str:
    import polars as pl  # noqa: PLC0415

    import aisle  # noqa: PLC0415

    times = [f"2025-03-{day:02d}T10:00:00Z" for day in range(1, 9)]
    log = pl.DataFrame({"session": [1, 1, 1, 1, 2, 2, 3, 3], "item": range(1, 9), "ts": times, "type": "clicks"})
    log = log.with_columns(pl.col("ts").str.to_datetime(time_zone="UTC"))
    try:
        return str(aisle.load(folder).recommend(log, k=5).hash_rows().sum())
    except aisle.AisleError as error:
        return "line" if "\n" not in str(error) else "lines"


class Worker:
    """A process that is started again when it dies."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Begin anew."""
        context = multiprocessing.get_context("spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=worker, args=(theirs,), daemon=True)
        self.process.start()

    def ask(self, what: str, folder: Path) -> tuple[object, str]:
        """Its answer and what it printed to stderr; `crash` or `no end` where there is none."""
        self.pipe.send((what, str(folder)))
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            if self.pipe.poll(0.2):
                return self.pipe.recv()  # type: ignore[no-any-return]
            if not self.process.is_alive():
                self.start()
                return "crash", ""
        self.process.kill()
        self.start()
        return "no end", ""


def drill_damages(base: Path, into: Path, count: int, dice: random.Random) -> Counter[str]:
    """Harm copies of a finished run, one file each, and run again; then open another copy for answers."""
    found: Counter[str] = Counter()
    hired, whole = Worker(), _published(base)
    right, _ = hired.ask("load", base)
    for _ in range(count):
        told = _copied(base, into)
        what = damage(told, dice)
        shutil.copytree(told, opened := into.with_name("opened"), dirs_exist_ok=False)
        code, said = hired.ask("load", opened)
        outcome = {right: "answers", "line": "one line"}.get(code, f"WRONG {code}")
        found[f"opened: {outcome}"] += 1
        code, said = hired.ask("run", told)
        if code == 0:
            ran = "the same bytes" if _published(told) == whole else "WRONG other bytes"
        else:
            ran = "one line" if code == 2 and said.count("\n") == 1 else f"WRONG {code}"
        found[f"run again: {ran}"] += 1
        if "WRONG" in outcome + ran:
            print(f"{what}: opened {outcome}, ran {ran}: {said[-300:]}", flush=True)
        shutil.rmtree(opened)
    return found


def drill_disk(into: Path, sizes: list[int]) -> Counter[str]:
    """Run on disks of few MiB; where none can be mounted, with files that may not grow beyond that many."""
    found: Counter[str] = Counter()
    for size in sizes:
        with _small_disk(into, size) as (folder, limits):
            command = [*limits, *_command(folder / "w")]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
            said = done.stderr
            one = done.returncode == 2 and said.count("\n") == 1 and ("disk is full" in said or "ulimit -f" in said)
            left = _left(folder / "w")
            outcome = "one line, nothing left" if one and not left else "done" if done.returncode == 0 else "WRONG"
            found[f"disk: {outcome}"] += 1
            if outcome == "WRONG":
                print(f"{size} MiB: {done.returncode} {said[-500:]} {left}", flush=True)
    return found


def drill_signals(base: Path, into: Path, count: int, dice: random.Random) -> Counter[str]:
    """Stop a run again and again at a random moment; in the end it is finished and compared."""
    found: Counter[str] = Counter()
    shutil.rmtree(into, ignore_errors=True)
    for number in range(count):
        sent = (signal.SIGINT, signal.SIGTERM)[number % 2]
        how: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
        with subprocess.Popen(_command(into), **how, cwd=ROOT, start_new_session=True) as run:
            time.sleep(dice.uniform(1, 30))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(run.pid, sent)
            said = run.communicate(timeout=60)[1]
        one = run.returncode == 128 + sent and said.count("\n") == 1 and not _left(into)
        outcome = "one line, nothing left" if one else "done" if run.returncode == 0 else "WRONG"
        found[f"{sent.name}: {outcome}"] += 1
        if outcome == "WRONG":
            print(f"{sent.name}: {run.returncode} {said[-500:]} {_left(into)}", flush=True)
    done = subprocess.run(_command(into), check=False, capture_output=True, cwd=ROOT).returncode
    found["afterwards: " + ("the same bytes" if not done and _published(into) == _published(base) else "WRONG")] += 1
    return found


@contextlib.contextmanager
def _small_disk(into: Path, size: int) -> Iterator[tuple[Path, list[str]]]:
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", str(into)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        yield into, ["bash", "-c", f'ulimit -f {size * 64}; exec "$@"', "limited"]
        return
    try:
        yield into, []
    finally:
        subprocess.run(["umount", str(into)], check=True)


def _command(folder: Path) -> list[str]:
    return [sys.executable, "-m", "pipeline.run", *RUN, "--workdir", str(folder)]


def _published(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in RESULTS if (folder / name).exists()}


def _copied(base: Path, into: Path) -> Path:
    shutil.rmtree(into, ignore_errors=True)
    shutil.copytree(base, into)
    return into


def _left(workdir: Path) -> list[str]:
    return [str(path) for path in workdir.rglob("*.tmp")] if workdir.exists() else []


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--into", type=Path, default=ROOT / "artifacts" / "drills")
    parser.add_argument("--damages", type=int, default=100)
    parser.add_argument("--signals", type=int, default=8)
    parser.add_argument("--disks", type=int, nargs="*", default=[1, 2, 3])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    base, dice = given.into / "base", random.Random(given.seed)
    subprocess.run(_command(base), check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    counts = drill_damages(base, given.into / "damaged", given.damages, dice) if given.damages else Counter()
    counts += drill_disk(given.into / "disk", given.disks)
    counts += drill_signals(base, given.into / "stopped", given.signals, dice) if given.signals else Counter()
    print(json.dumps(dict(sorted(counts.items())), indent=1))
    return int(any("WRONG" in name for name in counts))


if __name__ == "__main__":
    sys.exit(main())
