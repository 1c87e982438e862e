"""A run keeps to the memory and the disk that it may have."""

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from candidates.covisit.source import CoVisits
from candidates.sources.revisit import Revisit
from data.errors import AisleError
from pipeline.plans.budget import queries_within, roomy, within_budget
from pipeline.plans.run import Run
from pipeline.settings.config import Config
from pipeline.store.identity import plain
from pipeline.store.store import Store
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
    run = Run(config, Store(tmp_path / "work"))
    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(10, 5, 5))
    with pytest.raises(
        AisleError, match=r"work: `log` takes about 38\.1 MiB and the disk has 0\.0 MiB left; make room"
    ):
        _ = run.prepared.log
    assert not (tmp_path / "work" / "log").exists()


def test_batches_become_smaller_where_no_shards_are_enough(config):
    least = log_room([Path(config.train)], 4_096, 10**6).memory
    some = within_budget(replace(config, memory_budget=f"{least // 2**20 - 100}MiB"))
    assert some.input.format.batch_rows < config.input.format.batch_rows
    room = log_room([Path(config.train)], some.shards, some.input.format.batch_rows)
    assert room.memory <= some.memory_bytes


def test_a_small_budget_counts_and_proposes_some_at_a_time():
    assert queries_within(5_000, None) == queries_within(5_000, 8 * 2**30) == 5_000
    assert queries_within(5_000, 2 * 2**30) == 2_500
    assert queries_within(5_000, 2**20) == 250
    assert roomy(CoVisits(), None) == roomy(CoVisits(), 16 * 2**30) == CoVisits()
    assert roomy(CoVisits(), 2**30).memory_mib == 128
    assert roomy(CoVisits(memory_mib=16), 2**30).memory_mib == 16
    assert roomy(Revisit(), 2**30) == Revisit()


def test_what_is_held_at_once_is_no_part_of_an_identity():
    assert plain(CoVisits(threads=2, memory_mib=64)) == plain(CoVisits())
