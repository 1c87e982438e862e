"""Every task of a whole run: it pickles, builds the same bytes elsewhere, and an edit rebuilds what it can change."""

import importlib
import inspect
import pickle
import pkgutil
from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta

import pytest

from data.boundaries import Folds
from data.formats import LogFormat
from data.labelled import config as labelled
from data.labelled.config import Labelled
from data.labelled.roles import Declared
from data.readers.generic import read_generic_labels
from data.sampling import Sampling
from data.sessions import Sessions
from data.suspicions.leaks import Asking
from data.synthetic.inapp import InAppLog
from evaluation.profit import Terms
from features import CUSTOMER_GROUPS, GROUPS
from features.rows.config import RowFeatures
from learning.boosting import Boosting
from learning.study import Search
from pipeline import tasks
from pipeline.cli import configure
from pipeline.plans.measured import Measured
from pipeline.plans.run import Run
from pipeline.store import code, identity
from pipeline.store.engine import HereEngine, ProcessEngine, build
from pipeline.store.identity import made_from
from pipeline.store.store import Store
from pipeline.store.task import Artifact, RawFile, parts_of
from pipeline.tasks.addressable import AddressableCustomers, AddressableSessions
from pipeline.tasks.addressed import Addressed, TargetsPage
from pipeline.tasks.contents import PublishedContents
from pipeline.tasks.customer_lifetimes import BtydAt, CustomerTable
from pipeline.tasks.customer_truth import TruthOfCustomers
from pipeline.tasks.customers import CustomerRows, CustomersAt
from pipeline.tasks.feedback import Feedback, FeedbackPage
from pipeline.tasks.filters import FilterTables
from pipeline.tasks.generated_table import GeneratedInApp
from pipeline.tasks.labelled import LabelledIndex, LabelledRows
from pipeline.tasks.labelled_lifetimes import DescribedRows, LabelTable, ScoredChunk, TruthOfRows
from pipeline.tasks.labels import LabelTables
from pipeline.tasks.leaks import LogLeaks
from pipeline.tasks.lifetime import LearntLifetimes, ScoredLifetimes
from pipeline.tasks.lifetime_results import LifetimeResults
from pipeline.tasks.log_profile import FoldDrift, LogProfile, compared
from pipeline.tasks.moments import DrawnLog
from pipeline.tasks.money_shown import LifetimesShown, SessionsShown
from pipeline.tasks.ordered import OrderedLog
from pipeline.tasks.page_files import PageFiles
from pipeline.tasks.paired import Answered, PairedRuns
from pipeline.tasks.plain_peers import PlainPeers
from pipeline.tasks.profile_page import ProfilePage
from pipeline.tasks.rules import RuleTables
from pipeline.tasks.served import ServedQuestions
from pipeline.tasks.shown import ShownShard
from pipeline.tasks.spread import SpreadRanker
from pipeline.tasks.stored_customers import StoredCustomers
from pipeline.tasks.stored_lifetimes import StoredLifetimes
from pipeline.tasks.table_shown import ClassesShown, MoneyShown
from pipeline.tasks.tables import ClassifiedTable, ProfiledTable, ValuedTable
from pipeline.tasks.tuned import TunedSettings
from pipeline.tasks.window import Window
from ranker.lambdarank import LambdaRank
from report.page.blocks import Page
from serving.contents import ActionContents, LogReading
from tabular.classified_rows import FlatTable
from tabular.profile.settings import LookedAtTable
from tabular.value_rows import ValueTable
from tests.e2e.conftest import SMALL_MODELS, TINY
from value.lifetime.btyd.btyd import BtydConfig
from value.lifetime.config import LifetimeConfig
from value.lifetime.origins import Asked
from value.session.targets import Targets

