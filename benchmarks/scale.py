"""What each stage takes as the log grows: rows, seconds, memory and disk, each stage built alone in a process.

Run: `python -m benchmarks.scale --fraction 0.01` (0.03, 0.1, 1: of OTTO's 230 M events). The log is generated first, as
OTTO's jsonl. With `--stage test/candidates` the run ends with that stage; what stands is not built again, and its row
is what it took then. Numbers come from the artifacts' manifests, so a run that is killed loses the shard in flight.
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.given import fraction
from data.manifest import read_manifest
from pipeline.cli import configure
from pipeline.plans.run import Run
from pipeline.store.again import stage_of
from pipeline.store.code import ROOT
from pipeline.store.engine import ProcessEngine
from pipeline.store.store import Store
from pipeline.store.workdir import locked

FRACTION_SHARDS = {0.01: 2, 0.03: 4, 0.1: 8, 1.0: 64}
PRODUCTS: dict[str, Callable[[Run], object]] = {
    "log": lambda run: run.prepared.log,
    "test/log": lambda run: run.prepared.test_log,
    "valid/fold": lambda run: run.prepared.valid,
    "test/fold": lambda run: run.prepared.test,
    "valid/sources": lambda run: run.proposed.fits(run.prepared.valid),
    "valid/candidates": lambda run: run.proposed.valid,
    "valid/training": lambda run: run.ranked.training_rows,
    "models": lambda run: run.ranked.models,
    "test/sources": lambda run: run.proposed.fits(run.prepared.test),
    "test/candidates": lambda run: run.proposed.test,
    "test/ranked": lambda run: run.ranked.answers,
    "test/metrics": lambda run: run.ranked.metrics,
}
"""What is asked for, in the order of a run."""


def main() -> int:
    """Generate the log where there is none, run the stages, and print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fraction", type=fraction, default=0.01)
    parser.add_argument("--stage", choices=PRODUCTS, default="test/metrics")
    parser.add_argument("--shards", type=int, default=None)
    parser.add_argument("--folder", type=Path, default=Path("artifacts/scale"))
    parser.add_argument(
        "--compare", nargs="+", type=fraction, help="print what these fractions have taken, and the growth"
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE", help="any setting of a run")
    asked = parser.parse_args()
    if asked.compare:
        measured = {one: asked.folder / f"{one:g}" / "stages.json" for one in asked.compare}
        if missing := [f"{one:g}" for one, file in measured.items() if not file.is_file()]:
            parser.error(
                f"--compare: {missing[0]} has not been measured in {asked.folder}; run --fraction {missing[0]}"
            )
        tables = {one: pl.read_json(file) for one, file in measured.items()}
        print(compared(tables))
        return 0
    folder = asked.folder / f"{asked.fraction:g}"
    log = _log(folder / "log", asked.fraction)
    workdir = folder / "run"
    shards = asked.shards or FRACTION_SHARDS.get(asked.fraction, max(2, round(64 * asked.fraction)))
    files = {"train": "train", "test": "test", "labels": "test_labels"}
    flags = [f"--{name}={log / file}.jsonl" for name, file in _files(log, files).items()]
    flags += [f"--workdir={workdir}", f"--shards={shards}", *(f"--{one}" for one in asked.set)]
    config = configure("run", __doc__ or "", ["--config", str(ROOT / "configs/otto.yaml"), *flags])
    with locked(workdir):
        # a fresh process a stage, its shards in the same one, so that its peak memory is its own
        run = Run(config, Store(workdir, _say, engine=ProcessEngine(1)))
        for name, product in PRODUCTS.items():
            _ = product(run)
            if name == asked.stage:
                break
        table = stages(run.place.output)
    table.write_json(folder / "stages.json")
    print(machine())
    print(as_markdown(table))
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _log(folder: Path, fraction: float) -> Path:
    if not folder.exists():
        command = [sys.executable, "-m", "pipeline.otto_log", f"--out={folder}", f"--fraction={fraction}"]
        subprocess.run(command, check=True, cwd=ROOT)
    return folder


def _files(log: Path, wanted: dict[str, str]) -> dict[str, str]:
    there = {file.stem for file in log.glob("*.jsonl")}
    return {flag: next(name for name in (stem, f"{stem}_sessions") if name in there) for flag, stem in wanted.items()}


def stages(workdir: Path) -> pl.DataFrame:
    """What the manifests below a folder say: stage, artifacts, rows, seconds, CPU seconds, peak memory, bytes.

    Parameters
    ----------
    workdir
        Of a run; shards of one stage are one row: their seconds and bytes added up, of their memory the largest.
    """
    told = [_told(file.parent, workdir) for file in workdir.rglob("manifest.json")]
    told.sort(key=lambda one: (one["ended"], one["stage"]))
    order = list(dict.fromkeys(one["stage"] for one in told))
    rows = [
        {
            "stage": stage,
            "artifacts": len(same),
            "rows": sum(one["rows"] for one in same),
            "seconds": round(sum(one["seconds"] for one in same), 1),
            "cpu_seconds": round(sum(one["cpu_seconds"] for one in same), 1),
            "peak_mib": max(one["peak_mib"] for one in same),
            "mib_on_disk": round(sum(one["bytes"] for one in same) / 2**20, 1),
        }
        for stage in order
        for same in [[one for one in told if one["stage"] == stage]]
    ]
    return pl.DataFrame(rows)


def _told(folder: Path, workdir: Path) -> dict[str, Any]:
    manifest = read_manifest(folder) or {}
    name = folder.relative_to(workdir)
    stage = name.parent if name.name.isdigit() else name
    numbers = [value for value in manifest["about"].values() if isinstance(value, int)]
    return {
        "stage": str(stage),
        "ended": (folder / "manifest.json").stat().st_mtime,
        "rows": numbers[0] if numbers else 0,
        "seconds": manifest["seconds"],
        "cpu_seconds": manifest.get("cpu_seconds", 0.0),
        "peak_mib": manifest["peak_memory_mib"],
        "bytes": sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()),
    }


