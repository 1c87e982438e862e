from datetime import timedelta
from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.remembered import remember, remembered
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
