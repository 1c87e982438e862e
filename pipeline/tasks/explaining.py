"""Why an item is where it is: one session's lists with reasons."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import polars as pl

from candidates.union import members_of
from data.errors import AisleError
from data.tables import scan, shard_file
from pipeline.store.task import Artifact
from pipeline.tasks.description import Description
from ranker.explain import contributions, strongest, within_query
from ranker.lambdarank import Scorer
from ranker.model_files import load_scorer
from ranker.session_lists import Asked, SessionLists
from ranker.top import ranked_frame, top_lists


def find_query(queries: Path, wanted: str, shards: int) -> Asked:
    """The query that `SESSION` or `SESSION@EVENTS` names: the latest of the session, or the one at so many events.

    Parameters
    ----------
    queries
        The folder of QUERIES.
    wanted
        The session in the shop's key. A key may hold `@` itself, so all of it is looked for first.
    shards
        How many files there are.

    Raises
    ------
    AisleError
        If no such session was asked, or not at so many events.
    """
    session, _, events = wanted.rpartition("@")
    found = _asked(queries, wanted, shards)
    if not found and session and events.isdecimal():
        several = _asked(queries, session, shards)
        found = [asked for asked in several if asked.events == int(events)]
        if several and not found:
            at = ", ".join(str(asked.events) for asked in several)
            raise AisleError(f"`explain`: session {session!r} is not asked at {events} events; it is at {at}.")
    if not found:
        some = (
            scan(queries)
            .select(pl.col("session_key").unique(maintain_order=True))
            .head(3)
            .collect()
            .to_series()
            .to_list()
        )
        raise AisleError(
            f"`explain`: session {wanted!r} is not in the scored fold; give a `session` of recommendations.parquet"
            f"{', such as ' + ', '.join(map(repr, some)) if some else ''}."
        )
    return found[-1]


def _asked(queries: Path, session: str, shards: int) -> list[Asked]:
    found = []
    for shard in range(shards):
        file = pl.scan_parquet(shard_file(queries, shard)).filter(pl.col("session_key") == session)
        found += [
            Asked(query, session, events, shard) for query, events in file.select("query", "events").collect().rows()
        ]
    return sorted(found, key=lambda asked: asked.events)


def explain_session(
    source: Description, asked: Asked, models: Mapping[str, Artifact], popular: Artifact, threads: int
) -> SessionLists:
    """A query's visible events and its top 20 per objective with the reasons.

    Parameters
    ----------
    source
        What the scored fold's features are made from.
    asked
        The query.
    models
        The model that serves each trained objective.
    popular
        What fills short lists.
    threads
        For the scores.
    """
    query = pl.DataFrame({"query": [asked.query]}, schema={"query": pl.UInt32})
    items = pl.scan_parquet(source.items).select("item", "key", "text")
    seen, described = source.open().some(query, asked.shard)
    rows = described.frame(seen.query)
    visible = (
        pl.scan_parquet(shard_file(source.fold.path / "prefixes", asked.shard))
        .filter(pl.col("query") == asked.query)
        .join(items, on="item", how="left", validate="m:1")
        .sort("position")
        .select("ts", "type", "text", item="key")
        .collect()
    )
    fillers = pl.read_parquet(popular.path / "popular.parquet")["item"].to_numpy().astype(np.int64)
    lists = {}
    for objective, model in models.items():
        scorer = load_scorer(model.path)
        scores = scorer(described, threads)
        best = ranked_frame(seen.query, {objective: top_lists(described.candidates, scores, fillers)})
        named = best.lazy().join(items, on="item", how="left", validate="m:1", maintain_order="left").collect()
        reasons = _reasons(rows, scorer, threads)
        lists[objective] = named.join(reasons, on="item", how="left", validate="1:1", maintain_order="left").select(
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
