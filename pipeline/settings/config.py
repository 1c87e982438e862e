"""The configuration of a run: one tree of frozen dataclasses, from which the command line and the YAML are made."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from candidates.source import Source
from data.boundaries import Folds, Returning
from data.checks import check_at_least, check_at_most
from data.filters import Filters
from data.formats import LogFormat
from data.listed import listed
from data.nearest import did_you_mean
from data.opening.paths import Found, named_files
from data.partitions.folders import FOLDER, Folders, check_folders, check_window
from data.partitions.window import Window
from data.paths import file_of
from data.popularity import MOST_TOP, TOP
from data.quality import Quality
from data.readers import BY_NAME
from data.sampling import Sampling
from data.sessions import Sessions
from data.sizes import parse_size
from data.synthetic import SyntheticShop
from features import FeatureGroup
from features.choice import FeatureChoice
from learning.study import Search
from pipeline.settings.candidates import Candidates
from pipeline.settings.engine import Kind, check_engine
from pipeline.settings.lifetime import Lifetime
from pipeline.settings.report import Report
from pipeline.settings.value import Value
from pipeline.store.task import RawFile
from pipeline.tasks.ingest import Ingest
from ranker.actions import Actions
from ranker.blend import Members
from ranker.explain import Importances
from ranker.lambdarank import LambdaRank
from ranker.training_rows import TrainingSize

SHARED_DATA = "../shared/data"


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
    partition
        What folders of `train` such as `date=2025-10-01` call their time; several with commas between make one time
        (`year,month,day`); `file name` where files' names hold it. Null: nothing tells it.
    partition_format
        How it is written, as strftime says it; ISO 8601 is read too.
    window
        Which files of `train` are read, and whose rows of them: `sample` and `max_rows` take all rows of a session, or
        none; of a user, where sessions are made of users' events.
    """

    format: LogFormat = field(default_factory=LogFormat)
    sessions: Sessions = field(default_factory=Sessions)
    quality: Quality = field(default_factory=Quality)
    synthetic: SyntheticShop | None = None
    partition: str | None = None
    partition_format: str = FOLDER
    window: Window = field(default_factory=Window)

    def __post_init__(self) -> None:
        check_folders(self.folders, "partition_format")
        check_window(self.folders, self.window, "window")
        if self.format.reader not in BY_NAME:
            near = did_you_mean(self.format.reader, BY_NAME) or "."
            raise ValueError(
                f"`input.format.reader` must be one of {sorted(BY_NAME)}, got {self.format.reader!r}{near}"
            )

    @property
    def folders(self) -> Folders:
        """How the log's folders tell the time."""
        return Folders(self.partition, self.partition_format)


@dataclass(frozen=True)
class Rankers:
    """How rankers are trained.

    Parameters
    ----------
    size
        How many queries they see.
    model
        The model's own configuration.
    members
        What is blended with it; nothing by default.
    search
        How settings of the model are looked for; without trials they are as given.
    importances
        How the features' worth is measured, for `--explain`.
    served
        A file of lists as the shop has shown them, in the columns that `pipeline.feedback --served` takes: those shown
        within the valid fold's window are questions that rankers learn from besides.
    """

    size: TrainingSize = field(default_factory=TrainingSize)
    model: LambdaRank = field(default_factory=LambdaRank)
    members: Members = field(default_factory=Members)
    search: Search = field(default_factory=Search)
    importances: Importances = field(default_factory=Importances)
    served: str | None = None


