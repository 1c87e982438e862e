"""All sources propose: the union of what a fold's fitted sources say."""

from collections.abc import Mapping, Sequence

import polars as pl

from candidates.source import Fitted, Source
from candidates.union import unite


def propose(
    prefixes: pl.LazyFrame, sources: Sequence[Source], fitted: Mapping[str, Fitted], per_source: int
) -> pl.LazyFrame:
    """The united proposals of all sources (see `candidates.union.unite`)."""
    proposals: dict[str, pl.LazyFrame] = {}
    for source in sources:
        proposals |= source.recall(prefixes, fitted[source.name], per_source)
    return unite(proposals)
