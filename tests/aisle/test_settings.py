from datetime import datetime, timedelta
from pathlib import Path

import pytest

from aisle.settings import configuration
from data.errors import AisleError

LOG = {"train": "log.csv"}


def test_settings_win_over_a_mapping_and_keep_what_they_do_not_name():
    config = configuration({"train": "log.csv", "folds": {"valid": "3d", "first_n": 4}}, {"folds.valid": "2d"})
    assert (config.folds.valid, config.folds.first_n) == (timedelta(days=2), 4)


def test_values_may_be_of_python_or_text_as_on_the_command_line():
    config = configuration(
        LOG,
        {
            "folds.valid": timedelta(hours=36),
            "folds.end": datetime(2025, 3, 1, 12),
            "folds.known_items_only": True,
            "candidates.sources.popular": None,
            "rankers.model.boosting": {"rounds": 7, "threads": 1},
            "max-sessions": "5",
            "sources": "revisit,chain",
            "workdir": Path("there"),
            "input.format.events": {"view": "clicks"},
        },
    )
    assert config.folds.valid == timedelta(days=1, hours=12)
    assert config.folds.end == datetime(2025, 3, 1, 12)
    assert config.folds.known_items_only
    assert config.candidates.sources.popular is None
    assert (config.rankers.model.boosting.rounds, config.rankers.model.boosting.threads) == (7, 1)
    assert config.max_sessions == 5
    assert [source.name for source in config.proposing] == ["revisit", "chain"]
    assert config.workdir == "there"
    assert config.input.format.events == {"view": "clicks"}


def test_a_mapping_holds_the_same_values():
    config = configuration({**LOG, "folds": {"test": timedelta(days=2)}, "workdir": Path("there")}, {})
    assert (config.folds.test, config.workdir) == (timedelta(days=2), "there")


def test_a_file_is_read(tmp_path):
    file = tmp_path / "mine.yaml"
    file.write_text("train: log.csv\nfolds: {valid: 3d}\n")
    for given in (file, str(file)):
        assert configuration(given, {}).folds.valid == timedelta(days=3)


def test_several_files_are_one_log():
    assert configuration(LOG, {"train": [Path("a.csv"), "b.csv"]}).train == "a.csv,b.csv"


@pytest.mark.parametrize(
    ("config", "settings", "says"),
    [
        (LOG, {"folds.unknown": 1}, "there is no setting `folds.unknown`; `folds` has valid, test, "),
        (LOG, {"folds.valid": "soon"}, "a duration is written like 45m"),
        (LOG, {"shards": 0}, "`shards` must be at least 1"),
        (LOG, {"train": object()}, "a setting cannot be a object"),
        ({}, {}, "give the log"),
        ("/nowhere.yaml", {}, "the file of settings does not exist"),
        (3, {}, "the configuration is a int; a log goes under `train`"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(config, settings, says):
    with pytest.raises(AisleError, match=says) as raised:
        configuration(config, settings)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "name", ["rankers.model.boosting.round", "train_q", "print_config", "", "foldz.valid", "folds.vald"]
)
def test_a_typo_is_no_abbreviation_and_no_other_flag(name):
    with pytest.raises(AisleError) as told:
        configuration(LOG, {name: 5})
    assert "\n" not in str(told.value)


def test_a_working_directory_must_be_named():
    with pytest.raises(AisleError, match="`workdir` is empty"):
        configuration(LOG, {"workdir": None})
