"""Making a log's tables of OTTO's jsonl: rows a second, CPU seconds, peak memory and bytes on disk, and how they grow.

Run: `python -m benchmarks.ingest --fraction 0.01 0.03 0.1` (of OTTO's size). Every figure is from a process of its own;
the log is generated where there is none yet.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console
from rich.table import Table

from data.formats import LogFormat
from data.opening.limits import MIB
from data.quality import Quality
from data.readers.otto_jsonl import OTTO_JSONL
from data.sessions import Sessions
from data.synthetic.otto import OUTPUTS, OttoLog, write_otto
from pipeline.store.code import ROOT
from pipeline.store.task import RawFile
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log import LogTables
from pipeline.tasks.log_room import log_room, shards_within

COLUMNS = ("fraction", "shards", "rows", "seconds", "CPU seconds", "rows/s", "rows/CPU s", "peak MiB", "foreseen MiB")


def main() -> int:
    """Measure every fraction, or in a child process one of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fraction", type=float, nargs="+", default=[0.01, 0.03, 0.1])
    parser.add_argument("--shards", type=int, default=None, help="by default what `--memory` asks for")
    parser.add_argument("--memory", type=int, default=2_048, help="MiB that the tables may take")
    parser.add_argument("--folder", type=Path, default=Path("artifacts/bench"))
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(_measured(_log(arguments.folder, arguments.fraction[0]), arguments.shards)))
        return 0
    table = Table(title="from OTTO's jsonl to a log's tables")
    for column in COLUMNS:
        table.add_column(column, justify="right", no_wrap=True)
    for fraction in arguments.fraction:
        table.add_row(f"{fraction:g}", *_row(arguments, fraction))
    Console(width=140).print(table)
    return 0


def _row(arguments: argparse.Namespace, fraction: float) -> list[str]:
    log = _log(arguments.folder, fraction)
    if not log.exists():
        write_otto(OttoLog(fraction), log.parent)
    usual = LogFormat().batch_rows
    shards = arguments.shards or shards_within([log], arguments.memory * MIB, usual) or 1
    command = [sys.executable, "-m", "benchmarks.ingest", "--child", f"--fraction={fraction}", f"--shards={shards}"]
    done = subprocess.run([*command, f"--folder={arguments.folder}"], check=True, stdout=subprocess.PIPE, cwd=ROOT)
    found = json.loads(done.stdout)
    speeds = [found["rows"] / found[name] for name in ("seconds", "cpu")]
    room = log_room([log], shards, usual)
    numbers = [f"{shards}", f"{found['rows']:,}", f"{found['seconds']:.1f}", f"{found['cpu']:.1f}"]
    return [*numbers, *(f"{speed:,.0f}" for speed in speeds), f"{found['peak']:,.0f}", f"{room.memory / MIB:,.0f}"]


def _log(folder: Path, fraction: float) -> Path:
    return folder / f"otto-{fraction:g}" / OUTPUTS[0]


def _measured(log: Path, shards: int) -> dict[str, Any]:
    ingest = Ingest(OTTO_JSONL, LogFormat(), Sessions(), Quality(), shards)
    with TemporaryDirectory(dir=log.parent.parent) as into:
        began, spent = time.perf_counter(), time.process_time()
        rows = LogTables((RawFile(log),), None, ingest, None, "bad-rows.parquet")(Path(into))["rows"]
        seconds, cpu = time.perf_counter() - began, time.process_time() - spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"rows": rows, "seconds": seconds, "cpu": cpu, "peak": peak}


if __name__ == "__main__":
    sys.exit(main())
