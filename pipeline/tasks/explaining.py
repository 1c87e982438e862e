"""Why an item is where it is: sessions' lists with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data.barred import Barred
from data.errors import AisleError
from data.filters import Filters
from data.rules.opened import OpenRules
from data.tables import item_codes, read_whole, scan, shard_file
from pipeline.store.task import Artifact
from pipeline.tasks.description import Describing, Description
from ranker.lambdarank import Scorer
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


@dataclass(frozen=True)
class Explainer:
    """Opened once, tells many sessions' lists with the reasons for them.

    Parameters
    ----------
    source
        What the scored fold's features are made from.
    describing
        The same, opened.
    lister
        Makes lists of scores.
    scorers
        The model that serves each trained objective.
    items
        item, key, text.
    top
        Items a list.
    threads
        For the scores.
    """

    source: Description
    describing: Describing
    lister: Lister
    scorers: Mapping[str, Scorer]
    items: pl.DataFrame
    top: int
    threads: int

    @classmethod
    def open(
        cls,
        source: Description,
        models: Mapping[str, Artifact],
        listing: tuple[Artifact, Artifact | None, Filters, Artifact | None],
        top: int,
        threads: int,
    ) -> "Explainer":
        """Read what answers: `listing` is what fills short lists, what may not be proposed, its settings, and rules."""
        popular, barred, filters, rules = listing
        fillers = item_codes(popular.path / "popular.parquet")
        opened = OpenRules.open(rules.path) if rules else None
        lister = Lister(fillers, Barred.open(barred.path, filters) if barred else None, opened)
        items = read_whole(source.items, columns=["item", "key", "text"])
        scorers = {objective: load_scorer(model.path) for objective, model in models.items()}
        return cls(source, source.open(), lister, scorers, items, top, threads)

    def __call__(self, asked: Asked) -> SessionLists:
        """A query's visible events and its lists per objective with the reasons."""
        query = pl.DataFrame({"query": [asked.query]}, schema={"query": pl.UInt32})
        visible, described = self.describing.some(query, asked.shard)
        file = shard_file(self.source.fold.path / "prefixes", asked.shard)
        prefixes = scan(file).filter(pl.col("query") == asked.query).collect()
        scores = {objective: scorer(described, self.threads) for objective, scorer in self.scorers.items()}
        lists = self.lister(visible, described.candidates, scores, self.top).lists
        return lists_with_reasons(asked, prefixes, described, self.scorers, lists, self.items, self.threads)
