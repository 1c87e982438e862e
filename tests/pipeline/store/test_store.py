import json
import os
import pickle
import shutil
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Barrier

import pytest

from data.aside import ASIDE
from data.errors import AisleError, BadInputError
from data.manifest import content_of, files_in
from pipeline.store.engine import ProcessEngine
from pipeline.store.identity import file_identity, identity_of, made_from
from pipeline.store.room import Room
from pipeline.store.store import Store
from pipeline.store.task import Artifact, RawFile


@dataclass(frozen=True)
class Text:
    """A task: file.txt with a text."""

    text: str
    needs: tuple[Artifact, ...] = ()
    files: tuple[RawFile, ...] = ()
    where: str = field(default="", metadata=ASIDE)

    def __call__(self, into):
        (into / "file.txt").write_text(self.text)
        return {"letters": len(self.text)}


@dataclass(frozen=True)
class Fails:
    """A task that stops half-way; the user is to see one of its files."""

    kept: str = ""

    def __call__(self, into):
        (into / "half.txt").write_text("row 7")
        if self.kept:
            raise BadInputError("too bad", {self.kept: into / "half.txt"})
        raise AisleError("no")


@pytest.fixture
def lines():
    return []


@pytest.fixture
def store(tmp_path, lines):
    return Store(tmp_path / "work", lines.append)


def test_builds_once_and_then_finds_it_up_to_date(store, lines):
    first = store.make("a/b", Text("one"))
    again = store.make("a/b", Text("one"))
    assert not first.fresh
    assert again.fresh
    assert again == first
    assert (again.path / "file.txt").read_text() == "one"
    assert lines[0].startswith("a/b: built in")
    assert "3 letters" in lines[0]
    assert lines[1] == "a/b: up to date"


def test_a_changed_field_builds_again_and_one_aside_does_not(store):
    store.make("a", Text("one"))
    changed = store.make("a", Text("two"))
    assert not changed.fresh
    assert (changed.path / "file.txt").read_text() == "two"
    assert store.make("a", Text("two", where="elsewhere")).fresh


def test_a_changed_input_file_builds_again(store, tmp_path):
    source = tmp_path / "log.csv"
    source.write_text("1")
    task = Text("one", files=(RawFile(source),))
    store.make("a", task)
    assert store.make("a", task).fresh
    source.write_text("2")
    assert not store.make("a", task).fresh


def test_a_changed_artifact_upstream_builds_again(store):
    for text in ("x", "y"):
        upstream = store.make("up", Text(text))
        downstream = store.make("down", Text("z", needs=(upstream,)))
        assert not downstream.fresh


def test_an_artifact_upstream_that_is_built_again_alike_builds_nothing_downstream(store):
    upstream = store.make("up", Text("x"))
    store.make("down", Text("z", needs=(upstream,)))
    (upstream.path / "manifest.json").unlink()
    (upstream.path / "manifest.json").write_text("{}")  # stale, as after an edit that changes no result
    again = store.make("up", Text("x"))
    assert not again.fresh
    assert store.make("down", Text("z", needs=(again,))).fresh


def test_files_that_only_change_places_are_another_content(tmp_path):
    for name, texts in {
        "one": {"a": "1", "b": "2"},
        "other": {"a": "2", "b": "1"},
        "same": {"b": "2", "a": "1"},
    }.items():
        (tmp_path / name).mkdir()
        for file, text in texts.items():
            (tmp_path / name / file).write_text(text)
    one, other, same = (content_of(files_in(tmp_path / name)) for name in ("one", "other", "same"))
    assert one == same != other


def test_other_versions_of_a_library_build_again(store, monkeypatch):
    store.make("a", Text("one"))
    monkeypatch.setattr("pipeline.store.identity.version", lambda name: "99")
    assert not store.make("a", Text("one")).fresh


def test_several_at_once_are_made_in_their_order(store, lines):
    store.make("b", Text("two"))
    made = store.make_all({"a": Text("one"), "b": Text("two"), "c": Text("three")})
    assert [artifact.fresh for artifact in made] == [False, True, False]
    assert [(artifact.path / "file.txt").read_text() for artifact in made] == ["one", "two", "three"]
    assert [line.split(":")[0] for line in lines] == ["b", "a", "b", "c"]


