"""Some sessions as stories: what the visitor did, what was proposed and why, and what happened."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.filters import Filters
from data.popularity import TOP
from data.tables import read_whole, scan, shard_file
from evaluation.cases import choose_cases, kind_of
from pipeline.store.task import Artifact
from pipeline.tasks.description import Description
from pipeline.tasks.explaining import Explainer
from ranker.session_lists import Asked, SessionLists

DID = 12  # latest events that are told
FIRST = 3  # places of a list that are told besides what was wanted


@dataclass(frozen=True)
class Stories:
    """stories.json: `stories`, a list, in the order of `evaluation.cases.choose_cases`.

    Each tells `kind`, `objective` and `item` of its case; `session`, `events`, `asked` (when); `did`, the latest
    visible events; `shown`, the first of the objective's list and all of it that was wanted, with sources and reasons;
    `came`, what came after, with its place in the list of its own objective (`ranked`) and among the candidates
    (`proposed`). Ranks of what is not listed are those that the ranker gave it.

    Parameters
    ----------
    description
        What the scored fold's features are made from.
    places
        `Places`.
    popularity
        `Popularity` of the fold's history.
    models
        The model of each trained objective.
    listing
        What fills short lists, what may not be proposed and how that is read, and the shop's own rules.
    threads
        For the scores.
    most, seed
        How many, and of their choice.
    """

    description: Description
    places: Artifact
    popularity: Artifact
    models: Mapping[str, Artifact]
    listing: tuple[Artifact, Artifact | None, Filters, Artifact | None]
    threads: int
    most: int
    seed: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        placed = read_whole(self.places.path / "places.parquet")
        chosen = choose_cases(self._cases(placed), self.most, self.seed)
        depth = max(TOP, self.description.total)
        explain = Explainer.open(self.description, self.models, self.listing, depth, self.threads)
        about = {asked.query: (asked, when) for asked, when in self._asked(chosen["query"])}
        stories = []
        for query, objective, item, kind in chosen.select("query", "type", "item", "kind").rows():
            asked, when = about[query]
            came = _came(placed.filter(pl.col("query") == query), explain.items)
            told = _story(explain(asked), objective, came)
            named = explain.items.filter(pl.col("item") == item)["key"].to_list()
            stories.append({"kind": kind, "objective": objective, "item": (named or [None])[0], "asked": when} | told)
        (into / "stories.json").write_text(json.dumps({"stories": stories}, indent=1) + "\n")
        return {"stories": len(stories)}

    def _cases(self, placed: pl.DataFrame) -> pl.DataFrame:
        """Every label of an objective that has a model, with what became of it."""
        known = read_whole(self.popularity.path / "items.parquet")["item"]
        known_here = pl.col("item").is_in(known.implode())
        kind = kind_of(pl.col("ranked"), pl.col("fused"), known_here)
        trained = placed.filter(pl.col("type").cast(pl.String).is_in(list(self.models)))
        return trained.select("query", "type", "item", kind=kind)

    def _asked(self, queries: pl.Series) -> Iterator[tuple[Asked, str]]:
        """The queries, where they lie, and when they were asked."""
        for shard in range(len(self.description.candidates)):
            rows = scan(shard_file(self.description.fold.path / "queries", shard))
            some = rows.filter(pl.col("query").is_in(queries.implode()))
            for query, key, events, when in some.select("query", "session_key", "events", "cut_ts").collect().rows():
                yield Asked(query, key, events, shard), f"{when:%Y-%m-%d %H:%M}"


def _story(told: SessionLists, objective: str, came: list[dict[str, Any]]) -> dict[str, Any]:
    listed = told.lists[objective]
    wanted = {one["item"] for one in came if one["type"] == objective}
    shown = listed.filter((pl.col("rank") <= FIRST) | pl.col("item").is_in(list(wanted)))
    rows = [row | {"wanted": row["item"] in wanted} for row in shown.to_dicts()]
    did = told.visible.tail(DID).with_columns(pl.col("ts").dt.strftime("%Y-%m-%d %H:%M:%S"))
    return {
        "session": told.asked.session,
        "events": told.asked.events,
        "did": did.select("ts", "type", "item", "text").to_dicts(),
        "shown": rows,
        "came": came,
    }


def _came(placed: pl.DataFrame, items: pl.DataFrame) -> list[dict[str, Any]]:
    """What came after: type, item, text, ranked, proposed, sources."""
    members = [name for name in placed.columns if name.endswith("__rank")]
    told = []
    named = placed.join(items, on="item", how="left", validate="m:1", maintain_order="left")
    for row in named.sort("type", "item").iter_rows(named=True):
        by = ", ".join(f"{m.removesuffix('__rank')} {row[m]}" for m in members if row[m] is not None)
        told.append(
            {
                "type": row["type"],
                "item": row["key"],
                "text": row["text"],
                "ranked": row["ranked"],
                "proposed": row["fused"],
                "sources": by,
            }
        )
    return told
