"""Why an item is where it is: one session's lists with reasons."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data.barred import Barred
from data.errors import AisleError
from data.filters import Filters
from data.tables import item_codes, read_whole, scan, shard_file
from pipeline.store.task import Artifact
from pipeline.tasks.description import Description
from ranker.listing import Lister
from ranker.model_files import load_scorer
from ranker.session_lists import Asked, SessionLists, lists_with_reasons


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
        file = scan(shard_file(queries, shard)).filter(pl.col("session_key") == session)
        found += [
            Asked(query, session, events, shard) for query, events in file.select("query", "events").collect().rows()
        ]
    return sorted(found, key=lambda asked: asked.events)


def explain_session(
    source: Description,
    asked: Asked,
    models: Mapping[str, Artifact],
    listing: tuple[Artifact, Artifact | None, Filters],
    top: int,
    threads: int,
) -> SessionLists:
    """A query's visible events and its lists per objective with the reasons.

    Parameters
    ----------
    source
        What the scored fold's features are made from.
    asked
        The query.
    models
        The model that serves each trained objective.
    listing
        What fills short lists; what may not be proposed, and how that is read.
    top
        Items a list.
    threads
        For the scores.
    """
    query = pl.DataFrame({"query": [asked.query]}, schema={"query": pl.UInt32})
    visible, described = source.open().some(query, asked.shard)
    prefixes = read_whole(shard_file(source.fold.path / "prefixes", asked.shard)).filter(pl.col("query") == asked.query)
    popular, barred, filters = listing
    fillers = item_codes(popular.path / "popular.parquet")
    lister = Lister(fillers, Barred.open(barred.path, filters) if barred else None)
    items = read_whole(source.items, columns=["item", "key", "text"])
    scorers = {objective: load_scorer(model.path) for objective, model in models.items()}
    scores = {objective: scorer(described, threads) for objective, scorer in scorers.items()}
    lists = lister(visible, described.candidates, scores, top).lists
    return lists_with_reasons(asked, prefixes, described, scorers, lists, items, threads)
