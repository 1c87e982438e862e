import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.store.store import BadInputError, Store, code_hash, file_identity


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
    assert sorted(p.name for p in store.root.iterdir()) == [".aisle", "a"]
    assert not list((store.root / ".aisle" / "unfinished").iterdir())
    assert (store.root / "a" / "file.txt").read_text() == "one"


def test_a_broken_manifest_counts_as_none(store):
    made = store.make("a", partial(write_text, text="one"))
    (made.path / "manifest.json").write_text("{half")
    assert not store.make("a", partial(write_text, text="one")).fresh


def test_what_the_user_is_to_see_outlives_a_failed_build(store):
    def refuse(into):
        (into / "bad.txt").write_text("row 7")
        raise BadInputError("too bad", {"log-bad.txt": into / "bad.txt"})

    with pytest.raises(AisleError, match="too bad"):
        store.make("log", refuse)
    assert (store.root / "log-bad.txt").read_text() == "row 7"
    assert not (store.root / "log").exists()


def test_a_folder_that_no_run_has_written_is_left_alone(store):
    (store.root / "models").mkdir(parents=True)
    (store.root / "models" / "mine.txt").write_text("mine")
    with pytest.raises(AisleError, match="models: was not written by Aisle"):
        store.make("models", partial(write_text, text="one"))
    assert (store.root / "models" / "mine.txt").read_text() == "mine"


@pytest.mark.parametrize("linked", ["valid", "valid/fold"])
def test_a_link_is_never_written_through(store, tmp_path, linked):
    other = tmp_path / "other"
    other.mkdir()
    (other / "manifest.json").write_text("{}")
    (store.root / linked).parent.mkdir(parents=True)
    (store.root / linked).symlink_to(other)
    with pytest.raises(AisleError, match=f"{linked}: is a link"):
        store.make("valid/fold", partial(write_text, text="one"))
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


def test_a_stage_depends_on_the_files_that_it_imports():
    assert code_hash("pipeline.tasks.log") != code_hash("pipeline.tasks.scoring")
    assert code_hash("pipeline.tasks.log") == code_hash("pipeline.tasks.log")
