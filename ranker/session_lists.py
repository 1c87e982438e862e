"""One session's lists with the reasons for them, as data: why an item is where it is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from candidates.union import members_of
from features.described import Described
from ranker.explain import contributions, strongest, within_query
from ranker.lambdarank import Scorer
from ranker.top import TopLists, ranked_frame


@dataclass(frozen=True)
class Asked:
    """A query, and where it lies."""

    query: int
    session: str
    events: int
    shard: int


@dataclass(frozen=True)
class SessionLists:
    """What a session shows, and why its lists are as they are.

    Parameters
    ----------
    asked
        The query.
    visible
        frame(ts, type, item, text): the events up to the cut; items in the shop's keys.
    lists
        Per objective frame(rank, item, text, score, sources, for, against); nulls where popularity filled up.
    """

    asked: Asked
    visible: pl.DataFrame
    lists: dict[str, pl.DataFrame]


def lists_with_reasons(
    asked: Asked,
    prefixes: pl.DataFrame,
    described: Described,
    scorers: Mapping[str, Scorer],
    best: Mapping[str, TopLists],
    items: pl.DataFrame,
    threads: int,
) -> SessionLists:
    """A query's visible events and its lists per objective with the reasons.

    Parameters
    ----------
    asked
        The query.
    prefixes
        Its PREFIXES.
    described
        Its candidates.
    scorers
        The model that serves each trained objective.
    best
        Its list for each objective.
    items
        item, key, text.
    threads
        For the scores.
    """
    query = np.array([asked.query], np.uint32)
    rows = described.frame(query)
    named = items.lazy()
    visible = (
        prefixes.lazy()
        .join(named, on="item", how="left", validate="m:1")
        .sort("position")
        .select("ts", "type", "text", item="key")
        .collect()
    )
    lists = {}
    for objective, scorer in scorers.items():
        listed = ranked_frame(query, {objective: best[objective]})
        told = listed.lazy().join(named, on="item", how="left", validate="m:1", maintain_order="left").collect()
        reasons = _reasons(rows, scorer, threads)
        lists[objective] = told.join(reasons, on="item", how="left", validate="1:1", maintain_order="left").select(
            "rank", "text", "score", "sources", "for", "against", item="key"
        )
    return SessionLists(asked, visible, lists)


def _reasons(rows: pl.DataFrame, scorer: Scorer, threads: int) -> pl.DataFrame:
    """frame(item, sources, for, against) of every candidate of one query, in words."""
    added = within_query(rows, contributions(scorer, rows, threads))
    members = members_of(rows.lazy())
    told = []
    for row, values in zip(rows.iter_rows(named=True), added, strict=True):
        by_feature = dict(zip(scorer.features, values, strict=True))
        speaking = strongest(scorer.features, np.asarray(values))
        ranks = [f"{m} {row[f'{m}__rank']}" for m in members if row[f"{m}__rank"] is not None]
        both = [", ".join(_in_words(f, row[f], by_feature[f]) for f in names) for names in speaking]
        told.append((row["item"], ", ".join(ranks), *both))
    schema = {"item": pl.UInt32, "sources": pl.String, "for": pl.String, "against": pl.String}
    return pl.DataFrame(told, schema=schema, orient="row")


def _in_words(feature: str, value: float | None, added: float) -> str:
    return f"{feature} {'-' if value is None else f'{value:.4g}'} ({added:+.3f})"