@dataclass(frozen=True)
class Config:
    """A whole run.

    Parameters
    ----------
    train
        The log: files, folders and patterns (`*`, `?`, `**`) with commas between; one with a comma in it stands in
        quotes. Null generates `input.synthetic`.
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
    tune
        Over `rankers.search.trials`: settings that are tried for each ranker, in all.
    explain
        A session of the scored fold, in the shop's key, whose lists `rank` explains; `SESSION@EVENTS` where it is
        asked several times.
    against
        Another run's working directory, which `report` sets this one beside.
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
    features
        What describes the candidates.
    rankers
        Who ranks.
    actions
        How likely each action is (`python -m pipeline.actions`).
    value
        What sessions are worth (`python -m pipeline.value`).
    ltv
        What customers will bring (`python -m pipeline.ltv`).
    report
        How the page of a run is made (`python -m pipeline.report`).
    top
        Items of every published list.
    filters
        What may not be proposed, whatever it is worth.
    rules
        A file of the shop's own rules over lists: what is blocked, pinned or boosted, when, and for whom.
    similar
        How many neighbours of every item `neighbours.parquet` has; 0 for none.
    allow_leaks
        Whether a run goes on, with a warning, where its checks find something that is known too early: a log that holds
        what is asked, or an outcome among the features of `value`.
    shards
        Pieces that the log is worked on in: memory is bounded by one.
    memory_budget
        Memory that a run may hold, such as `16GiB`: the log is worked on in as many shards as that asks for, if these
        are more than `shards`; a stage that has taken more when it was built last says so before it begins. Null for
        no such bound.
    engine
        Where the work is done: `local`, in the command's own process, or `dask`, by worker processes.
    workers
        With `dask`: worker processes of this machine; null for one a core.
    scheduler
        With `dask`: the address of a scheduler that runs already, whose workers work in place of those.
    spread_rows
        With `dask`: training rows above which a ranker is learnt by all workers at once; null for never.
    place
        An address, such as `s3://bucket/folder`, where products are kept besides the working directory: what stands
        there is fetched, and not built.
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
    tune: int | None = None
    explain: str | None = None
    against: str | None = None
    sources: str | None = None
    transductive: bool = False
    input: Input = field(default_factory=Input)
    folds: Folds = field(default_factory=Folds)
    candidates: Candidates = field(default_factory=Candidates)
    features: FeatureChoice = field(default_factory=FeatureChoice)
    rankers: Rankers = field(default_factory=Rankers)
    actions: Actions = field(default_factory=Actions)
    value: Value = field(default_factory=Value)
    ltv: Lifetime = field(default_factory=Lifetime)
    report: Report = field(default_factory=Report)
    top: int = 20
    filters: Filters = field(default_factory=Filters)
    rules: str | None = None
    similar: int = 20
    allow_leaks: bool = False
    shards: int = 1
    memory_budget: str | None = None
    engine: Kind = "local"
    workers: int | None = None
    scheduler: str | None = None
    spread_rows: int | None = None
    place: str | None = None

    def __post_init__(self) -> None:
        check_engine(self.engine, self.workers, self.scheduler, self.spread_rows)
        check_at_least(self, 1, "shards")
        check_at_least(self, 0, "similar", "tune")
        check_at_most(self, 4_096, "shards")
        check_at_most(self, MOST_TOP, "similar")
        _ = self.memory_bytes
        if self.train is None and self.input.synthetic is None and self._generates_no_table:
            raise ValueError("give the log with --train FILE, or set `input.synthetic` to generate one.")
        if self.train is None and self.input.window.chooses_files and self._generates_no_table:
            raise ValueError("`input.window` chooses files of `train`: give the log with --train DIR.")
        if self.test is not None and self.train is None:
            raise ValueError("`test` needs `train`: give the log before it with --train FILE.")
        if self.labels is not None and self.test is None:
            raise ValueError("`labels` belong to a `test` file: give it with --test FILE.")
        several = self.folds.cut_test_file if self.test else self.folds.cut
        if self.transductive and "all" in (self.folds.cut, several):
            raise ValueError(
                "`transductive` needs one query a session, since a later cut shows an earlier one's labels."
            )
        if self.transductive and self.rankers.served is not None:
            raise ValueError(
                "`rankers.served` needs `transductive: false`: the history would hold what came after a list was shown."
            )
        if not 1 <= self.top <= MOST_TOP:
            raise ValueError(f"`top` must lie between 1 and {MOST_TOP:,}, got {self.top:,}.")
        if self.top > max(TOP, self.candidates.total):
            raise ValueError(
                f"`top` {self.top:,} is more than the {self.candidates.total:,} candidates that are ranked; raise "
                "`candidates.total` (and `candidates.per_source`), or ask for fewer items."
            )
        if self.asking.returning != "new" and self._sessions != "user":
            raise ValueError(
                f"`folds.returning` is {self.asking.returning}, and a session is not all of a user "
                f"(`input.sessions.by` is {self._sessions}); set `input.sessions.by: user`, or leave `returning` out."
            )
        if self.asking.returning != "new" and self.transductive:
            raise ValueError(
                f"`transductive` needs `folds.returning: new`, got {self.asking.returning}: what those who come back "
                "show is in the history already."
            )
        _ = self.sampling, self.training_size, self.proposing

    @property
    def memory_bytes(self) -> int | None:
        """The memory that a run may hold; null for no bound."""
        if self.memory_budget is None:
            return None
        try:
            return parse_size(self.memory_budget)
        except ValueError as error:
            raise ValueError(f"`memory_budget`: {error}") from None

    @property
    def asking(self) -> Folds:
        """The folds, with `returning` resolved: whole users named as sessions are asked as they come back."""
        chosen: Returning = "start" if self.input.sessions.by == "user" and not self.transductive else "new"
        return replace(self.folds, returning=self.folds.returning or chosen)

    @property
    def _generates_no_table(self) -> bool:
        return self.ltv.table is None or self.ltv.table.synthetic is None

    @property
    def _sessions(self) -> str:
        return self.input.sessions.by or BY_NAME[self.input.format.reader].sessions

    @property
    def sampling(self) -> Sampling:
        """The development sample."""
        return Sampling(self.sample, self.max_sessions, self.sample_history, self.max_history_sessions)

    @property
    def proposing(self) -> list[Source]:
        """The sources of this run, in their fixed order."""
        named = None if self.sources is None else set(listed(self.sources))
        return self.candidates.chosen(named)

    @property
    def feature_groups(self) -> tuple[FeatureGroup, ...]:
        """The groups that describe the candidates of this run."""
        clock = not self.ingest.synthetic_clock
        returning = self.asking.returning != "new"
        return self.features.groups(clock=clock, transductive=self.transductive, returning=returning)

    @property
    def feature_names(self) -> list[str]:
        """Their names."""
        return [group.name for group in self.feature_groups]

    @property
    def training_size(self) -> TrainingSize:
        """How many queries the rankers see."""
        size = self.rankers.size
        return size if self.train_queries is None else replace(size, train_queries=self.train_queries)

    @property
    def search(self) -> Search:
        """How the rankers' settings are looked for."""
        search = self.rankers.search
        return search if self.tune is None else replace(search, trials=self.tune)

    @property
    def mode(self) -> str:
        """What the metrics name: `past` or `transductive`."""
        return "transductive" if self.transductive else "past"

    @property
    def ingest(self) -> Ingest:
        """What decides how a log becomes tables."""
        given = self.input
        return Ingest(BY_NAME[given.format.reader], given.format, given.sessions, given.quality, self.shards)


def input_file(given: str, setting: str) -> Path:
    """A file that a setting names; `AISLE_DATA` replaces a leading `../shared/data`.

    Raises
    ------
    AisleError
        If it cannot be a path (see `data.paths.file_of`).
    """
    return file_of(_relocated(given.strip()), setting)


def input_files(given: str, setting: str) -> list[Path]:
    """The files of a `train` or `test` setting; `AISLE_DATA` replaces a leading `../shared/data`.

    Raises
    ------
    AisleError
        If none is named, or one is not there (see `data.opening.paths.named_files`).
    """
    return found_files(given, setting).files


def files_in(folder: str | None, names: Sequence[str], setting: str) -> tuple[RawFile, ...]:
    """Files of these names in a folder that a setting names; none where it names none."""
    return () if folder is None else tuple(RawFile(input_file(folder, setting) / name) for name in names)


def found_files(given: str, setting: str) -> Found:
    """The files of such a setting, and what its folders hold besides."""
    return named_files(given, setting, _relocated)


def _relocated(path: str) -> str:
    data = os.environ.get("AISLE_DATA")
    inside = path == SHARED_DATA or path.startswith(SHARED_DATA + "/")
    return data + path[len(SHARED_DATA) :] if data and inside else path
