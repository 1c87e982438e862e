import json

from pipeline.tasks.contents import PublishedContents
from serving.contents import FOLDER, ActionContents, read_contents, read_parts


def test_contents_are_written_for_where_they_are_published(build, tmp_path):
    contents = ActionContents(tmp_path / "models" / "actions", 7)
    made = build("somewhere/else", PublishedContents(contents, tmp_path, {"models/actions": "3f"}))
    assert build.about["somewhere/else"] == {"file": "actions.json"}
    told = json.loads((made.path / "actions.json").read_text())
    assert told == {
        "is": "ActionContents",
        "learnt": {"path": "models/actions"},
        "top": 7,
        "made of": {"models/actions": "3f"},
    }
    (tmp_path / FOLDER).mkdir()
    (made.path / "actions.json").rename(tmp_path / FOLDER / "actions.json")
    assert read_contents(ActionContents, tmp_path) == contents
    assert read_parts(ActionContents, tmp_path) == {"models/actions": "3f"}
