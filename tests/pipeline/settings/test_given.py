import json
import os

from data.paths import WORKDIR_MARK
from pipeline.cli import configure
from pipeline.settings.given import settings_given


def keep(workdir, stage, settings, at):
    file = workdir / WORKDIR_MARK.parent / "settings" / f"{stage}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps({"folder": "/", "settings": settings}))
    os.utime(file, (at, at))
    return file


def test_the_latest_command_counts(tmp_path):
    keep(tmp_path, "run", {"train": "a😀.csv", "folds": {"valid": "2d"}}, at=20)
    keep(tmp_path, "rank", {"train": "b.csv"}, at=10)
    keep(tmp_path, "report", {"train": "c.csv"}, at=30)
    text = settings_given(tmp_path)
    config = configure("report", "", ["--config", text, "--top", "7"])
    assert (config.train, config.folds.valid.days, config.top) == ("a😀.csv", 2, 7)


def test_nothing_kept_or_damaged(tmp_path):
    assert settings_given(tmp_path) is None
    keep(tmp_path, "run", {}, at=1).write_text("{")
    assert settings_given(tmp_path) is None
