"""The first number of each unit that a batch's numeric times tell by their size."""

from pathlib import Path

import polars as pl

from data.formats import Unit
from data.values.clock import Times
from data.values.samples import Sample


def sample_key(unit: str) -> str:
    """The key of a unit's sample in `Tally.samples`."""
    return f"time counts {unit}"


def unit_samples(raw: pl.DataFrame, times: Times, path: Path, unit: Unit | None) -> dict[str, Sample]:
    """One row of each unit; the mend of those of another than the configured one says so."""
    mends = {told: "" if told == unit else f"counts {told}, not {unit}" for told in times.first}
    return {
        sample_key(told): Sample(path, int(raw["row"][where]), str(raw["ts"][where]).strip(), mends[told])
        for told, where in times.first.items()
    }
