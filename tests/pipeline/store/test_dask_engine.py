"""Tasks on Dask's workers: the same bytes, the same errors, and what happens when a process dies."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from data.errors import AisleError, BadInputError
from pipeline.saying import LOG, said_by
from pipeline.store import errand
from pipeline.store.dask_engine import DaskEngine
from pipeline.store.store import Store
from tests.pipeline.store.test_store import Fails, Text


@dataclass(frozen=True)
class Says:
    """A task that says a line."""

    line: str

    def __call__(self, into):
        LOG.warning("%s", self.line)
        (into / "pid").write_text(str(os.getpid()))
        return {}


@dataclass(frozen=True)
class Waits:
    """A task that writes half of its file, tells its process's number, and goes on when it is let."""

    told: str
    text: str

    def __call__(self, into):
        told = Path(self.told)
        (into / "file.txt").write_text(self.text[:1])
        with (told / "begun").open("a") as begun:
            begun.write(f"{os.getpid()}\n")
        while not (told / "go").exists():
            time.sleep(0.02)
        (into / "file.txt").write_text(self.text)
        return {"letters": len(self.text)}


@dataclass(frozen=True)
class Dies:
    """A task that kills its process, whoever runs it."""

    def __call__(self, into):
        os.kill(os.getpid(), signal.SIGKILL)
        return {}


@pytest.fixture(scope="module")
def engine():
    with DaskEngine([].append, workers=2) as engine:
        yield engine


@pytest.fixture
def lines():
    return []


@pytest.fixture
def store(tmp_path, lines, engine):
    root = tmp_path / "work"
    root.mkdir()
    return Store(root, lines.append, engine=engine)


def begun(folder, number):
    """The processes that have begun, once there are so many."""
    while True:
        with contextlib.suppress(FileNotFoundError):
            if len(told := (folder / "begun").read_text().split()) >= number:
                return [int(pid) for pid in told]
        time.sleep(0.02)


def test_workers_give_the_bytes_of_this_process(store, tmp_path, lines):
    tasks = {f"a/{n}": Text(f"text {n}") for n in range(5)}
    there = store.make_all(tasks)
    here = Store(tmp_path / "here", lambda line: None).make_all(tasks)
    assert [one.content for one in there] == [one.content for one in here]
    assert [line.split(":")[0] for line in lines] == list(tasks)
    assert not list((store.root / ".aisle" / "unfinished").iterdir())
    assert all(one.fresh for one in store.make_all(tasks))


def test_tasks_run_in_other_processes_and_what_they_say_is_said_here(store, lines):
    with said_by(lines.append):
        made = store.make("a", Says("warning: so"))
    assert int((made.path / "pid").read_text()) != os.getpid()
    assert lines[0] == "warning: so"


def test_an_error_on_a_worker_is_the_same_error(store):
    with pytest.raises(BadInputError, match="too bad"):
        store.make("log", Fails("log-bad.txt"))
    assert (store.root / "log-bad.txt").read_text() == "row 7"
    with pytest.raises(AisleError, match="no"):
        store.make_all({"a": Text("one"), "b": Fails(), "c": Text("three")})
    assert store.make("a", Text("one")).fresh
    assert not (store.root / "b").exists()
    assert not list((store.root / ".aisle" / "unfinished").iterdir())


def test_a_worker_that_is_killed_has_its_task_built_by_another(store, tmp_path):
    from threading import Thread

    def kill():
        first = begun(tmp_path, 1)[0]
        os.kill(first, signal.SIGKILL)
        begun(tmp_path, 2)
        (tmp_path / "go").touch()

    killer = Thread(target=kill)
    killer.start()
    made = store.make("a", Waits(str(tmp_path), "whole"))
    killer.join()
    assert (made.path / "file.txt").read_text() == "whole"
    assert not list((store.root / ".aisle" / "unfinished").iterdir())


def test_a_task_that_kills_every_worker_is_one_line(store):
    with pytest.raises(AisleError, match=r"`a`: 2 workers in turn were killed while they built it") as error:
        store.make("a", Dies())
    assert "\n" not in str(error.value)
    assert (store.make("b", Text("one")).path / "file.txt").read_text() == "one"


def test_a_worker_that_would_build_another_refuses(tmp_path, monkeypatch):
    (tmp_path / "unfinished").mkdir()
    asked = errand.Errand.of(Text("one"), tmp_path / "unfinished" / "a.tmp")
    older = errand.Errand(
        asked.task, asked.into, {**asked.made, "versions": {"polars": "0.1"}}, asked.modules, asked.folder
    )
    done = errand.run_errand(errand.pickle.dumps(older))
    with pytest.raises(AisleError, match=r"`a`: the worker on .* would build another \(polars was 0\.1, is "):
        errand.taken(older, done)
    assert not list((tmp_path / "unfinished").iterdir())


