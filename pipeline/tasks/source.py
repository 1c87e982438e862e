"""A source learns from a fold's history."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from candidates.source import CountingSource, Fitted, ForeseenSource, Sizes, Source, WholeSource
from data.tables import write
from pipeline.store.room import LIBRARIES, Room, counted
from pipeline.store.task import Artifact
from pipeline.tasks.past import Past


@dataclass(frozen=True)
class Fit:
    """A fitted source, or one of the members that it keeps in folders of their own."""

    artifact: Artifact
    member: str = ""

    @property
    def fitted(self) -> Fitted:
        """Its files."""
        return Fitted(self.artifact.path / self.member)

    @property
    def has_neighbours(self) -> bool:
        """Whether it has learnt NEIGHBOURS."""
        return (self.fitted.folder / "neighbours.parquet").is_file()


@dataclass(frozen=True)
class FittedSource:
    """A source's tables and files (see `Source.fit`, `CountingSource.merge`).

    Parameters
    ----------
    source
        What is fitted.
    past
        What it learns from.
    needs
        The sources that it reads, by name.
    """

    source: Source
    past: Past
    needs: Mapping[str, Fit]

    def room(self) -> Room:
        """As the source foresees it of the whole log."""
        if not isinstance(self.source, ForeseenSource):
            return Room()
        log = self.past.log
        memory, disk = self.source.room(Sizes(*(counted(log, name) for name in ("events", "sessions", "items"))))
        return Room(LIBRARIES + memory, disk, f"turn what bounds `candidates.sources.{self.source.name}`")

    def __call__(self, into: Path) -> dict[str, Any]:
        """Fit it: at once, or as a sum over shards."""
        source, past = self.source, self.past
        if isinstance(source, CountingSource):
            partials = [source.count(past.of(events)).collect() for events in past.events()]
            tables = source.merge(pl.concat(partials).lazy())
            return {name: write(table, into / f"{name}.parquet") for name, table in tables.items()}
        assert isinstance(source, WholeSource)
        source.fit(past.whole, {name: fit.fitted for name, fit in self.needs.items()}, into)
        return {}
