"""A place behind the store: an object store that runs here, and a shared folder."""

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from types import SimpleNamespace

import pytest

from data.errors import AisleError
from data.manifest import read_manifest
from pipeline.store import lease as lease_module
from pipeline.store import patience
from pipeline.store.depot import Depot, open_depot
from pipeline.store.lease import FILE, Lease, leased
from pipeline.store.placed import PlacedStore, placed
from pipeline.store.store import Store
from tests.pipeline.store.test_store import Fails, Text

TASKS = {f"a/{n}": Text(f"text {n}") for n in range(6)}


@pytest.fixture(scope="module")
def object_store():
    """An S3 server of this process's own, named in the environment as a user would name one."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        patch.setenv("AWS_ACCESS_KEY_ID", "any")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "any")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        open_depot("s3://shop").files.mkdir("shop")
        yield "s3://shop"
    server.stop()


@pytest.fixture(params=["s3", "file"])
def address(request, tmp_path):
    """A place with nothing in it."""
    if request.param == "file":
        return f"file://{tmp_path}/shared/run"
    return f"{request.getfixturevalue('object_store')}/{uuid.uuid4().hex}"


class NoEngine:
    """Builds nothing."""

    def run(self, jobs, at_once=1):
        raise AssertionError([into.name for _, into in jobs])
        yield


def in_folder(folder, said=None):
    return Store(folder, [].append if said is None else said.append)


def files_of(root):
    return {
        str(file.relative_to(root)): file.read_bytes()
        for file in root.rglob("*")
        if file.is_file() and file.name != "manifest.json" and ".aisle" not in file.parts
    }


def test_what_one_machine_has_built_another_fetches(address, tmp_path):
    with placed(in_folder(tmp_path / "one"), address) as store:
        first = store.make_all(TASKS)
        store.publish(first[0].path / "file.txt", "out.txt")
    lines = []
    with placed(Store(tmp_path / "two", lines.append, engine=NoEngine()), address) as store:
        again = store.make_all(TASKS)
        assert all(one.fresh for one in again)
        assert store.depot.read("published/out.txt") == b"text 0"
    assert [one.content for one in again] == [one.content for one in first]
    assert files_of(tmp_path / "one") == {**files_of(tmp_path / "two"), "out.txt": b"text 0"}
    assert lines[0] == f"a/0: fetched from {address}"


def test_what_stands_here_is_put_there(address, tmp_path):
    in_folder(tmp_path / "one").make_all(TASKS)
    with placed(Store(tmp_path / "one", [].append, engine=NoEngine()), address) as store:
        store.make_all(TASKS)
    with placed(Store(tmp_path / "two", [].append, engine=NoEngine()), address) as store:
        store.make_all(TASKS)


def test_an_error_puts_nothing_there(address, tmp_path):
    with placed(in_folder(tmp_path / "one"), address) as store:
        with pytest.raises(AisleError, match="no"):
            store.make_all({"a": Text("one"), "b": Fails()})
        assert len(store.depot.files.find(f"{store.depot.root}/made")) == 1
    assert open_depot(address).read(FILE) is None


@pytest.mark.parametrize("harm", ["file", "manifest", "half"])
def test_what_has_come_to_harm_there_is_built_again(address, tmp_path, harm):
    with placed(in_folder(tmp_path / "one"), address) as store:
        made = store.make("a", Text("one"))
        manifest = json.loads((made.path / "manifest.json").read_text())
        name = f"products/{made.content}/file.txt" if harm == "file" else f"made/{manifest['id']}.json"
        held = store.depot.read(name)
        store.depot.write(name, {"file": b"two", "manifest": held.replace(b"3", b"4", 1), "half": held[:20]}[harm])
    lines = []
    with placed(in_folder(tmp_path / "two", lines), address) as store:
        assert not store.make("a", Text("one")).fresh
    assert ("damaged at" in lines[0]) == (harm == "file")
    with placed(Store(tmp_path / "three", [].append, engine=NoEngine()), address) as store:
        assert (store.make("a", Text("one")).path / "file.txt").read_text() == "one"


class Flaky:
    """A file system of which one request in so many fails, half of what it writes being written."""

    def __init__(self, files, one_in):
        self.files, self.one_in, self.asked, self.failed = files, one_in, 0, 0

    def __getattr__(self, name):
        def request(*given, **named):
            self.asked += 1
            if self.asked % self.one_in == 0:
                self.failed += 1
                if name == "pipe_file" and "mode" not in named:
                    self.files.pipe_file(given[0], given[1][: len(given[1]) // 2])
                raise OSError("503 Slow Down")
            return getattr(self.files, name)(*given, **named)

        return request


def flaky(store, address, one_in):
    depot = open_depot(address)
    files = Flaky(depot.files, one_in)
    bad = Depot(depot.address, files, depot.root)
    lease = Lease(bad)
    lease.take()
    return PlacedStore(store.root, store.report, engine=store.engine, depot=bad, lease=lease), files


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(patience, "WAITS", (0.0,) * 5)


@pytest.mark.usefixtures("quick")
def test_one_request_in_twenty_fails_and_the_bytes_are_the_same(address, tmp_path):
    for folder in ("one", "two"):
        store, files = flaky(in_folder(tmp_path / folder), address, 20)
        store.make_all(TASKS)
        store.lease.let_go()
        assert files.failed >= 1
    whole = in_folder(tmp_path / "here")
    whole.make_all(TASKS)
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two") == files_of(tmp_path / "here")


@pytest.mark.usefixtures("quick")
def test_a_place_that_fails_for_good_stops_the_run_with_a_line_and_it_goes_on_later(address, tmp_path):
    store, files = flaky(in_folder(tmp_path / "one"), address, 1_000)
    store.make("a/0", TASKS["a/0"])
    files.one_in = 1
    with pytest.raises(AisleError, match=r"/made/.*: 6 requests in turn have failed \(503 Slow Down\)") as error:
        store.make_all(TASKS)
    assert "\n" not in str(error.value)
    files.one_in = 1_000
    store.lease.let_go()
    with placed(in_folder(tmp_path / "one"), address) as store:
        assert store.make_all(TASKS)[0].fresh
    with placed(Store(tmp_path / "two", [].append, engine=NoEngine()), address) as store:
        store.make_all(TASKS)


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.store.depot import Depot
from pipeline.store.placed import placed
from pipeline.store.store import Store
from tests.pipeline.store.test_placed import TASKS

def write(self, name, held, *, new=False, before=Depot.write, told=[]):
    told += [name] if name.startswith("made/") else []
    if len(told) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return before(self, name, held, new=new)

Depot.write = write
with placed(Store(Path(sys.argv[1]), print), sys.argv[2], float(sys.argv[3])) as store:
    store.make_all(TASKS)
"""


