"""Counting co-visits: time and peak memory of the numba kernel, the Polars form and implicit's item-item model.

Run: `python -m benchmarks.candidates --share 0.01 0.03 0.1` (shares of OTTO's size; needs `pip install implicit` for
the last row). Every figure is from a process of its own, the parquet's reading included; numba's cache is warm.
"""

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow.parquet as pq
from rich.console import Console
from rich.table import Table

from candidates.covisit import CoVisit
from candidates.covisit_kernel import Weighting, count_neighbours
from candidates.source import History
from data.schema import TypeEnum
from data.synthetic import SyntheticShop, shop_events

SESSIONS, ITEMS = 12_900_000, 1_860_000  # OTTO's, with 216 M events
HOUR = 3_600_000
NEIGHBOURS, LAST = 20, 30
MEMBERS = (
    Weighting(last_events=LAST, max_gap=LAST - 1),
    Weighting(last_events=LAST, max_gap=10, half_life_ms=7 * 24 * HOUR),
    Weighting(last_events=LAST, max_gap=LAST - 1, window_ms=HOUR, forward_only=True, normalise="conditional"),
    Weighting(last_events=LAST, max_gap=LAST - 1, gap_decay=False, type_weights={"carts": 6.0, "orders": 3.0}),
)
POLARS_PAIR_BYTES = 90  # of memory, measured at 1 % of OTTO's size
POLARS_LIMIT = 10 * 2**30


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
    for what in ("kernel, 1 member", "kernel, 2 members", "kernel, 4 members", "Polars, 1 member", "implicit"):
        row = [f"{share:g}", f"{size['events']:,}", f"{size['pairs']:,}", what]
        if what.startswith("Polars") and size["pairs"] * POLARS_PAIR_BYTES > POLARS_LIMIT:
            table.add_row(*row, "skipped: over 10 GiB")
        elif what == "implicit" and find_spec("implicit") is None:
            table.add_row(*row, "skipped: `pip install implicit`")
        else:
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
    offsets, _, ts, _ = _arrays(path)
    session = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    from_end = np.repeat(offsets[1:], np.diff(offsets)) - np.arange(len(ts))
    pairs = 0
    for gap in range(1, LAST):
        near = (session[gap:] == session[:-gap]) & (from_end[:-gap] <= LAST)
        pairs += int((near & (ts[gap:] - ts[:-gap] <= MEMBERS[0].window_ms)).sum())
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


def _arrays(path: Path) -> tuple[Any, Any, Any, Any]:
    """The kernel's arrays: where sessions begin, items, times, types."""
    log = pl.read_parquet(path)
    begins = log.select((pl.col("session") != pl.col("session").shift()).fill_null(True).arg_true()).to_series()
    offsets = np.append(begins.to_numpy(), log.height).astype(np.int64)
    types = log["type"].to_physical().cast(pl.UInt8)
    return offsets, log["item"].to_numpy(), log["ts"].to_physical().to_numpy(), types.to_numpy()


def _timed(work: Callable[[], object]) -> dict[str, float]:
    start, cpu = time.perf_counter(), time.process_time()
    work()
    seconds, spent = time.perf_counter() - start, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"seconds": seconds, "cpu": spent, "peak": peak}


def _kernel(members: int) -> Callable[[Path, float], dict[str, float]]:
    def measure(folder: Path, share: float) -> dict[str, float]:
        def work() -> object:
            offsets, items, ts, types = _arrays(_path(folder, share))
            until = int(ts.max()) + 1
            return count_neighbours(
                offsets, items, ts, types, MEMBERS[:members], round(share * ITEMS), until, NEIGHBOURS
            )

        tiny = (np.array([0, 2]), np.array([0, 1], np.uint32), np.array([0, 1]), np.zeros(2, np.uint8))
        count_neighbours(*tiny, MEMBERS, 2, 2, 1)  # loads the compiled kernels
        return _timed(work)

    return measure


def _polars(folder: Path, share: float) -> dict[str, float]:
    day = timedelta(hours=24)
    source = CoVisit(window=day, last_events=LAST, max_gap=LAST - 1, half_life=None, neighbours=NEIGHBOURS)
    history = History(pl.scan_parquet(_path(folder, share)), datetime.now(UTC))

    def work() -> object:
        return source.merge(source.count(history).collect().lazy())["neighbours"].collect()

    return _timed(work)


def _implicit(folder: Path, share: float) -> dict[str, float]:
    from implicit.nearest_neighbours import (  # type: ignore[import-untyped,import-not-found,unused-ignore]  # noqa: PLC0415
        CosineRecommender,  # an optional peer
    )
    from scipy.sparse import csr_matrix  # noqa: PLC0415

    def work() -> None:
        log = pl.read_parquet(_path(folder, share), columns=["session", "item"])
        places = (log["session"].to_numpy(), log["item"].to_numpy())
        seen = csr_matrix((np.ones(log.height, np.float32), places))
        CosineRecommender(K=NEIGHBOURS, num_threads=2).fit(seen, show_progress=False)

    return _timed(work)


CHILDREN: dict[str, Callable[[Path, float], dict[str, float]]] = {
    "write": _write,
    "kernel, 1 member": _kernel(1),
    "kernel, 2 members": _kernel(2),
    "kernel, 4 members": _kernel(4),
    "Polars, 1 member": _polars,
    "implicit": _implicit,
}


if __name__ == "__main__":
    sys.exit(main())
