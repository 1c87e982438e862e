import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.store import Store, code_hash, file_identity, locked, publish


@dataclass(frozen=True)
class Setting:
    size: int = 1


def write_text(into: Path, text: str) -> dict[str, int]:
    (into / "file.txt").write_text(text)
    return {"letters": len(text)}


def fail(into: Path) -> dict[str, int]:
    (into / "half.txt").write_text("half")
    raise AisleError("no")


@pytest.fixture
def lines():
    return []


@pytest.fixture
def store(tmp_path, lines):
    return Store(tmp_path / "work", lines.append)


def test_builds_once_and_then_finds_it_up_to_date(store, lines):
    first = store.make("a/b", partial(write_text, text="one"), config=Setting())
    again = store.make("a/b", partial(write_text, text="two"), config=Setting())
    assert not first.fresh
    assert again.fresh
    assert again.id == first.id
    assert (again.path / "file.txt").read_text() == "one"
    assert lines[0].startswith("a/b: built in")
    assert "3 letters" in lines[0]
    assert lines[1] == "a/b: up to date"


def test_a_changed_setting_builds_again(store):
    store.make("a", partial(write_text, text="one"), config=Setting(1))
    changed = store.make("a", partial(write_text, text="two"), config=Setting(2))
    assert not changed.fresh
    assert (changed.path / "file.txt").read_text() == "two"


def test_a_changed_input_file_builds_again(store, tmp_path):
    source = tmp_path / "log.csv"
    source.write_text("1")
    store.make("a", partial(write_text, text="one"), files=[source])
    assert store.make("a", partial(write_text, text="one"), files=[source]).fresh
    source.write_text("2")
    assert not store.make("a", partial(write_text, text="one"), files=[source]).fresh


def test_a_changed_artifact_upstream_builds_again(store):
    for size in (1, 2):
        upstream = store.make("up", partial(write_text, text="x"), config=Setting(size))
        downstream = store.make("down", partial(write_text, text="y"), needs=[upstream])
        assert not downstream.fresh


def test_the_manifest_says_what_it_was_made_from(store):
    made = store.make("a", partial(write_text, text="one"), config=Setting(5))
    manifest = json.loads((made.path / "manifest.json").read_text())
    assert manifest["config"] == {"": "Setting", "size": 5}
    assert manifest["about"] == {"letters": 3}
    assert manifest["versions"]["polars"]
    assert manifest["seconds"] >= 0
    assert manifest["peak_memory_mib"] > 0


def test_a_failed_build_leaves_nothing_and_keeps_what_stood_before(store):
    store.make("a", partial(write_text, text="one"), config=Setting(1))
    with pytest.raises(AisleError):
        store.make("a", fail, config=Setting(2))
    assert [p.name for p in store.root.iterdir()] == ["a"]
    assert (store.root / "a" / "file.txt").read_text() == "one"


def test_a_broken_manifest_counts_as_none(store):
    made = store.make("a", partial(write_text, text="one"))
    (made.path / "manifest.json").write_text("{half")
    assert not store.make("a", partial(write_text, text="one")).fresh


def test_sweeps_what_a_killed_run_left(store):
    (store.root / "a" / "b.tmp").mkdir(parents=True)
    (store.root / "a" / "b.tmp" / "x").write_text("half")
    (store.root / "c.json.tmp").write_text("half")
    store.sweep()
    assert list(store.root.rglob("*")) == [store.root / "a"]


def test_two_runs_do_not_share_a_working_directory(tmp_path):
    with locked(tmp_path), pytest.raises(AisleError, match="another run is using it"), locked(tmp_path):
        pass
    with locked(tmp_path):
        assert (tmp_path / ".lock").exists()


def test_a_working_directory_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(AisleError, match="cannot be written"), locked(tmp_path / "file" / "work"):
        pass


def test_publishes_whole(tmp_path):
    (tmp_path / "a").write_text("new")
    (tmp_path / "b").write_text("old")
    publish(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "new"
    assert not list(tmp_path.glob("*.tmp"))


def test_a_missing_file_is_one_line(tmp_path):
    with pytest.raises(AisleError, match=r"nothing\.csv: cannot be read") as error:
        file_identity(tmp_path / "nothing.csv")
    assert "\n" not in str(error.value)


def test_a_stage_depends_on_the_files_that_it_imports():
    assert code_hash("pipeline.ingest") != code_hash("pipeline.scoring")
    assert code_hash("pipeline.ingest") == code_hash("pipeline.ingest")
