"""A store that is only asked: what is current, what would be built and why, what waits; nothing is written."""

import pytest

from pipeline.store.asking import AskingStore, Unbuilt
from pipeline.store.store import Store
from pipeline.store.task import RawFile
from tests.pipeline.store.test_store import Text


@pytest.fixture
def root(tmp_path):
    return tmp_path / "work"


def chain(store, first="one", last="three", files=()):
    """Three products, each made from the one before it."""
    one = store.make("a", Text(first, files=files))
    two = store.make("b/000", Text("two", needs=(one,)))
    return store.make("c", Text(last, needs=(two,)))


def asked(root, *arguments, **more):
    store = AskingStore(root, lambda line: None)
    chain(store, *arguments, **more)
    return {name: (one.state, one.why) for name, one in store.asked.items()}


def tree(root):
    return sorted((str(path), path.lstat().st_mtime_ns) for path in root.rglob("*"))


def test_all_is_new_where_nothing_stands(root):
    assert asked(root) == dict.fromkeys(("a", "b/000", "c"), ("new", ("not there",)))
    assert not root.exists()


def test_all_is_current_after_a_run_and_nothing_is_touched(root):
    made = chain(Store(root, lambda line: None))
    before = tree(root)
    store = AskingStore(root, lambda line: None)
    assert chain(store) == made
    assert {one.state for one in store.asked.values()} == {"current"}
    assert not store.unsure
    assert tree(root) == before


def test_what_follows_a_stale_product_waits_for_it(root):
    chain(Store(root, lambda line: None))
    assert asked(root, "other") == {
        "a": ("stale", ('`text` was "one", is "other"',)),
        "b/000": ("waits", ("a",)),
        "c": ("waits", ("a",)),
    }


def test_what_is_stale_for_itself_does_not_wait(root):
    chain(Store(root, lambda line: None))
    found = asked(root, "other", "another")
    assert found["c"] == ("stale", ('`text` was "three", is "another"',))
    assert asked(root, "one", "another")["b/000"] == ("current", ())


def test_a_product_that_is_gone_is_waited_for(root):
    made = chain(Store(root, lambda line: None))
    (root / "a" / "manifest.json").unlink()
    assert asked(root) == {"a": ("new", ("not there",)), "b/000": ("waits", ("a",)), "c": ("waits", ("a",))}
    (made.path / "file.txt").write_text("harmed")
    assert asked(root)["c"] == ("damaged", ("file.txt: 6 bytes of 5",))


def test_an_outside_file_is_named(root, tmp_path):
    file = tmp_path / "log.csv"
    file.write_text("1")
    chain(Store(root, lambda line: None), files=(RawFile(file),))
    file.write_text("12")
    assert asked(root, files=(RawFile(file),))["a"] == (
        "stale",
        (f"{file} has changed (1 bytes were read, it has 2)",),
    )


def test_what_is_not_there_can_be_named_and_not_read(root):
    store = AskingStore(root, lambda line: None)
    made = store.make("a", Text("one"))
    assert made.path.name == "a"
    assert str(made.path / "file.txt") == str(root / "a" / "file.txt")
    for read in (made.path.exists, (made.path / "file.txt").read_text, lambda: list(made.path.iterdir())):
        with pytest.raises(Unbuilt, match="work/a"):
            read()


def test_published_files_are_compared(root):
    store = Store(root, lambda line: None)
    made = store.make("a", Text("one"))

    def published():
        asking = AskingStore(root, lambda line: None)
        found = asking.make("a", Text("one"))
        asking.publish(found.path / "file.txt", "result.txt")
        return asking.asked["result.txt"].state

    assert published() == "new"
    store.publish(made.path / "file.txt", "result.txt")
    assert published() == "current"
    (root / "result.txt").write_text("mine")
    assert published() == "stale"
    (made.path / "manifest.json").unlink()
    assert published() == "waits"
    assert (root / "result.txt").read_text() == "mine"


def test_it_says_that_it_builds_nothing(root):
    assert not AskingStore(root, print).builds
    assert Store(root, print).builds
