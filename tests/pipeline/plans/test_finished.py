import pytest

from data.errors import AisleError
from data.manifest import content_of, files_in, write_manifest
from pipeline.plans.finished import answered_in


def made(root, name, text, **needs):
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "file").write_text(text)
    files = files_in(folder)
    fields = {field: {"artifact": content} for field, content in needs.items()}
    write_manifest(folder, {"name": name, "files": files, "content": content_of(files), "fields": fields})
    return content_of(files)


@pytest.fixture
def run(tmp_path):
    fold, ranked = made(tmp_path, "test/fold", "fold"), made(tmp_path, "test/answers", "lists")
    made(tmp_path, "test/metrics", "figures", fold=fold, labels=fold, ranked=ranked)
    return tmp_path


def test_finds_what_was_measured(run):
    found = answered_in(run)
    assert (found.fold.path, found.labels.path, found.ranked.path) == (
        run / "test/fold",
        run / "test/fold",
        run / "test/answers",
    )


def test_labels_of_a_file_of_their_own(run):
    labels = made(run, "test/labels", "labels")
    assert answered_in(run).labels.path == run / "test/fold"
    told = answered_in(run)
    (run / "test/metrics/manifest.json").unlink()
    needs = {"fold": told.fold.content, "labels": labels, "ranked": told.ranked.content}
    (run / "test/metrics/file").unlink()
    (run / "test/metrics").rmdir()
    made(run, "test/metrics", "figures", **needs)
    assert answered_in(run).labels.path == run / "test/labels"


def test_a_folder_without_a_measured_run(tmp_path):
    with pytest.raises(AisleError, match=r"`against`: .* holds no measured run"):
        answered_in(tmp_path)


def test_parts_of_several_runs(run):
    (run / "test/answers/manifest.json").unlink()
    with pytest.raises(AisleError, match="answers is another than what its metrics were made from"):
        answered_in(run)


def test_a_damaged_part(run):
    (run / "test/answers/file").write_text("other")
    with pytest.raises(AisleError, match=r"answers is damaged \(file: other bytes\)"):
        answered_in(run)