def as_markdown(table: pl.DataFrame) -> str:
    """The table for docs, with a row that sums it up."""
    summed = table.select(
        pl.lit("all").alias("stage"),
        pl.col("artifacts").sum(),
        pl.lit(0, pl.Int64).alias("rows"),
        pl.col("seconds", "cpu_seconds").sum(),
        pl.col("peak_mib").max(),
        pl.col("mib_on_disk").sum(),
    )
    names = ["stage", "artifacts", "rows", "seconds", "CPU seconds", "rows/s", "peak MiB", "MiB on disk"]
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for row in [*table.to_dicts(), *summed.to_dicts()]:
        speed = f"{row['rows'] / row['seconds']:,.0f}" if row["rows"] and row["seconds"] else ""
        lines.append(
            f"| {row['stage']} | {row['artifacts']} | {row['rows']:,} | {row['seconds']:,.1f} "
            f"| {row['cpu_seconds']:,.1f} | {speed} | {row['peak_mib']:,} | {row['mib_on_disk']:,.1f} |"
        )
    return "\n".join(lines)


def compared(tables: dict[float, pl.DataFrame]) -> str:
    """Seconds and peak memory of the stages of `--from`, a column a fraction, and how they grow from first to last.

    Parameters
    ----------
    tables
        By fraction, `stages` of a run.
    """
    grouped = {fraction: _by_stage(table) for fraction, table in tables.items()}
    first, last = min(grouped), max(grouped)
    names = [f"{fraction:.0%}: s, CPU s, MiB" for fraction in grouped]
    lines = [f"| stage | {' | '.join(names)} | time x, for log x {last / first:.0f} |", "|---" * (len(names) + 2) + "|"]
    for stage in grouped[last]:
        told = [grouped[fraction].get(stage, (0.0, 0.0, 0)) for fraction in grouped]
        cells = [f"{seconds:,.1f}, {cpu:,.1f}, {peak:,}" for seconds, cpu, peak in told]
        before, after = grouped[first].get(stage, (0.0,))[0], grouped[last][stage][0]
        lines.append(f"| {stage} | {' | '.join(cells)} | {f'{after / before:.1f}' if before else ''} |")
    return "\n".join(lines)


def _by_stage(table: pl.DataFrame) -> dict[str, tuple[float, float, int]]:
    found: dict[str, tuple[float, float, int]] = {}
    for row in table.to_dicts():
        fold = row["stage"].split("/")[0]
        stage = stage_of(row["stage"] + ("/000" if row["artifacts"] > 1 else ""))
        for name in (f"{fold} {stage}" if fold in ("valid", "test") else stage, "all"):
            seconds, cpu, peak = found.get(name, (0.0, 0.0, 0))
            found[name] = seconds + row["seconds"], cpu + row["cpu_seconds"], max(peak, row["peak_mib"])
    return {name: found[name] for name in sorted(found, key=lambda one: (one == "all", list(found).index(one)))}


def machine() -> str:
    """The machine in a line."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = "/".join(f"{one:.1f}" for one in os.getloadavg())
    return f"{platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GiB; load {load} at the end"


if __name__ == "__main__":
    sys.exit(main())
