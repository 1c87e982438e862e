"""Who proposes candidates, and how many."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, make_dataclass, replace
from typing import TYPE_CHECKING, Any

from candidates import SOURCES, CoVisit, CoVisits, Entry
from candidates.source import Source
from data.checks import check_at_most
from data.nearest import did_you_mean
from features import GROUPS
from ranker.first_stage import FirstStage
from ranker.lambdarank import MOST_ROWS


@dataclass(frozen=True)
class Configured:
    """What the sources' settings come to."""

    @property
    def configured(self) -> list[Source]:
        """The sources that are not null, in the order of their fields; the co-visit members are one."""
        return [source for entry in SOURCES if (source := _made(entry, getattr(self, entry.field))) is not None]


def _made(entry: Entry, setting: Any) -> Source | None:  # noqa: ANN401 - of each field's own type
    if entry.kind is CoVisits:
        return CoVisits(members=setting) if setting else None
    source: Source | None = setting
    return source


def _setting(entry: Entry) -> tuple[str, Any, Any]:
    """The field of one kind of source: name, type and default."""
    if entry.kind is CoVisits:
        return entry.field, Mapping[str, CoVisit], field(default_factory=lambda: CoVisits().members)
    return entry.field, entry.kind | None, field(default_factory=entry.kind) if entry.on else None


if TYPE_CHECKING:

    class Sources(Configured):
        """The candidate sources: a field each, by the entries of `candidates.SOURCES`."""

        covisit: Mapping[str, CoVisit]

else:
    about = "".join(f"{entry.field}\n    {entry.about}\n" for entry in SOURCES)
    Sources = make_dataclass(
        "Sources",
        [_setting(entry) for entry in SOURCES],
        bases=(Configured,),
        frozen=True,
        namespace={
            "__doc__": f"The candidate sources; null leaves one out.\n\nParameters\n----------\n{about}",
            "__module__": __name__,
        },
    )


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
        if self.total > MOST_ROWS:
            raise ValueError(
                f"`candidates.total` must be at most {MOST_ROWS:,}, the rows a query that LightGBM ranks, got "
                f"{self.total:,}."
            )
        check_at_most(self, MOST_ROWS, "per_source")
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
            raise ValueError(
                f"`sources` names {unknown}; configured are {known}{did_you_mean(unknown[0], known) or '.'}"
            )
        kept = [_with_members(source, wanted) if isinstance(source, CoVisits) else source for source in every]
        return [source for source in kept if set(names_of(source)) & set(wanted)]


def names_of(source: Source) -> list[str]:
    """What a source is called where one is chosen or needed: by its members, if it counts several in one pass."""
    return list(source.members) if isinstance(source, CoVisits) else [source.name]


def _with_members(source: CoVisits, wanted: Collection[str]) -> CoVisits:
    members = {name: member for name, member in source.members.items() if name in wanted}
    return replace(source, members=members or source.members)
