from pipeline.cli import configure
from pipeline.settings.changed import changed_settings


def test_what_differs_from_the_defaults():
    given = ["--train", "a.csv", "--folds.valid", "2d", "--rankers.model.truncation", "30", "--against", "other"]
    found = changed_settings(configure("run", "", ["--config", "{workdir: w}", *given]))
    assert found == {"folds.valid": "2d", "rankers.model.truncation": 30, "train": "a.csv", "workdir": "w"}


def test_a_generated_shop_is_told():
    found = changed_settings(configure("run", "", ["--input.synthetic.sessions", "99"]))
    assert found["input.synthetic.sessions"] == 99
