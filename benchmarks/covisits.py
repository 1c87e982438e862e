"""What co-visitation takes on a log's own tables: one member, and five in one pass, each alone in a process.

Run after `python -m benchmarks.scale --fraction 1 --stage log`:
`python -m benchmarks.covisits --run artifacts/scale/1/run`. The members are those of configs/otto.yaml, and two of them
again with other weights.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from benchmarks.given import RUN, run_with
from benchmarks.scale import machine
from candidates import CoVisit, CoVisits
from candidates.source import History
from data.tables import scan
from pipeline.cli import configure
from pipeline.store.code import ROOT
from pipeline.store.processes import fresh_processes


def main() -> int:
    """Fit both, and print what they took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=run_with("log"), required=True, help=RUN)
    run = parser.parse_args().run
    five = members()
    for some in ({"covisit": five["covisit"]}, five):
        with fresh_processes(1) as pool:
            seconds, cpu, peak = pool.submit(taken, run, some).result()
        print(f"{len(some)} in one pass: {seconds:,.0f} s, {cpu:,.0f} CPU s, {peak:,} MiB", flush=True)
    print(machine())
    return 0


def members() -> Mapping[str, CoVisit]:
    """The members of configs/otto.yaml, and two more."""
    given = ["--config", str(ROOT / "configs/otto.yaml"), f"--train={ROOT / 'README.md'}"]
    sources = configure("run", __doc__ or "", given).candidates.sources
    clicks, typed = sources.covisit["covisit"], sources.covisit["typed"]
    others = {"ageless": replace(clicks, half_life=None), "bought": replace(typed, type_weights={"orders": 1})}
    return {**sources.covisit, **others}


def taken(run: Path, some: Mapping[str, CoVisit]) -> tuple[float, float, int]:
    """Seconds, CPU seconds and peak MiB of fitting them on the whole log."""
    events = scan(run / "log" / "events")
    until = events.select(pl.col("ts").max()).collect(engine="streaming").item()
    started, cpu = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory(dir=run) as into:
        CoVisits(members=some).fit(History(events, until), {}, Path(into))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return time.monotonic() - started, time.process_time() - cpu, peak


if __name__ == "__main__":
    sys.exit(main())
