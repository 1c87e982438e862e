"""A worker is killed while all learn one ranker: it is learnt anew, or the run ends with one line and goes on later."""

import os
import signal
import threading

import polars as pl
import pytest
from distributed import Client, LocalCluster
from distributed.diagnostics.plugin import SchedulerPlugin
from lightgbm.basic import LightGBMError

from data.errors import AisleError
from data.tables import read_json
from pipeline.saying import said_by
from pipeline.store.dask_engine import DaskEngine
from pipeline.store.store import Store
from pipeline.tasks.spread import SpreadRanker
from ranker import together as module
from ranker.model_files import load_scorer
from ranker.spread_fit import grow
from ranker.together import standing, together
from tests.ranker.test_lambdarank import WATCHING, in_files, made

MANY = made(60, seed=3)
ENDLESS = 1_000_000


class Kills(SchedulerPlugin):
    """Kills one of the workers when they are sent what they shall learn, or a while after that, so many times."""

    def __init__(self, cluster, times, after=0.0):
        self.cluster, self.left, self.after, self.waits = cluster, times, after, True
        cluster.scheduler.add_plugin(self, name=f"kills {id(self)}")

    def transition(self, key, start, finish, *args, **kwargs):
        if str(key).startswith("read_part"):  # a new attempt begins with it
            self.waits = True
        if str(key).startswith("_train_part") and finish == "processing" and self.waits and self.left:
            self.waits, self.left = False, self.left - 1
            address = self.cluster.scheduler.tasks[key].processing_on.address
            pid = next(one.pid for one in self.cluster.workers.values() if one.worker_address == address)
            if self.after:
                threading.Timer(self.after, os.kill, (pid, signal.SIGKILL)).start()
            else:
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def cluster():
    with LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
        memory_limit=0,
        silence_logs=50,
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def nobodys():
    """A client of a scheduler without workers."""
    with (
        LocalCluster(n_workers=0, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture
def engine(cluster):
    with DaskEngine([].append, scheduler=cluster.scheduler_address) as engine:
        engine.client.wait_for_workers(2)
        yield engine


@pytest.fixture
def rows(tmp_path):
    return in_files(MANY, 2, tmp_path / "made")


def test_a_worker_killed_while_trees_grow_has_them_grown_anew(cluster, engine, rows):
    files, rounds, lines, client = sorted(rows.path.rglob("*.parquet")), iter([ENDLESS, 5]), [], engine.client
    before = standing(client)
    Kills(cluster, 1, after=1.0)
    with said_by(lines.append), client.as_current():
        trees, counted = together(
            client, lambda: grow(files, "clicks", WATCHING, ("fit",), next(rounds), client), "the ranker of clicks"
        )
    assert lines == ["the ranker of clicks: a worker was lost while all of them learnt it; it is begun anew"]
    assert trees.num_trees() == 5
    assert counted["queries"] == MANY.filter(pl.col("part") == "fit", "clicks")["query"].n_unique()
    assert not before & standing(client)  # none reads on from one that is gone


def test_workers_killed_as_often_as_they_learn_end_the_run_with_a_line_and_it_goes_on_later(
    cluster, engine, rows, tmp_path, monkeypatch
):
    monkeypatch.setattr(module, "ATTEMPTS", 1)
    store = Store(tmp_path / "work", [].append, engine=engine)
    task = SpreadRanker(rows, "clicks", WATCHING, MANY.height // 2)
    Kills(cluster, 1)
    with pytest.raises(AisleError, match=r"the ranker of clicks: a worker was lost .*, 1 times in turn") as error:
        store.make("models/clicks", task)
    assert "\n" not in str(error.value)
    assert not (store.root / "models" / "clicks").exists()
    assert not list((store.root / ".aisle" / "unfinished").iterdir())
    model = store.make("models/clicks", task)
    assert not model.fresh
    assert load_scorer(model.path).booster.num_trees() == read_json(model.path / "about.json")["rounds"] >= 1


@pytest.mark.parametrize(
    ("error", "raised", "said"),
    [
        (LightGBMError("Socket recv error,\n reset"), AisleError, r"did not end together \(Socket recv error, reset\)"),
        (StopIteration(), AisleError, r"did not end together \(StopIteration\)"),
        (AisleError("a.parquet: is damaged"), AisleError, r"^a\.parquet: is damaged$"),
        (KeyError("a column"), KeyError, "a column"),
    ],
)
def test_what_fails_while_nobody_is_lost_is_not_tried_again(nobodys, monkeypatch, error, raised, said):
    def act():
        tried.append(1)
        raise error

    tried = []
    monkeypatch.setattr(module, "GRACE", 0.1)
    with pytest.raises(raised, match=said):
        together(nobodys, act, "the ranker of clicks")
    assert tried == [1]


def test_workers_that_do_not_come_again_are_a_line(nobodys, monkeypatch):
    def act():
        raise LightGBMError("Socket recv error")

    who = iter([frozenset({("tcp://127.0.0.1:1", "a")})])
    usual = module.standing
    monkeypatch.setattr(module, "RETURN", 0.1)
    monkeypatch.setattr(module, "standing", lambda client: next(who, None) or usual(client))
    with pytest.raises(AisleError, match="none has come again; start some"):
        together(nobodys, act, "the ranker of clicks")
