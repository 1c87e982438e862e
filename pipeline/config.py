"""The configuration of a run: one tree of frozen dataclasses, from which the command line and the YAML are made."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from candidates import Bigram, Chain, CoVisit, Popular, Revisit, SessionNeighbours, Word2Vec
from data.boundaries import Folds
from data.errors import AisleError
from data.formats import LogFormat
from data.quality import Quality
from data.readers import BY_NAME
from data.sampling import Sampling
from data.sessions import Sessions
from data.synthetic import SyntheticShop
from features import GROUPS
from pipeline.ingest import Ingest
from ranker.lambdarank import LambdaRank
from ranker.training_rows import TrainingSize

SHARED_DATA = "../shared/data"

AnySource = Revisit | CoVisit | Bigram | Chain | SessionNeighbours | Word2Vec | Popular


@dataclass(frozen=True)
class Input:
    """Where events come from and how they are read.

    Parameters
    ----------
    format
        The log's layout.
    sessions
        What a session is.
    quality
        What is done with bad rows.
    synthetic
        The shop that is generated where no `train` is given.
    """

    format: LogFormat = field(default_factory=LogFormat)
    sessions: Sessions = field(default_factory=Sessions)
    quality: Quality = field(default_factory=Quality)
    synthetic: SyntheticShop | None = None

    def __post_init__(self) -> None:
        if self.format.reader not in BY_NAME:
            raise ValueError(f"`input.format.reader` must be one of {sorted(BY_NAME)}, got {self.format.reader!r}.")


@dataclass(frozen=True)
class Sources:
    """The candidate sources; null leaves one out.

    Parameters
    ----------
    revisit
        The session's own items.
    covisit
        Co-visitation tables by member name.
    bigram
        What comes right after.
    chain
        Neighbours of neighbours.
    session_neighbours
        Items of similar sessions.
    word2vec
        Items whose vectors are near.
    popular
        Recent popularity.
    """

    revisit: Revisit | None = field(default_factory=Revisit)
    covisit: Mapping[str, CoVisit] = field(default_factory=lambda: {"covisit": CoVisit()})
    bigram: Bigram | None = None
    chain: Chain | None = None
    session_neighbours: SessionNeighbours | None = None
    word2vec: Word2Vec | None = None
    popular: Popular | None = field(default_factory=Popular)


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
        Queries of the `tune` part, at most, that fusion weights are found on.
    """

    sources: Sources = field(default_factory=Sources)
    per_source: int = 200
    total: int = 150
    tune_queries: int = 3_000

    def __post_init__(self) -> None:
        for name in ("per_source", "total", "tune_queries"):
            if getattr(self, name) < 1:
                raise ValueError(f"`candidates.{name}` must be at least 1, got {getattr(self, name)}.")
        names = [source.name for source in self.all]
        doubled = sorted({n for n in names if names.count(n) > 1} | {n for n in names if n in {g.name for g in GROUPS}})
        if doubled or not names:
            raise ValueError(f"`candidates.sources` needs one source or more, names unique; doubled: {doubled}.")

    @property
    def all(self) -> list[AnySource]:
        """The sources in their fixed order; a co-visit member is named by its key in the configuration."""
        single = self.sources
        members = [replace(source, name=name) for name, source in single.covisit.items()]
        learnt = (single.bigram, single.chain, single.session_neighbours, single.word2vec)
        return [s for s in (single.revisit, *members, *learnt, single.popular) if s is not None]


@dataclass(frozen=True)
class Rankers:
    """How rankers are trained.

    Parameters
    ----------
    size
        How many queries they see.
    model
        The model's own configuration.
    """

    size: TrainingSize = field(default_factory=TrainingSize)
    model: LambdaRank = field(default_factory=LambdaRank)


