"""What a run has taken: seconds, memory and room on disk, stage by stage, as its manifests tell."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from report.page.blocks import Drawn, Prose, Section, Shown
from report.page.charts import bars

ABOUT = (
    "Of everything that these results were made from, as it was built: an artifact that stood already cost nothing "
    "this time. Memory is the process's highest so far when the artifact was whole."
)
MOST_DRAWN = 30


def costs_section(manifests: Sequence[Mapping[str, Any]]) -> Section:
    """What a run has taken.

    Parameters
    ----------
    manifests
        Of all artifacts that led to the results.
    """
    rows = _by_stage(manifests)
    whole = f"{len(manifests):,} artifacts, {sum(rows['seconds']):,.0f} seconds in all."
    table = Shown(rows, whole, formats={"seconds": "seconds", "bytes": "bytes"})
    return Section("costs", "What it has taken", [Prose(ABOUT), _drawn(rows), table])


def _by_stage(manifests: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    rows = [
        (_stage(told), told["seconds"], told["peak_memory_mib"], sum(f["bytes"] for f in told["files"].values()))
        for told in manifests
    ]
    schema = {"stage": pl.String, "seconds": pl.Float64, "memory, MiB": pl.Int64, "bytes": pl.Int64}
    table = pl.DataFrame(rows, schema=schema, orient="row")
    by_stage = table.group_by("stage", maintain_order=True).agg(
        pl.len().alias("artifacts"),
        pl.col("seconds").sum().round(3),
        pl.col("memory, MiB").max(),
        pl.col("bytes").sum(),
    )
    return by_stage.sort("seconds", "stage", descending=[True, False])


def _stage(told: Mapping[str, Any]) -> str:
    """The first two parts of an artifact's name, without a sample's folder."""
    parts = told["name"].split("/")
    parts = parts[2:] if parts[0] == "samples" else parts
    return "/".join(parts[:2])


def _drawn(rows: pl.DataFrame) -> Drawn:
    some = rows.head(MOST_DRAWN)
    chart = bars(some.select("stage", "seconds"), "seconds", "stage", formats={"seconds": "seconds"})
    longest = f" Longest: {some['stage'][0]}." if some.height else ""
    return Drawn("seconds", chart, "Seconds by stage.", f"Horizontal bars: a stage a row, its seconds.{longest}")