CUTS = "{first2: {at: first_n, first_n: 2}}"
QUICK = (
    *("--value.model.methods.names", "l2,hurdle", "--value.model.methods.members", "l2", "--value.cuts", CUTS),
    *("--value.model.methods.boosting.rounds", "4", "--value.model.methods.boosting.threads", "1"),
    *("--value.model.methods.power", "1.5", "--value.model.folds", "2", "--value.model.forward", "2"),
    *("--value.training-rows", "300", "--actions.queries", "100", "--actions.rival-queries", "60"),
    *("--actions.trees", "5", "--actions.rival-rows", "2000"),
    *("--report.resamples", "20", "--report.stories", "2", "--report.diverse", "20"),
)


class Recorder(HereEngine):
    """Runs tasks here and remembers them by the names of their artifacts."""

    def __init__(self):
        self.tasks = {}

    def run(self, jobs, at_once=1):
        for task, into in jobs:
            self.tasks[into.name.removesuffix(".tmp").replace("~", "/")] = task
            yield build((task, into))


@pytest.fixture(scope="module")
def recorded(tmp_path_factory):
    """All tasks of ranking, its page, actions and value on a tiny shop, and the store of their artifacts."""
    engine = Recorder()
    store = Store(tmp_path_factory.mktemp("tasks"), lambda line: None, engine=engine)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(code.ROOT)
        run = Run(configure("run", "", [*TINY, *SMALL_MODELS, *QUICK]), store)
    measured = Measured(run.config, run.place, run.ranked, run.proposed)
    _ = measured.intervals, measured.lists, measured.curves, measured.segments, measured.beyond, measured.stories
    _ = (
        run.proposed.similar,
        run.ranked.metrics,
        run.ranked.explanations,
        run.acted.probabilities,
        run.acted.metrics,
        run.valued.results,
    )
    return engine.tasks, store


def kinds():
    """All tasks that there are."""
    modules = [
        importlib.import_module(f"pipeline.tasks.{found.name}") for found in pkgutil.iter_modules(tasks.__path__)
    ]
    found = [kind for module in modules for _, kind in inspect.getmembers(module, inspect.isclass)]
    classes = [kind for kind in found if not inspect.isabstract(kind)]
    return {kind for kind in classes if is_dataclass(kind) and "into" in inspect.signature(kind.__call__).parameters}


def others(folder):
    """A task of each kind that the recorded run has no use for."""
    file = folder / "file.csv"
    file.write_text("a")
    files, made, at = (RawFile(file),), Artifact(folder, "id"), datetime(2025, 1, 1, tzinfo=UTC)
    return [
        DrawnLog(made),
        LogLeaks(made, made, Asking("column", True, True), False),
        RuleTables(files[0], LogFormat(), made, made, made, at),
        Feedback(*files, *files, LogReading(LogFormat(), Sessions(), True, folder, folder), None),
        FeedbackPage(made),
        ServedQuestions(files[0], made, made, Window("valid", at, at, at, "random"), Folds(), Sampling(), 1, None, 9),
        ShownShard(made, 0, made, 100),
        FilterTables({"deny": files[0]}, ("item",), False, made, made, at),
        LabelTables(files, read_generic_labels, LogFormat(), made, made),
        TunedSettings(made, "clicks", LambdaRank(), Search(trials=3), folder),
        ClassifiedTable(FlatTable("t.csv", "a"), files),
        ValuedTable(ValueTable("t.csv", "a"), files, folder),
        ProfiledTable(LookedAtTable("t.csv", "a"), files),
        FoldDrift(made, (made, at), (made, at), compared(GROUPS)),
        LogProfile(made, Targets(), True, False, made),
        ProfilePage(made, "log"),
        LabelledIndex(files, (), Labelled(), labelled.Window(), Declared(), labelled=True, known=made),
        LabelledRows(made, files, Labelled()),
        *of_lifetimes(made, files, folder),
        *of_values(made),
        PublishedContents(ActionContents(folder, 7), folder, {"models/actions": "3f"}),
        SpreadRanker(made, "clicks", LambdaRank(), 1_000),
        PairedRuns(Answered(made, made, made), Answered(made, made, made), 10, 1),
        PageFiles.of("report", Page("t", "a", ()), {}),
    ]


