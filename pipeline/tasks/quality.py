"""Where the ranking is good and where it is not: by session, by visitor, by day, and by the item that was wanted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.tables import read_whole, scan
from evaluation.beyond.popularity import band_of
from evaluation.segments import by_segment, length_class
from pipeline.store.task import Artifact
from pipeline.tasks.intervals import sessions_of, silence

VISITORS = pl.Enum(["new", "known", "not told"])
ORDER = "ranked"


@dataclass(frozen=True)
class Quality:
    """segments.json: kind of segment -> `evaluation.segments.by_segment`.

    The kinds: `length` (visible events), `visitor`, `day` (of the question, UTC), `popularity` and `item` of what was
    wanted.

    Parameters
    ----------
    places, fold, plan, resamples, seed
        As in `Intervals`.
    popularity
        `Popularity` of the fold's history.
    until
        The history's end: who began before is known.
    """

    places: Artifact
    fold: Artifact
    plan: Artifact
    popularity: Artifact
    until: datetime
    resamples: int
    seed: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        placed, sessions = read_whole(self.places.path / "places.parquet"), sessions_of(self.fold.path)
        how = {"resamples": self.resamples, "seed": self.seed}
        found = {
            kind: by_segment(placed, sessions, segments.collect(), ORDER, **how)
            for kind, segments in self._segments(placed).items()
        }
        for segments in found.values():
            for segment in segments:
                silence(segment["measures"], self.plan.path)
        (into / "segments.json").write_text(json.dumps(found, indent=1) + "\n")
        return {"segments": sum(map(len, found.values()))}

    def _segments(self, placed: pl.DataFrame) -> Mapping[str, pl.LazyFrame]:
        queries = scan(self.fold.path / "queries")
        popular = scan(self.popularity.path / "items.parquet")
        wanted = band_of(placed.lazy().select("item").unique(), popular).sort("item")
        new = pl.when(pl.col("band") == "new").then(pl.lit("new")).otherwise(pl.lit("known"))
        return {
            "length": queries.select("query", segment=length_class(pl.col("events"))),
            "visitor": queries.select("query", segment=self._visitor()),
            "day": queries.select("query", segment=pl.col("cut_ts").dt.strftime("%Y-%m-%d")),
            "popularity": wanted.select("item", segment="band"),
            "item": wanted.select("item", segment=new.cast(pl.Enum(["new", "known"]))),
        }

    def _visitor(self) -> pl.Expr:
        users = read_whole(self.popularity.path / "users.parquet")["user"]
        before = pl.col("user").is_in(users.implode()) | (pl.col("start_ts") < self.until)
        told = pl.when(before.fill_null(pl.col("start_ts") < self.until)).then(pl.lit("known"))
        return told.when(pl.col("user").is_null()).then(pl.lit("not told")).otherwise(pl.lit("new")).cast(VISITORS)
