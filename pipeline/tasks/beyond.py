"""What is shown, beyond whether it was wanted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.popularity import TOP
from data.schema import TYPES
from data.tables import read_whole, scan_all
from evaluation.beyond.lists import Known, of_lists
from evaluation.beyond.popularity import band_of, band_shares, mean_popularity
from evaluation.beyond.serendipity import serendipity
from pipeline.store.task import Artifact
from pipeline.tasks.past import Past
from pipeline.tasks.rivals import plain_orders
from pipeline.tasks.shards import shard_files

PRIMITIVE = "revisit_popular"


@dataclass(frozen=True)
class Beyond:
    """beyond.json: `lists`, name -> `evaluation.beyond.lists.of_lists` and serendipity; `popularity` of what is shown.

    The lists: `ranked_<type>` of every trained objective, `fused` and `revisit_popular`. `popularity` tells of
    `history`, of `wanted_<type>` and of every list: the mean events of an item, and each band's share.

    Parameters
    ----------
    fold, candidates, popular, ranked
        As in `pipeline.tasks.metrics.Metrics`.
    places
        `Places`; null where the fold has no labels.
    popularity, past
        `Popularity`, and the history that it tells of.
    diverse
        Lists whose diversity is measured, at most.
    """

    fold: Artifact
    candidates: tuple[Artifact, ...]
    popular: Artifact
    ranked: Artifact
    places: Artifact | None
    popularity: Artifact
    past: Past
    diverse: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        known, lists = self._known(), self._lists()
        told = {name: of_lists(rows, known, self.diverse) for name, rows in lists.items()}
        wanted = {} if self.places is None else self._wanted(read_whole(self.places.path / "places.parquet"), told)
        history = known.popular.select(pl.col("events").alias("places"), "events", "band")
        shown = {"history": _popularity(history)} | {f"wanted_{name}": one for name, one in wanted.items()}
        shown |= {name: {"popularity": one["popularity"], "bands": one.pop("bands")} for name, one in told.items()}
        found = {"catalogue": known.popular.height, "lists": told, "popularity": shown}
        (into / "beyond.json").write_text(json.dumps(found, indent=1) + "\n")
        return {"lists": len(told)}

    def _known(self) -> Known:
        folder = self.popularity.path
        visitors = int(read_whole(folder / "visitors.parquet")["n"].item())
        categories = read_whole(self.fold.path / "items.parquet", columns=["item", "category"])
        return Known(read_whole(folder / "items.parquet"), visitors, categories, self.past.whole.events)

    def _lists(self) -> dict[str, pl.LazyFrame]:
        proposed = scan_all(shard_files(self.candidates))
        orders = plain_orders(self.fold.path, proposed, self.popular.path, self.ranked.path, TOP)
        ranked = orders["ranked"].filter(pl.col("rank") <= TOP)
        there = ranked.select(pl.col("type").unique()).collect()["type"].to_list()
        of_type = {f"ranked_{t}": ranked.filter(pl.col("type") == t) for t in TYPES if t in there}
        return {**of_type, "fused": orders["fused"], PRIMITIVE: orders[PRIMITIVE]}

    def _wanted(self, placed: pl.DataFrame, told: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
        """The popularity of each type's labels; every list's serendipity is added to what is told of it."""
        popular = read_whole(self.popularity.path / "items.parquet").lazy()
        wanted = {}
        for name in TYPES:
            labels = placed.filter(pl.col("type") == name)
            if (of := told.get(f"ranked_{name}")) is not None:
                of |= serendipity(labels, "ranked", PRIMITIVE, of["places"])
            counted = labels.lazy().group_by("item").agg(places=pl.len().cast(pl.Int64)).sort("item")
            wanted[name] = _popularity(band_of(counted, popular).collect())
        return wanted


def _popularity(shown: pl.DataFrame) -> dict[str, Any]:
    return {"popularity": mean_popularity(shown), "bands": band_shares(shown)}
