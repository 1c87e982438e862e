from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.cli import configure
from pipeline.settings.config import input_files

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))


def test_the_shared_data_folder_can_be_elsewhere(monkeypatch):
    monkeypatch.setenv("AISLE_DATA", "/elsewhere")
    assert input_files("../shared/data/taobao/log.csv, mine.csv") == [
        Path("/elsewhere/taobao/log.csv"),
        Path("mine.csv"),
    ]
    monkeypatch.delenv("AISLE_DATA")
    assert input_files("../shared/data/taobao/log.csv") == [Path("../shared/data/taobao/log.csv")]


def test_a_path_that_only_begins_alike_stays(monkeypatch):
    monkeypatch.setenv("AISLE_DATA", "/elsewhere")
    assert input_files("../shared/database/log.csv") == [Path("../shared/database/log.csv")]


def test_no_file_named():
    with pytest.raises(AisleError, match="no file is named"):
        input_files(" , ")


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_every_shipped_configuration_is_valid(file):
    config = configure("run", "", ["--config", str(file), *(["--train", "log.csv"] if file.stem == "own" else [])])
    assert config.workdir == f"artifacts/{file.stem}"


def test_all_the_promised_configurations_are_shipped():
    assert {"demo", "dev", "nextclick", "otto", "taobao", "own"} <= {file.stem for file in CONFIGS}