def of_values(made):
    """A task of each kind that asks what stands of values."""
    return [
        AddressableSessions((made,), (made,), False),
        AddressableCustomers((made,), "d7", made, made),
        Addressed(made, made, Terms(0.3, 0.5, 100.0), "sessions", "session", {"cut": "all"}),
        TargetsPage(made),
        SessionsShown({"all": (made,)}),
        LifetimesShown((made,), "test", ("d7", "d14"), made),
        ClassesShown(made, "table_metrics.json", "", 10, 1),
        MoneyShown(made, 10, 1),
    ]


def of_lifetimes(made, files, folder):
    """A task of each kind that lifetime value has."""
    table, features, at = Labelled(), RowFeatures(), datetime(2025, 1, 1, tzinfo=UTC)
    group, horizons, submitted = None, ("d7",), ("mae_value", "d7")
    asked, days = Asked(at, ()), (7, 30)
    return [
        GeneratedInApp(InAppLog()),
        DescribedRows(made, table, features, group),
        PlainPeers(made, table, features.plain, group, Boosting()),
        LabelTable(files[0], table),
        TruthOfRows(made, table),
        LearntLifetimes((made,), horizons, LifetimeConfig(), "test"),
        ScoredLifetimes(made, made, horizons, files),
        ScoredChunk(made, files, table, 10, 0, made, made, ("country",), files, made),
        StoredLifetimes(made, made, made, table, Declared(), ("country",), submitted, folder),
        LifetimeResults({"test": (made,)}, {"test": made}, horizons, "row_id", submitted),
        OrderedLog(made, timedelta(1), 1),
        CustomersAt(made, made, made, {"user_worth": made}, at, None, CUSTOMER_GROUPS, days, "value"),
        CustomerRows(asked, (made,), made, days, "value", at, True, 100),
        BtydAt(made, at, days, BtydConfig()),
        CustomerTable(made, {at.isoformat(): made}, days, True),
        TruthOfCustomers(made, made, at, at, days, "value"),
        StoredCustomers(made, at, ("customer_spend",), {"shards": 2}, folder),
    ]


def test_every_task_pickles_with_its_identity(recorded, tmp_path):
    every = [*recorded[0].values(), *others(tmp_path)]
    assert {type(task) for task in every} == kinds()
    for task in every:
        assert made_from(pickle.loads(pickle.dumps(task))) == made_from(task), task


def test_another_process_builds_the_same_bytes(recorded, tmp_path):
    made, store = recorded
    chosen = [
        *("shop", "log", "valid/fold", "valid/sources/chain", "valid/sources/covisits", "valid/history/item_trend"),
        *("valid/popular", "valid/pairs", "valid/fusion", "valid/candidates/000", "valid/training", "models/plan"),
        *("test/ranked/000", "test/answers", "test/metrics", "test/actions/000", "value/first2/described/000"),
    ]
    folders = [tmp_path / str(place) for place in range(len(chosen))]
    jobs = [(made[name], folder) for name, folder in zip(chosen, folders, strict=True)]
    built = list(ProcessEngine(1).run(jobs))
    assert len(built) == len(chosen)
    for name, folder in zip(chosen, folders, strict=True):
        here = contents(store.root / name)
        here.pop("manifest.json")
        assert contents(folder) == here, name


