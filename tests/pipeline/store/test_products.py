import os
import time

from pipeline.store.products import holder, products
from pipeline.store.store import Store
from pipeline.store.workdir import locked
from tests.pipeline.store.test_store import Text


def test_every_product_is_told_and_nothing_else(tmp_path):
    store = Store(tmp_path / "work", lambda line: None)
    store.make_all({"b/001": Text("12"), "b/000": Text("1"), "a": Text("123")})
    (tmp_path / "work" / "elsewhere").symlink_to(tmp_path / "work" / "a")
    (tmp_path / "work" / "mine.txt").write_text("x")
    found = products(tmp_path / "work")
    assert [(one.name, one.size, one.counts, one.fault) for one in found] == [
        ("a", 3, {"letters": 3}, None),
        ("b/000", 1, {"letters": 1}, None),
        ("b/001", 2, {"letters": 2}, None),
    ]
    assert all(abs(time.time() - one.built) < 60 for one in found)


def test_damage_is_told(tmp_path):
    store = Store(tmp_path, lambda line: None)
    (store.make("a", Text("one")).path / "file.txt").unlink()
    (store.make("b", Text("two")).path / "manifest.json").write_text("{")
    assert [one.fault for one in products(tmp_path)] == ["file.txt: not there", "manifest.json is damaged"]


def test_rows_are_counted_before_anything_else(tmp_path):
    from pipeline.store.products import Product

    assert Product("a", 0, 0, 0, {"queries": 3, "rows": 9}).counted == (9, "rows")
    assert Product("a", 0, 0, 0, {"letters": 3, "queries": 4}).counted == (4, "queries")
    assert Product("a", 0, 0, 0, {"letters": 3}).counted is None


def test_who_holds_a_working_directory(tmp_path):
    assert holder(tmp_path) is None
    with locked(tmp_path / "work") as workdir:
        assert holder(workdir) in (os.getpid(), None)  # null where the system does not tell
    assert holder(tmp_path / "work") is None
