"""Two runs on the sessions that both have answered."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.errors import AisleError
from data.schema import TYPES
from data.tables import scan
from evaluation.paired import paired
from evaluation.places import places
from pipeline.store.task import Artifact

KEYS = ("session_key", "events", "type", "key")


@dataclass(frozen=True)
class Answered:
    """A run's answers, and what was wanted.

    Parameters
    ----------
    fold, labels, ranked
        The scored fold, its labels, and the answers.
    """

    fold: Artifact
    labels: Artifact
    ranked: Artifact

    def placed(self, name: str) -> pl.LazyFrame:
        """Labels in the shop's keys: session_key, events, type, key, and the place in the ranked list."""
        ranked, labels = scan(self.ranked.path / "ranked.parquet"), scan(self.labels.path / "labels")
        queries = scan(self.fold.path / "queries").select("query", "session_key", "events")
        items = scan(self.fold.path / "items.parquet").select("item", "key")
        return (
            places(labels, {name: ranked})
            .join(queries, on="query", how="left", validate="m:1")
            .join(items, on="item", how="left", validate="m:1")
            .select(*KEYS, name)
        )

    @property
    def types(self) -> set[str]:
        """The objectives that are answered."""
        return set(scan(self.ranked.path / "ranked.parquet").select(pl.col("type").unique()).collect()["type"])


@dataclass(frozen=True)
class PairedRuns:
    """paired.json: `evaluation.paired.paired`, and how many sessions are left out, `only_here` and `labels_differ`.

    Parameters
    ----------
    this, other
        What both runs have answered.
    resamples, seed
        Of the bootstrap.
    """

    this: Answered
    other: Answered
    resamples: int
    seed: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it.

        Raises
        ------
        AisleError
            If no session was asked by both at the same event and had the same labels.
        """
        both = self.this.placed("this").join(self.other.placed("other"), on=KEYS, how="full", coalesce=True)
        asked = ["session_key", "events"]
        here, there = (one.placed(name).select(asked).unique() for one, name in ((self.this, "a"), (self.other, "b")))
        common = here.join(there, on=asked, how="semi")
        labels = self._labels().with_columns(n=pl.len().over(*KEYS))
        odd = labels.filter(pl.col("n") == 1).select(asked).unique()
        same = common.join(odd, on=asked, how="anti").sort(asked).with_row_index("query").collect()
        if same.is_empty():
            raise AisleError(
                "`against`: no session was asked in both runs at the same event with the same labels; compare runs of "
                "one log whose folds begin and end alike."
            )
        wanted = both.join(same.lazy(), on=asked, how="inner").select("query", "session_key", "type", "this", "other")
        placed = wanted.with_columns(item=pl.lit(0)).collect()
        sessions = same.select("query", session=pl.col("session_key").rank("dense").cast(pl.UInt32))
        found = paired(placed.sort("query", "type", "this", "other"), sessions, self.resamples, self.seed)
        answered = self.this.types & self.other.types
        for side in ("this", "other", "difference", "better"):
            _silence(found[side], answered)
        left_out = {
            "only_here": here.collect().height - common.collect().height,
            "labels_differ": common.collect().height - same.height,
        }
        (into / "paired.json").write_text(json.dumps(found | left_out, indent=1) + "\n")
        return {"sessions": found["sessions"]}

    def _labels(self) -> pl.LazyFrame:
        return pl.concat([one.placed("place").select(KEYS) for one in (self.this, self.other)])


def _silence(measured: dict[str, Any], answered: set[str]) -> None:
    """What only one run answers is compared by nothing."""
    lacking = {name for name in TYPES if name not in answered}
    lacking |= {"total"} if lacking else set()
    lacking |= {"MRR"} if "clicks" in lacking else set()
    for name in lacking:
        one = measured[name]
        measured[name] = dict.fromkeys(one) if isinstance(one, dict) else None
