import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.remembered import as_json, built_again, remember, remembered
from pipeline.settings.building import build
from pipeline.settings.config import Config
from pipeline.store.workdir import locked


def test_the_last_settings_of_each_command_are_kept(tmp_path):
    with locked(tmp_path / "work") as workdir:
        assert remembered(workdir) == []
        remember(workdir, "rank", {"shards": 1})
        remember(workdir, "value", {"folds": {"valid": timedelta(days=3)}, "train": "é.csv"})
        remember(workdir, "rank", {"shards": 2})
        found = [(one.command, one.folder, one.settings) for one in remembered(workdir)]
        here = str(Path.cwd())
        assert found == [
            ("rank", here, {"shards": 2}),
            ("value", here, {"folds": {"valid": "3d"}, "train": "é.csv"}),
        ]
        (workdir / ".aisle" / "settings" / "rank.json").write_text("{")
        with pytest.raises(AisleError, match=r"rank\.json: is damaged; remove it, or give --config"):
            remembered(workdir)


def test_kept_settings_are_built_again_as_they_were_given():
    given = {"train": "/logs/😀\x85.csv", "folds": {"valid": timedelta(days=7), "end": datetime(2025, 3, 1, 12)}}
    kept = json.loads(as_json(given))
    assert kept["folds"] == {"valid": "7d", "end": "2025-03-01T12:00:00"}
    assert built_again(Config, kept) == build(Config, given)


def test_kept_settings_that_are_none_any_more_are_named():
    with pytest.raises(AisleError, match=r"there is no setting `folds\.valeed`; did you mean `folds\.valid`"):
        built_again(Config, {"folds": {"valeed": "7d"}})
