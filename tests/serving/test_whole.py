import shutil

import pytest

from data.errors import AisleError
from data.manifest import content_of, files_in, write_manifest
from serving.contents import ActionContents
from serving.whole import parts_of, refuse_damage


def artifact(folder, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "file.txt").write_text(text)
    files = files_in(folder)
    write_manifest(folder, {"files": files, "content": content_of(files)})
    return folder


@pytest.fixture
def parts(tmp_path):
    made = artifact(tmp_path / "w" / "models" / "actions", "one")
    return parts_of(ActionContents(made / "file.txt", 7), tmp_path / "w", tmp_path / "w" / "samples" / "n5")


def test_the_folders_of_what_is_named_are_known_by_their_contents(parts, tmp_path):
    assert list(parts) == ["../../models/actions"]
    refuse_damage(parts, tmp_path / "w" / "samples" / "n5")
    shutil.move(tmp_path / "w", tmp_path / "moved")
    refuse_damage(parts, tmp_path / "moved" / "samples" / "n5")


def test_what_is_not_as_it_was_published_is_refused(parts, tmp_path):
    made, output = tmp_path / "w" / "models" / "actions", tmp_path / "w" / "samples" / "n5"
    (made / "file.txt").write_text("two")
    with pytest.raises(AisleError, match=r"models/actions: is damaged \(file\.txt: other bytes\); run the command"):
        refuse_damage(parts, output)
    artifact(made, "two")
    with pytest.raises(AisleError, match="another run has built it anew, and does not fit the rest"):
        refuse_damage(parts, output)
    (made / "manifest.json").unlink()
    with pytest.raises(AisleError, match="its manifest is gone"):
        refuse_damage(parts, output)