def contents(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def rebuilt(recorded, monkeypatch, edits):
    """The artifacts that are built again when sources are edited: {module: (old text, new text)}."""
    made, store = recorded
    before = {name: made_from(task)["code"] for name, task in made.items()}
    read = code.text_of

    def edited(module):
        text = read(module)
        old, new = edits.get(module, ("", ""))
        assert old in text, module
        return text.replace(old, new, 1) if old else text

    with monkeypatch.context() as patch:
        patch.setattr(code, "text_of", edited)
        forget()
        stale = {name for name, task in made.items() if made_from(task)["code"] != before[name]}
    forget()
    while more := {name for name in made if name not in stale and needs(made[name], store) & stale}:
        stale |= more
    return stale


def needs(task, store):
    """The names of the artifacts that a task reads."""
    return {str(part.path.relative_to(store.root)) for part in parts_of(task) if isinstance(part, Artifact)}


def forget():
    code.read_module.cache_clear()
    identity.code_of_roots.cache_clear()


def starting(names, *starts):
    return {name for name in names if name.startswith(starts)}


SHOWN = tuple(
    f"test/report/{name}" for name in ("places", "intervals", "lists", "curves", "segments", "beyond", "stories")
)
DOWNSTREAM = ("models/", "test/ranked", "test/answers", "test/metrics", "test/actions", "test/action-rows", *SHOWN)


def test_one_feature_group_rebuilds_its_tables_descriptions_models_and_scores(recorded, monkeypatch):
    edit = {"features.groups.item_age": ('pl.col("age").max()', 'pl.col("age").max() + 1')}
    expected = {"valid/history/item_age", "test/history/item_age", "valid/training", "valid/actions"}
    assert rebuilt(recorded, monkeypatch, edit) == expected | starting(recorded[0], *DOWNSTREAM)


def test_a_group_of_pairs_rebuilds_no_table_of_the_history(recorded, monkeypatch):
    edit = {"features.groups.item_in_session": ("pl.len() /", "2 * pl.len() /")}
    found = rebuilt(recorded, monkeypatch, edit)
    assert found == {"valid/training", "valid/actions"} | starting(recorded[0], *DOWNSTREAM)


def test_one_source_rebuilds_itself_what_needs_it_and_downstream(recorded, monkeypatch):
    edit = {"candidates.sources.popular": ("history.until - self.window", "history.until - 2 * self.window")}
    of_folds = ("fusion", "candidates/", "pairs", "recall", "training", "actions", "sources/popular")
    both = [f"{fold}/{name}" for fold in ("valid", "test") for name in of_folds]
    found = rebuilt(recorded, monkeypatch, edit)
    assert found == starting(recorded[0], *both, *DOWNSTREAM)
    assert "valid/sources/covisits" not in found
    chain = {"candidates.covisit.kernel": ("    threads: int,", "    more: int = 0,\n    threads: int,")}
    assert {"valid/sources/covisits", "valid/sources/chain"} <= rebuilt(recorded, monkeypatch, chain)


def test_what_is_shown_and_planned_rebuilds_nothing(recorded, monkeypatch):
    more = ("def ", "def _more() -> None:\n    raise ValueError\n\n\ndef ")
    shown_and_planned = ("report.run", "report.value", "pipeline.cli", "pipeline.plans.ranking")
    assert rebuilt(recorded, monkeypatch, dict.fromkeys(shown_and_planned, more)) == set()


def test_docstrings_and_comments_rebuild_nothing(recorded, monkeypatch):
    used = {module for task in recorded[0].values() for module, _ in code.used_by(identity.roots_of(task))[0]}
    edits = {module: ('"""', '"""Other words, ') for module in used if code.text_of(module).startswith('"""')}
    assert len(edits) > 80
    assert rebuilt(recorded, monkeypatch, edits) == set()
    comments = {module: ("\n\n\n", "\n\n\n# a comment\n") for module in used if "\n\n\n" in code.text_of(module)}
    assert rebuilt(recorded, monkeypatch, comments) == set()


def test_another_version_of_polars_rebuilds_everything(recorded, monkeypatch):
    before = {name: made_from(task) for name, task in recorded[0].items()}
    real = identity.version
    monkeypatch.setattr(identity, "version", lambda name: "99" if name == "polars" else real(name))
    assert all(made_from(task) != before[name] for name, task in recorded[0].items())


def test_who_scores_by_a_value_model_depends_on_what_it_is_made_of(recorded):
    used = code.used_by(identity.roots_of(recorded[0]["value/first2/scored/000"]))[0]
    modules = {module for module, _ in used}
    assert {"value.money.hurdle", "value.money.logged", "value.money.trees", "learning.calibration"} <= modules
