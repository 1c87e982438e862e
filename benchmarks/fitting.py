"""A source of configs/otto.yaml, fitted on a run's events, and what that takes."""

import resource
import time
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import Fitted, History, WholeSource
from pipeline.cli import configure
from pipeline.store.code import ROOT


def otto_sources() -> Any:  # noqa: ANN401 - a class that is made of the sources' own
    """The sources of configs/otto.yaml, by the name of their setting."""
    return configure(
        "run", "", ["--config", str(ROOT / "configs/otto.yaml"), f"--train={ROOT / 'README.md'}"]
    ).candidates.sources


def fitted_on(source: WholeSource, events: pl.LazyFrame, into: Path) -> tuple[Fitted, str]:
    """Fit a source; tell seconds, this process's CPU seconds and its peak memory.

    Parameters
    ----------
    source
        It needs no other.
    events
        EVENTS that it learns from, read once for their end before the clock starts.
    into
        The folder of its tables.
    """
    until = events.select(pl.col("ts").max()).collect(engine="streaming").item()
    started, worked = time.monotonic(), time.process_time()
    fitted = source.fit(History(events, until), {}, into)
    seconds, cpu = time.monotonic() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return fitted, f"{seconds:,.0f} s, {cpu:,.0f} CPU s, {peak:,} MiB"
