"""Features and rankers on a generated shop: sessions a second in batch, training time an objective, peak memory.

Run: `python -m benchmarks.ranking --sessions 100000` (about half an hour; candidates are made first and not timed).
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from data.schema import TYPES
from data.tables import read_json
from pipeline.cli import configure
from pipeline.plans.run import Run
from pipeline.settings.config import Config
from pipeline.store.code import ROOT
from pipeline.store.store import Store
from pipeline.store.workdir import locked

TOTAL = 100
PARTS = ("candidates", "train", "score")


def main() -> int:
    """Each part in a process of its own, so that each has its own peak memory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=100_000)
    parser.add_argument("--train-rows", type=int, default=3_000_000)
    parser.add_argument("--workdir", type=Path, default=Path("artifacts/bench-ranking"))
    parser.add_argument("--part", choices=PARTS, default=None)
    arguments = parser.parse_args()
    if arguments.part is not None:
        print(json.dumps(_part(arguments)))
        return 0
    flags = [f"--{name.replace('_', '-')}={getattr(arguments, name)}" for name in ("sessions", "train_rows", "workdir")]
    told = {}
    for part in PARTS:
        command = [sys.executable, "-m", "benchmarks.ranking", f"--part={part}", *flags]
        told[part] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, cwd=ROOT).stdout)
        print(part, told[part], file=sys.stderr, flush=True)
    _show(told)
    return 0


def _part(arguments: argparse.Namespace) -> dict[str, Any]:
    with locked(arguments.workdir):
        run = Run(_config(arguments), Store(arguments.workdir, lambda line: print(line, file=sys.stderr, flush=True)))
        told = {"candidates": _candidates, "train": _train, "score": _score}[arguments.part](run)
    return told | {"peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def _config(arguments: argparse.Namespace) -> Config:
    size = {
        "input.synthetic.sessions": 5 * arguments.sessions,
        "max_sessions": arguments.sessions,
        "candidates.total": TOTAL,
        "train_queries": arguments.train_rows // TOTAL,
        "workdir": arguments.workdir,
    }
    flags = [f"--{name}={value}" for name, value in size.items()]
    return configure("rank", __doc__, ["--config", "configs/demo.yaml", *flags])


def _candidates(run: Run) -> dict[str, Any]:
    _ = run.proposed.valid.candidates, run.proposed.test.candidates
    return {}


def _train(run: Run) -> dict[str, Any]:
    return {"models": {o: read_json(made.path / "manifest.json") for o, made in run.ranked.models.items()}}


def _score(run: Run) -> dict[str, Any]:
    """Describe and score the test fold; what it needs was made before."""
    _ = run.ranked.models, run.proposed.test.description
    started = time.perf_counter()
    _ = run.ranked.answers
    fold = read_json(run.prepared.test.tables.path / "manifest.json")
    return {"seconds": time.perf_counter() - started, "sessions": fold["about"]["queries"]}


def _show(told: dict[str, dict[str, Any]]) -> None:
    table = Table(title=f"{TOTAL} candidates a session, all default features, three rankers")
    for column in ("", "rows or sessions", "seconds", "a second", "peak MiB"):
        table.add_column(column, justify="left" if not column else "right")
    peak = told["train"]["peak_mib"]
    for objective in TYPES:
        model = told["train"]["models"][objective]
        rows, seconds = model["about"]["rows"], model["seconds"]
        trees = model["about"]["rounds"]
        table.add_row(f"train {objective}, {trees} trees", f"{rows:,}", f"{seconds:.0f}", "", f"{peak:,}")
    score = told["score"]
    speed = score["sessions"] / score["seconds"]
    sessions = f"{score['sessions']:,}"
    table.add_row("describe and score", sessions, f"{score['seconds']:.0f}", f"{speed:,.0f}", f"{score['peak_mib']:,}")
    Console(width=120).print(table)


if __name__ == "__main__":
    sys.exit(main())
