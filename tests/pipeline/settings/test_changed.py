from datetime import datetime, timedelta

from pipeline.cli import configure
from pipeline.settings.changed import _written, changed_settings


def test_what_differs_from_the_defaults():
    given = ["--train", "a.csv", "--folds.valid", "2d", "--rankers.model.truncation", "30", "--against", "other"]
    found = changed_settings(configure("run", "", ["--config", "{workdir: w}", *given]))
    assert found == {"folds.valid": "2d", "rankers.model.truncation": 30, "train": "a.csv", "workdir": "w"}


def test_a_generated_shop_is_told():
    found = changed_settings(configure("run", "", ["--input.synthetic.sessions", "99"]))
    assert found["input.synthetic.sessions"] == 99


def test_times_are_told_as_they_are_written():
    assert _written((datetime(2011, 3, 1), timedelta(days=7), 5)) == ["2011-03-01T00:00:00", "7d", 5]
    assert _written(None) is None