@dataclass(frozen=True)
class Meets:
    """A task that ends only where another one runs beside it."""

    party: str

    def __call__(self, into):
        PARTIES[self.party].wait(timeout=20)
        return {}


PARTIES = {"two": Barrier(2)}


def test_some_run_side_by_side_where_they_may(store, lines):
    made = store.make_all({"a": Meets("two"), "b": Meets("two")}, at_once=2)
    assert [artifact.path.name for artifact in made] == ["a", "b"]
    assert [line.split(":")[0] for line in lines] == ["a", "b"]


@pytest.mark.parametrize("at_once", [1, 2])
def test_an_error_leaves_what_was_made_before_it(store, at_once):
    with pytest.raises(AisleError, match="no"):
        store.make_all({"a": Text("one"), "b": Fails(), "c": Text("three")}, at_once)
    assert store.make("a", Text("one")).fresh
    assert not (store.root / "b").exists()
    made = store.make_all({"b": Text("two"), "c": Text("three")}, at_once)
    assert [(artifact.path / "file.txt").read_text() for artifact in made] == ["two", "three"]


def test_other_processes_give_the_same_bytes(store, lines):
    elsewhere = Store(store.root.with_name("elsewhere"), lines.append, engine=ProcessEngine(2))
    tasks = {"a": Text("one"), "b": Text("two")}
    here, there = store.make_all(tasks), elsewhere.make_all(tasks)
    assert [artifact.content for artifact in here] == [artifact.content for artifact in there]
    for one, other in zip(here, there, strict=True):
        assert (one.path / "file.txt").read_bytes() == (other.path / "file.txt").read_bytes()


def test_an_error_in_another_process_is_the_same_error(store, lines):
    elsewhere = Store(store.root, lines.append, engine=ProcessEngine(1))
    with pytest.raises(BadInputError, match="too bad"):
        elsewhere.make("log", Fails("log-bad.txt"))
    assert (store.root / "log-bad.txt").read_text() == "row 7"


def test_the_manifest_says_what_it_was_made_from(store):
    made = store.make("a", Text("one"))
    manifest = json.loads((made.path / "manifest.json").read_text())
    assert manifest["fields"] == {"text": "one", "needs": [], "files": []}
    assert manifest["task"].endswith("test_store.Text")
    assert manifest["about"] == {"letters": 3}
    assert manifest["files"] == {"file.txt": {"bytes": 3, "sha256": sha256(b"one").hexdigest()}}
    assert manifest["versions"]["polars"]
    assert isinstance(manifest["seconds"], float)
    assert manifest["peak_memory_mib"] > 0
    assert manifest["cpu_seconds"] >= 0
    told = {name: manifest[name] for name in ("task", "fields", "code", "versions")}
    assert identity_of(told) == manifest["id"] == identity_of(made_from(Text("one")))


def test_a_task_pickles_with_its_identity(store):
    task = Text("one", needs=(store.make("up", Text("x")),))
    assert made_from(pickle.loads(pickle.dumps(task))) == made_from(task)


def test_a_failed_build_leaves_nothing_and_keeps_what_stood_before(store):
    store.make("a", Text("one"))
    with pytest.raises(AisleError):
        store.make("a", Fails())
    assert sorted(p.name for p in store.root.iterdir()) == [".aisle", "a"]
    assert not list((store.root / ".aisle" / "unfinished").iterdir())
    assert (store.root / "a" / "file.txt").read_text() == "one"


def another(store):
    """The store of a later run."""
    return Store(store.root, store.report)


@pytest.mark.parametrize(
    "harm", [b"", b"{half", b"\xff", b"[1]", b"3", b"[" * 100_000, b'{"seal": "x"}', b'{"a": ' * 50_000, None]
)
def test_a_broken_manifest_counts_as_none_and_is_told(store, lines, harm):
    manifest = store.make("a", Text("one")).path / "manifest.json"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole.replace(b'"letters": 3', b'"letters": 4') if harm is None else harm)
    assert not another(store).make("a", Text("one")).fresh
    assert lines[1] == "a: damaged (manifest.json), built again"
    assert another(store).make("a", Text("one")).fresh


