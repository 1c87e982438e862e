"""A run keeps to the memory and the disk that it may have."""

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from pipeline.plans.budget import require_room, within_budget
from pipeline.settings.config import Config
from pipeline.tasks.log_room import log_room


@pytest.fixture
def config(tmp_path):
    """A log of a million rows, as its file tells."""
    file = tmp_path / "log.parquet"
    pl.DataFrame({"session": pl.int_range(10**6, eager=True)}).write_parquet(file)
    return Config(train=str(file), workdir=str(tmp_path / "work"))


def test_the_budget_chooses_the_shards(config):
    assert within_budget(config).shards == 1
    assert within_budget(replace(config, memory_budget="64GiB")).shards == 1
    one = log_room([Path(config.train)], 1, config.input.format.batch_rows).memory
    some = within_budget(replace(config, memory_budget=f"{one // 2**20 - 20}MiB"))
    assert some.shards > 1
    assert within_budget(replace(config, memory_budget="64GiB", shards=7)).shards == 7


def test_a_budget_that_no_shards_keep_to_is_refused(config):
    with pytest.raises(AisleError, match=r"`memory_budget` 100MiB is too little for this log, .*; raise it"):
        within_budget(replace(config, memory_budget="100MiB"))
    with pytest.raises(ValueError, match="`memory_budget`: a size is written like"):
        replace(config, memory_budget="lots")


def test_a_disk_without_room_is_told_before_the_log_is_read(config, monkeypatch, tmp_path):
    files = [Path(config.train)]
    require_room(files, config, tmp_path / "not" / "yet")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 5, 5))
    with pytest.raises(AisleError, match=r"the tables of this log take about .* and the disk has 0\.0 MiB left"):
        require_room(files, config, tmp_path / "not" / "yet")