@dataclass(frozen=True)
class Config:
    """A whole run.

    Parameters
    ----------
    train
        The log: one file, or several with commas between. Null generates `input.synthetic`.
    test
        Sessions to score, in the log's format. Null cuts the test fold from the end of the log.
    labels
        What came after the test sessions, for evaluation; only with `test`.
    workdir
        Where everything is written.
    sample
        For development: share of the sessions that are asked, in both folds, by their key's hash.
    max_sessions
        For development: sessions that are asked, at most, in each fold.
    sample_history
        For development: share of the history's sessions.
    max_history_sessions
        For development: sessions of the history, at most.
    train_queries
        Over `rankers.size.train_queries`: queries an objective that the rankers learn from, at most.
    sources
        Names of the configured sources that propose in this run, with commas between; null: all of them.
    transductive
        Whether the scored sessions' visible events join the history, as contest entries do.
    input
        How the log is read.
    folds
        Where it is cut.
    candidates
        Who proposes.
    rankers
        Who ranks.
    shards
        Pieces that the log is worked on in: memory is bounded by one.
    """

    train: str | None = None
    test: str | None = None
    labels: str | None = None
    workdir: str = "artifacts/demo"
    sample: float = 1.0
    max_sessions: int | None = None
    sample_history: float = 1.0
    max_history_sessions: int | None = None
    train_queries: int | None = None
    sources: str | None = None
    transductive: bool = False
    input: Input = field(default_factory=Input)
    folds: Folds = field(default_factory=Folds)
    candidates: Candidates = field(default_factory=Candidates)
    rankers: Rankers = field(default_factory=Rankers)
    shards: int = 1

    def __post_init__(self) -> None:
        if self.shards < 1:
            raise ValueError(f"`shards` must be at least 1, got {self.shards}.")
        if self.train is None and self.input.synthetic is None:
            raise ValueError("give the log with --train FILE, or set `input.synthetic` to generate one.")
        if self.test is not None and self.train is None:
            raise ValueError("`test` needs `train`: give the log before it with --train FILE.")
        if self.labels is not None and self.test is None:
            raise ValueError("`labels` belong to a `test` file: give it with --test FILE.")
        several = self.folds.cut_test_file if self.test else self.folds.cut
        if self.transductive and "all" in (self.folds.cut, several):
            raise ValueError(
                "`transductive` needs one query a session, since a later cut shows an earlier one's labels."
            )
        _ = self.sampling, self.training_size, self.proposing

    @property
    def sampling(self) -> Sampling:
        """The development sample."""
        return Sampling(self.sample, self.max_sessions, self.sample_history, self.max_history_sessions)

    @property
    def proposing(self) -> list[AnySource]:
        """The sources of this run, in their fixed order."""
        every = self.candidates.all
        if self.sources is None:
            return every
        wanted = {name.strip() for name in self.sources.split(",")}
        unknown = sorted(wanted - {source.name for source in every})
        if unknown:
            raise ValueError(f"`sources` names {unknown}; configured are {[source.name for source in every]}.")
        return [source for source in every if source.name in wanted]

    @property
    def training_size(self) -> TrainingSize:
        """How many queries the rankers see."""
        size = self.rankers.size
        return size if self.train_queries is None else replace(size, train_queries=self.train_queries)

    @property
    def mode(self) -> str:
        """What the metrics name: `past` or `transductive`."""
        return "transductive" if self.transductive else "past"

    @property
    def ingest(self) -> Ingest:
        """What decides how a log becomes tables."""
        return Ingest(self.input.format, self.input.sessions, self.input.quality, self.shards)


def input_files(given: str) -> list[Path]:
    """The files of a `train` or `test` setting; `AISLE_DATA` replaces a leading `../shared/data`.

    Raises
    ------
    AisleError
        If none is named.
    """
    files = [Path(_relocated(part.strip())) for part in given.split(",") if part.strip()]
    if not files:
        raise AisleError(f"no file is named in {given!r}.")
    return files


def _relocated(path: str) -> str:
    data = os.environ.get("AISLE_DATA")
    inside = path == SHARED_DATA or path.startswith(SHARED_DATA + "/")
    return data + path[len(SHARED_DATA) :] if data and inside else path
