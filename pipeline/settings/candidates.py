"""Who proposes candidates, and how many."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, fields, replace

from candidates import (
    Bigram,
    CategoryNeighbours,
    CategoryPopular,
    Chain,
    ClusterPopular,
    CoVisit,
    CoVisits,
    HourlyPopular,
    MatrixFactorisation,
    Popular,
    Revisit,
    SessionNeighbours,
    TextNeighbours,
    Trending,
    Word2Vec,
)
from candidates.source import Source
from features import GROUPS
from ranker.first_stage import FirstStage


@dataclass(frozen=True)
class Sources:
    """The candidate sources; null leaves one out.

    Parameters
    ----------
    revisit
        The session's own items.
    covisit
        Co-visitation members by name, counted in one pass.
    bigram
        What comes right after.
    chain
        Neighbours of neighbours.
    session_neighbours
        Items of similar sessions.
    word2vec
        Items whose vectors are near.
    factors
        Items whose factors agree with the session's.
    text_neighbours
        Items with like texts.
    category_neighbours
        The category's most frequent items, for each item.
    popular
        Recent popularity.
    category_popular
        The same within the session's categories.
    cluster_popular
        The same within the session's clusters of vectors.
    hourly_popular
        The same at this hour of the day.
    trending
        What rises.
    """

    revisit: Revisit | None = field(default_factory=Revisit)
    covisit: Mapping[str, CoVisit] = field(default_factory=lambda: {"covisit": CoVisit()})
    bigram: Bigram | None = None
    chain: Chain | None = field(default_factory=Chain)
    session_neighbours: SessionNeighbours | None = field(default_factory=SessionNeighbours)
    word2vec: Word2Vec | None = None
    factors: MatrixFactorisation | None = None
    text_neighbours: TextNeighbours | None = None
    category_neighbours: CategoryNeighbours | None = None
    popular: Popular | None = field(default_factory=Popular)
    category_popular: CategoryPopular | None = field(default_factory=CategoryPopular)
    cluster_popular: ClusterPopular | None = None
    hourly_popular: HourlyPopular | None = None
    trending: Trending | None = None

    @property
    def configured(self) -> list[Source]:
        """The sources that are not null, in the order of their fields; the co-visit members are one."""
        sources = {f.name: getattr(self, f.name) for f in fields(self)}
        sources["covisit"] = CoVisits(members=self.covisit) if self.covisit else None
        return [source for source in sources.values() if source is not None]


@dataclass(frozen=True)
class Candidates:
    """How candidates are proposed.

    Parameters
    ----------
    sources
        Who proposes.
    per_source
        Proposals a query and member at most.
    total
        Candidates a query, in fused order, that are described and ranked.
    tune_queries
        Queries of the `tune` part, at most, that sources learn from and the order of candidates is found on.
    learn
        Whether sources that can (revisit) find their weights there.
    first_stage
        The model that puts candidates in order; null for reciprocal-rank fusion alone.
    """

    sources: Sources = field(default_factory=Sources)
    per_source: int = 200
    total: int = 150
    tune_queries: int = 5_000
    learn: bool = True
    first_stage: FirstStage | None = field(default_factory=FirstStage)

    def __post_init__(self) -> None:
        for name in ("per_source", "total", "tune_queries"):
            if getattr(self, name) < 1:
                raise ValueError(f"`candidates.{name}` must be at least 1, got {getattr(self, name)}.")
        names = [name for source in self.sources.configured for name in names_of(source)]
        doubled = sorted({n for n in names if names.count(n) > 1} | {n for n in names if n in {g.name for g in GROUPS}})
        if doubled or not names:
            raise ValueError(f"`candidates.sources` needs one source or more, names unique; doubled: {doubled}.")

    def chosen(self, wanted: Collection[str] | None) -> list[Source]:
        """The sources of these names in their fixed order; all of them where none is named."""
        every = self.sources.configured
        known = [name for source in every for name in names_of(source)]
        if wanted is None:
            return every
        unknown = sorted(set(wanted) - set(known))
        if unknown:
            raise ValueError(f"`sources` names {unknown}; configured are {known}.")
        kept = [_with_members(source, wanted) if isinstance(source, CoVisits) else source for source in every]
        return [source for source in kept if set(names_of(source)) & set(wanted)]


def names_of(source: Source) -> list[str]:
    """What a source is called where one is chosen or needed: by its members, if it counts several in one pass."""
    return list(source.members) if isinstance(source, CoVisits) else [source.name]


def _with_members(source: CoVisits, wanted: Collection[str]) -> CoVisits:
    members = {name: member for name, member in source.members.items() if name in wanted}
    return replace(source, members=members or source.members)
