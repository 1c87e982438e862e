"""Counting co-visits: time and peak memory of 1, 2 and 4 members at once, and of implicit's item-item model.

Run: `python -m benchmarks.candidates --share 0.01 0.03 0.1` (shares of OTTO's size). Every figure is from a process of
its own, the parquet's reading included; numba's cache is warm.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from candidates.covisit.member import CoVisit
from candidates.covisit.source import CoVisits
from candidates.source import History
from data.schema import Timestamp, TypeEnum
from data.synthetic import SyntheticShop, shop_events

SESSIONS, ITEMS = 12_900_000, 1_860_000  # OTTO's, with 216 M events
NEIGHBOURS, LAST = 20, 30
MEMBERS = {
    "near": CoVisit(max_gap=LAST - 1, half_life=None, neighbours=NEIGHBOURS),
    "ageing": CoVisit(max_gap=10, half_life=timedelta(days=7), neighbours=NEIGHBOURS),
    "next": CoVisit(
        max_gap=LAST - 1,
        window=timedelta(hours=1),
        half_life=None,
        forward_only=True,
        normalise="conditional",
        neighbours=NEIGHBOURS,
    ),
    "typed": CoVisit(
        max_gap=LAST - 1, gap_power=0, half_life=None, type_weights={"carts": 6, "orders": 3}, neighbours=NEIGHBOURS
    ),
}


def main() -> int:
    """Measure every share, or in a child process one thing of one share."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--share", type=float, nargs="+", default=[0.01, 0.03, 0.1])
    parser.add_argument("--folder", type=Path, default=Path("artifacts/bench"))
    parser.add_argument("--child", choices=CHILDREN, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        print(json.dumps(CHILDREN[arguments.child](arguments.folder, arguments.share[0])))
        return 0
    table = Table(title="co-visits, 2 threads, numba's cache warm")
    for column in ("share", "events", "pairs", "what", "seconds", "CPU seconds", "M pairs/s", "peak MiB"):
        table.add_column(column, justify="left" if column == "what" else "right", no_wrap=True)
    for share in arguments.share:
        _measure_share(arguments.folder, share, table)
    Console(width=140).print(table)
    return 0


def _measure_share(folder: Path, share: float, table: Table) -> None:
    size = _child("write", folder, share)
    for what in ("1 member", "2 members", "4 members", "implicit"):
        row = [f"{share:g}", f"{size['events']:,}", f"{size['pairs']:,}", what]
        found = _child(what, folder, share)
        speed = f"{size['pairs'] / found['seconds'] / 1e6:.1f}"
        table.add_row(*row, f"{found['seconds']:.2f}", f"{found['cpu']:.2f}", speed, f"{found['peak']:,.0f}")


def _child(what: str, folder: Path, share: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.candidates", "--child", what, "--share", str(share)]
    done = subprocess.run([*command, "--folder", str(folder)], check=True, stdout=subprocess.PIPE, text=True)
    print(f"{share:g} {what}: {done.stdout.strip()}", file=sys.stderr)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _path(folder: Path, share: float) -> Path:
    return folder / f"otto-{share:g}.parquet"


def _write(folder: Path, share: float) -> dict[str, float]:
    """Write the log where there is none yet; count its events and pairs."""
    path = _path(folder, share)
    if not path.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        _write_log(SyntheticShop(sessions=round(share * SESSIONS), items=round(share * ITEMS)), path)
    log = pl.read_parquet(path, columns=["session", "ts"])
    session, ts = log["session"].to_numpy(), log["ts"].to_physical().to_numpy()
    lengths = np.bincount(session)
    from_end = np.repeat(np.cumsum(lengths), lengths) - np.arange(len(ts))
    window = MEMBERS["near"].window // timedelta(milliseconds=1)
    pairs = 0
    for gap in range(1, LAST):
        near = (session[gap:] == session[:-gap]) & (from_end[:-gap] <= LAST)
        pairs += int((near & (ts[gap:] - ts[:-gap] <= window)).sum())
    return {"events": len(ts), "pairs": pairs}


def _write_log(shop: SyntheticShop, path: Path) -> None:
    unfinished = path.with_name(path.name + ".tmp")
    codes = pl.col("session", "item").cast(pl.UInt32)
    frames = (f.select(codes, "ts", pl.col("type").cast(TypeEnum)).to_arrow() for f in shop_events(shop, 50_000))
    first = next(frames)
    with pq.ParquetWriter(unfinished, first.schema, compression="zstd") as writer:
        writer.write_table(first)
        for frame in frames:
            writer.write_table(frame)
    unfinished.replace(path)


def _timed(work: Callable[[], object]) -> dict[str, float]:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, spent = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": spent, "peak": peak}


def _covisits(members: int) -> Callable[[Path, float], dict[str, float]]:
    def measure(folder: Path, share: float) -> dict[str, float]:
        source = CoVisits(members=dict(list(MEMBERS.items())[:members]), threads=2)
        events_of = pl.scan_parquet(_path(folder, share))
        until = events_of.select(pl.col("ts").max()).collect().item() + timedelta(seconds=1)
        with TemporaryDirectory(dir=folder) as into:
            tiny = pl.LazyFrame({"session": [0, 0], "item": [0, 1], "ts": [until, until], "type": ["clicks", "carts"]})
            tiny = tiny.cast({"session": pl.UInt32, "item": pl.UInt32, "ts": Timestamp})
            source.fit(History(tiny, until), {}, Path(into))  # loads the compiled kernels
            return _timed(lambda: source.fit(History(events_of, until), {}, Path(into)))

    return measure


def _implicit(folder: Path, share: float) -> dict[str, float]:
    from implicit.nearest_neighbours import CosineRecommender  # noqa: PLC0415 - its memory is not the kernel's
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    def work() -> None:
        log = pl.read_parquet(_path(folder, share), columns=["session", "item"])
        places = (log["session"].to_numpy(), log["item"].to_numpy())
        seen = csr_matrix((np.ones(log.height, np.float32), places))
        CosineRecommender(K=NEIGHBOURS, num_threads=2).fit(seen, show_progress=False)

    return _timed(work)


CHILDREN: dict[str, Callable[[Path, float], dict[str, float]]] = {
    "write": _write,
    "1 member": _covisits(1),
    "2 members": _covisits(2),
    "4 members": _covisits(4),
    "implicit": _implicit,
}


if __name__ == "__main__":
    sys.exit(main())