@pytest.mark.parametrize(
    ("into", "folder", "said"), [("nowhere/a.tmp", "", "has no folder"), ("a.tmp", "nowhere", "has no such")]
)
def test_a_worker_that_sees_other_folders_refuses(tmp_path, into, folder, said):
    asked = errand.Errand.of(Text("one"), tmp_path / into)
    moved = errand.Errand(asked.task, asked.into, asked.made, asked.modules, str(tmp_path / folder))
    with pytest.raises(AisleError, match=said):
        errand.taken(moved, errand.run_errand(errand.pickle.dumps(moved)))


def test_files_that_a_worker_wrote_elsewhere_are_missed(tmp_path):
    asked = errand.Errand.of(Text("one"), tmp_path / "a.tmp")
    done = errand.run_errand(errand.pickle.dumps(asked))
    done.folder.rename(tmp_path / "another machine's")
    with pytest.raises(AisleError, match="its files are not in"):
        errand.taken(asked, done)


def test_nobody_at_the_schedulers_address_is_one_line(tmp_path):
    with DaskEngine([].append, scheduler="tcp://127.0.0.1:1", patience=0.5) as engine:
        store = Store(tmp_path, lambda line: None, engine=engine)
        with pytest.raises(AisleError, match=r"`scheduler` tcp://127.0.0.1:1: nobody answers there"):
            store.make("a", Text("one"))


@contextlib.contextmanager
def process(*command):
    """A process of Dask's, ended by the end."""
    started = subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + command[0], *command[1:]], stderr=subprocess.DEVNULL
    )
    try:
        yield started
    finally:
        started.kill()
        started.wait()


def free_port():
    import socket

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def scheduler_at(port):
    return process("dask_scheduler", "--host", "127.0.0.1", "--port", str(port), "--no-dashboard")


def worker_of(port, *flags):
    return process(
        "dask_worker", f"tcp://127.0.0.1:{port}", "--no-dashboard", "--no-nanny", "--memory-limit", "0", *flags
    )


def test_a_scheduler_that_is_started_again_gets_the_rest(tmp_path):
    """The scheduler dies with what it knew; another comes at its address, and the run ends."""
    from threading import Thread

    lines, port, root = [], free_port(), tmp_path / "work"
    with contextlib.ExitStack() as stack:
        first = stack.enter_context(scheduler_at(port))
        stack.enter_context(worker_of(port, "--nthreads", "1"))

        def restart():
            begun(tmp_path, 1)
            first.kill()
            first.wait()
            stack.enter_context(scheduler_at(port))
            stack.enter_context(worker_of(port, "--nthreads", "1"))
            begun(tmp_path, 2)
            (tmp_path / "go").touch()

        restarter = Thread(target=restart)
        restarter.start()
        engine = stack.enter_context(DaskEngine(lines.append, scheduler=f"tcp://127.0.0.1:{port}"))
        made = Store(root, lines.append, engine=engine).make("a", Waits(str(tmp_path), "whole"))
        restarter.join()
    assert (made.path / "file.txt").read_text() == "whole"
    assert any("was lost and is there again; `a` is sent to it anew" in line for line in lines)


def test_a_scheduler_that_is_gone_stops_the_run_with_a_line_and_it_goes_on_later(tmp_path):
    from threading import Thread

    port, root = free_port(), tmp_path / "work"
    tasks = {"a": Text("one"), "b": Waits(str(tmp_path), "whole")}
    with contextlib.ExitStack() as stack:
        only = stack.enter_context(scheduler_at(port))
        stack.enter_context(worker_of(port, "--nthreads", "1"))

        def end():
            begun(tmp_path, 1)
            while not (root / "a" / "manifest.json").exists():  # `b` may begin before it is told that `a` has ended
                time.sleep(0.02)
            only.kill()

        ender = Thread(target=end, daemon=True)
        ender.start()
        engine = stack.enter_context(DaskEngine([].append, scheduler=f"tcp://127.0.0.1:{port}"))
        engine.client.wait_for_workers(1)
        engine.patience = 0.5
        with pytest.raises(AisleError, match="the scheduler was lost while `b` was built") as error:
            Store(root, [].append, engine=engine).make_all(tasks)
        ender.join()
    assert "\n" not in str(error.value)
    (tmp_path / "go").touch()
    again = Store(root, [].append).make_all(tasks)
    assert [one.fresh for one in again] == [True, False]
    assert (again[1].path / "file.txt").read_text() == "whole"


def test_a_worker_of_several_threads_is_refused(tmp_path):
    from distributed import LocalCluster

    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0") as cluster,
        DaskEngine([].append, scheduler=cluster.scheduler_address) as engine,
        pytest.raises(AisleError, match="several tasks in one process"),
    ):
        Store(tmp_path, [].append, engine=engine).make("a", Text("one"))
