from data.manifest import write_manifest
from pipeline.store.lineage import lineage


def made(root, name, content, *needs):
    folder = root / name
    folder.mkdir(parents=True)
    fields = {
        "one": {"artifact": needs[0]} if needs else None,
        "more": [[["x"], {"": "Fit", "artifact": {"artifact": n}}] for n in needs[1:]],
    }
    write_manifest(folder, {"name": name, "content": content, "fields": fields, "files": {}})


def test_what_led_to_a_result_and_nothing_else(tmp_path):
    made(tmp_path, "log", "a")
    made(tmp_path, "valid/fold", "b", "a")
    made(tmp_path, "test/fold", "c", "a")
    made(tmp_path, "test/metrics", "d", "c", "b")
    made(tmp_path, "test/of-another-run", "e", "a")
    assert [told["name"] for told in lineage(tmp_path, ["test/metrics"])] == [
        "log",
        "test/fold",
        "test/metrics",
        "valid/fold",
    ]
    assert [told["name"] for told in lineage(tmp_path, ["test/fold", "nowhere"])] == ["log", "test/fold"]
    assert lineage(tmp_path / "log", ["nowhere"]) == []


def test_what_is_gone_or_damaged_is_passed_over(tmp_path):
    made(tmp_path, "test/metrics", "d", "gone", "c")
    made(tmp_path, "test/fold", "c")
    (tmp_path / "test" / "fold" / "manifest.json").write_text("{")
    assert [told["name"] for told in lineage(tmp_path, ["test/metrics"])] == ["test/metrics"]