def test_a_run_that_is_killed_while_it_writes_there_is_gone_on_with_by_another(address, tmp_path):
    command = [sys.executable, "-c", KILLED, str(tmp_path / "one"), address, "1.5"]
    assert subprocess.run(command, check=False, stdout=subprocess.DEVNULL).returncode == -signal.SIGKILL
    depot = open_depot(address)
    assert len(depot.files.find(f"{depot.root}/made")) == 2
    time.sleep(max(0.0, json.loads(depot.read(FILE))["until"] - time.time()))
    with placed(in_folder(tmp_path / "two"), address) as store:
        made = store.make_all(TASKS)
    assert [one.fresh for one in made] == [True, True, False, False, False, False]
    in_folder(tmp_path / "here").make_all(TASKS)
    assert files_of(tmp_path / "two") == files_of(tmp_path / "here")


def test_what_is_fetched_says_its_own_name(address, tmp_path):
    with placed(in_folder(tmp_path / "one"), address) as store:
        store.make("a/b", Text("one"))
    with placed(in_folder(tmp_path / "two"), address) as store:
        made = store.make("c", Text("one"))
    assert read_manifest(made.path)["name"] == "c"


def test_one_run_at_a_time_and_the_next_when_it_lets_go(address, tmp_path):
    said = rf"another run is using it \(.*, process {os.getpid()}\); wait"
    with placed(in_folder(tmp_path / "one"), address), pytest.raises(AisleError, match=said):
        placed(in_folder(tmp_path / "two"), address).__enter__()
    with placed(in_folder(tmp_path / "two"), address):
        pass


def test_a_lease_that_is_renewed_outlasts_its_time(tmp_path):
    depot = open_depot(f"file://{tmp_path}/p")
    with leased(depot, 0.6) as lease:
        first = json.loads(depot.read(FILE))["until"]
        while json.loads(depot.read(FILE) or b"{}").get("until", first) == first:
            time.sleep(0.02)
        assert lease.holder == json.loads(depot.read(FILE))["holder"]


def test_a_renewal_that_fails_is_not_believed(tmp_path, monkeypatch):
    def fails(*_, **__):
        raise AisleError("no answer")

    now = [0.0]
    monkeypatch.setattr(lease_module, "time", SimpleNamespace(time=lambda: now[0]))
    lease = Lease(open_depot(f"file://{tmp_path}/p"), 60.0)
    lease.take()
    monkeypatch.setattr(Depot, "write", fails)
    now[0] = 50.0
    with pytest.raises(AisleError, match="no answer"):
        lease.renew()
    lease.check()
    now[0] = 61.0
    with pytest.raises(AisleError, match="its lease has run out"):
        lease.check()


def test_a_run_whose_lease_another_has_taken_writes_no_more(address, tmp_path):
    depot = open_depot(address)
    slow, next_one = Lease(depot, -1.0), Lease(depot)
    slow.take()
    next_one.take()  # what has run out is taken
    with pytest.raises(AisleError, match="its lease has run out"):
        PlacedStore(tmp_path / "one", [].append, depot=depot, lease=slow).make("a", Text("one"))
    slow.renew()
    assert json.loads(depot.read(FILE))["holder"] == next_one.holder
    slow.let_go()
    assert json.loads(depot.read(FILE))["holder"] == next_one.holder
    next_one.check()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("nosuch://a/b", "is no address"),
        ("s3://no-such-bucket/run", "bucket"),
        ("s3://", "names no folder"),
        ("file:///", "names no folder"),
        (__file__, "is a file"),
        (f"file://{__file__}", "is a file"),
    ],
)
def test_what_is_no_place_is_one_line(address, said, tmp_path, object_store):
    with pytest.raises(AisleError, match=said) as error:
        placed(in_folder(tmp_path), address).__enter__()
    assert "\n" not in str(error.value)