def test_a_manifest_of_an_earlier_version_is_stale_without_a_word(store, lines):
    manifest = store.make("a", Text("one")).path / "manifest.json"
    manifest.write_text(json.dumps({k: v for k, v in json.loads(manifest.read_text()).items() if k != "seal"}))
    assert not another(store).make("a", Text("one")).fresh
    assert [line.split(" in ")[0] for line in lines] == ["a: built", "a: built"]


def test_a_damaged_file_is_built_again_and_nothing_downstream(store, lines):
    up = store.make("up", Text("some text"))
    store.make("down", Text("z", needs=(up,)))
    (up.path / "file.txt").write_text("some tent")
    later = another(store)
    again = later.make("up", Text("some text"))
    assert lines[2] == "up: damaged (file.txt: other bytes), built again"
    assert (again.path / "file.txt").read_text() == "some text"
    assert later.make("down", Text("z", needs=(again,))).fresh
    assert [line.split(":")[0] for line in lines] == ["up", "down", "up", "up", "down"]


def test_a_file_is_checked_once_a_run(store):
    made = store.make("a", Text("one"))
    (made.path / "file.txt").write_text("two")
    assert store.make("a", Text("one")).fresh
    assert not another(store).make("a", Text("one")).fresh


def test_a_damaged_file_is_not_published(store):
    made = store.make("a", Text("one"))
    store.publish(made.path / "file.txt", "out.txt")
    (made.path / "file.txt").write_text("two")
    with pytest.raises(AisleError, match=r"file\.txt: is damaged \(other bytes\)"):
        store.publish(made.path / "file.txt", "out.txt")
    assert (store.root / "out.txt").read_text() == "one"
    assert not list(store.root.rglob("*.tmp"))


def test_a_users_file_beside_a_broken_manifest_is_left_alone(store):
    made = store.make("models", Text("one"))
    (made.path / "notes.txt").write_text("mine")
    (made.path / "manifest.json").write_text("{half")
    with pytest.raises(AisleError, match=r"models/notes\.txt: was not written by Aisle"):
        another(store).make("models", Text("one"))
    assert (made.path / "notes.txt").read_text() == "mine"


@dataclass(frozen=True)
class Disturbed:
    """A task whose input does not stay as it is."""

    file: RawFile
    how: str

    def __call__(self, into):
        if self.how == "gone":
            self.file.path.unlink()
        elif self.how == "touched":
            os.utime(self.file.path, (2**33, 2**33))
        else:
            self.file.path.write_text("two")
        return {}


@pytest.mark.parametrize("how", ["changed", "touched", "gone"])
def test_an_input_that_changes_while_it_is_read_is_not_kept(store, tmp_path, how):
    source = tmp_path / "log.csv"
    source.write_text("one")
    with pytest.raises(AisleError, match=r"log\.csv: (changed while `log` was read|cannot be read)"):
        store.make("log", Disturbed(RawFile(source), how))
    assert not (store.root / "log").exists()
    assert not list(store.root.rglob("*.tmp"))


def test_a_file_from_the_future_is_up_to_date_all_the_same(store, tmp_path):
    source = tmp_path / "log.csv"
    source.write_text("1")
    os.utime(source, (2**33, 2**33))
    task = Text("one", files=(RawFile(source),))
    made = store.make("a", task)
    for path in (made.path, made.path / "manifest.json", made.path / "file.txt"):
        os.utime(path, (2**33, 2**33))
    assert another(store).make("a", task).fresh


def test_what_the_user_is_to_see_outlives_a_failed_build(store):
    with pytest.raises(AisleError, match="too bad"):
        store.make("log", Fails("log-bad.txt"))
    assert (store.root / "log-bad.txt").read_text() == "row 7"
    assert not (store.root / "log").exists()


def test_a_folder_that_no_run_has_written_is_left_alone(store):
    (store.root / "models").mkdir(parents=True)
    (store.root / "models" / "mine.txt").write_text("mine")
    with pytest.raises(AisleError, match="models: was not written by Aisle"):
        store.make("models", Text("one"))
    assert (store.root / "models" / "mine.txt").read_text() == "mine"


def test_a_users_file_in_an_artifacts_folder_is_left_alone(store):
    made = store.make("models", Text("one"))
    (made.path / "notes.txt").write_text("mine")
    with pytest.raises(AisleError, match=r"models/notes\.txt: was not written by Aisle"):
        store.make("models", Text("two"))
    assert (made.path / "notes.txt").read_text() == "mine"
    assert (made.path / "file.txt").read_text() == "one"


@pytest.mark.parametrize("harm", ["removed", "shortened"])
def test_an_artifact_that_lacks_some_of_its_files_is_built_again(store, harm):
    file = store.make("a", Text("one")).path / "file.txt"
    file.unlink() if harm == "removed" else file.write_text("o")
    assert not another(store).make("a", Text("one")).fresh
    assert file.read_text() == "one"


def test_nothing_is_published_through_a_link_or_over_a_folder(store, tmp_path):
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "a.json").write_text("precious")
    (tmp_path / "new").write_text("new")
    store.root.mkdir()
    (store.root / "serving").symlink_to(tmp_path / "theirs")
    with pytest.raises(AisleError, match="serving: is a link"):
        store.publish(tmp_path / "new", "serving/a.json")
    assert (tmp_path / "theirs" / "a.json").read_text() == "precious"
    (store.root / "metrics.json").mkdir()
    with pytest.raises(AisleError, match=r"metrics\.json: cannot be written \(Is a directory\)"):
        store.publish(tmp_path / "new", "metrics.json")
    assert not list(store.root.rglob("*.tmp"))


@pytest.mark.parametrize("linked", ["valid", "valid/fold"])
def test_a_link_is_never_written_through(store, tmp_path, linked):
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text("{}")
    (store.root / linked).parent.mkdir(parents=True)
    (store.root / linked).symlink_to(other)
    with pytest.raises(AisleError, match=f"{linked}: is a link"):
        store.make("valid/fold", Text("one"))
    assert [path.name for path in other.iterdir()] == ["manifest.json"]


def test_publishes_whole_and_replaces_a_link_by_a_file(store, tmp_path):
    (tmp_path / "a").write_text("new")
    (tmp_path / "theirs").write_text("old")
    store.root.mkdir()
    (store.root / "b").symlink_to(tmp_path / "theirs")
    store.publish(tmp_path / "a", "b")
    assert (store.root / "b").read_text() == "new"
    assert not (store.root / "b").is_symlink()
    assert (tmp_path / "theirs").read_text() == "old"
    assert not list(store.root.rglob("*.tmp"))


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(AisleError, match=r"nothing\.csv: cannot be read") as error:
        file_identity(tmp_path / "nothing.csv")
    assert "\n" not in str(error.value)


def test_what_has_taken_more_than_the_budget_says_so_before_it_is_built_again(tmp_path):
    said = []
    Store(tmp_path, said.append, budget=2**50).make("a", Text("one"))
    Store(tmp_path, said.append, budget=2**20).make("a", Text("one"))
    assert not [line for line in said if "memory_budget" in line]
    Store(tmp_path, said.append, budget=2**20).make("a", Text("two"))
    (told,) = [line for line in said if "memory_budget" in line]
    assert told.startswith("a: takes about ")
    assert said.index(told) < len(said) - 1


@dataclass(frozen=True)
class Large(Text):
    """A task that foresees its room."""

    def room(self):
        return Room(2**50, 2**20, "name fewer words")


def test_what_foresees_more_than_the_budget_says_so_before_it_is_built(tmp_path):
    said = []
    Store(tmp_path, said.append, budget=2**49).make("a", Large("one"))
    assert said[0] == (
        "a: takes about 1,024.0 TiB of memory, more than the 512.0 TiB of `memory_budget`: name fewer words"
    )
    assert len(said) == 2
    said.clear()
    Store(tmp_path, said.append, budget=2**49).make("a", Large("two"))  # it took less when it was built last
    assert len(said) == 1


def test_what_the_disk_has_no_room_for_is_refused_before_it_is_built(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(2**30, 2**30, 2**20))
    store = Store(tmp_path, [].append)
    store.make("a", Large("one"))
    with pytest.raises(AisleError, match=r"`b` takes about 2\.0 MiB and the disk has 1\.0 MiB left; make room"):
        store.make_all({"b/000": Large("one"), "b/001": Large("two")})
    assert not (tmp_path / "b").exists()
