"""What is built again though it is current."""

import pytest

from data.errors import AisleError
from pipeline.store.again import Again, again_of, stage_of
from pipeline.store.store import Store
from tests.pipeline.store.test_store import Text


@pytest.mark.parametrize(
    ("name", "stage"),
    [
        ("shop", "log"),
        ("log", "log"),
        ("log-drawn", "log"),
        ("test/log-drawn", "log"),
        ("valid/fold", "folds"),
        ("samples/s0.1-n5/test/fold", "folds"),
        ("valid/served/questions", "folds"),
        ("valid/served/candidates/000", "candidates"),
        ("samples/n5/valid/served/shown/000", "candidates"),
        ("valid/learnt/revisit", "sources"),
        ("test/sources/covisits", "sources"),
        ("valid/candidates/003", "candidates"),
        ("test/history/item_age", "candidates"),
        ("valid/training", "training"),
        ("models/plan", "models"),
        ("test/ranked/000", "ranked"),
        ("test/answers", "ranked"),
        ("test/metrics", "metrics"),
        ("test/report/places", "metrics"),
        ("value/results", "metrics"),
    ],
)
def test_every_product_belongs_to_a_stage(name, stage):
    assert stage_of(name) == stage


def test_from_a_stage_on_each_is_built_once_more(tmp_path):
    def made(again):
        lines = []
        store = Store(tmp_path, lines.append, again=Again(again))
        for name in ("log", "models/a", "test/metrics", "models/a"):
            store.make(name, Text(name))
        return [line.split(":")[0] for line in lines if "built" in line]

    assert made(None) == ["log", "models/a", "test/metrics"]
    assert made(None) == []
    assert made("models") == ["models/a", "test/metrics"]
    assert made("log") == ["log", "models/a", "test/metrics"]


def test_flags_are_taken_from_the_command_line():
    assert again_of(["--shards", "2", "--force"]) == (Again("log"), ["--shards", "2"])
    assert again_of(["--from", "models", "--top", "5"]) == (Again("models"), ["--top", "5"])
    assert again_of(["--from=ranked"]) == (Again("ranked"), [])
    assert again_of(["--force", "--from", "ranked"]) == again_of(["--from", "ranked", "--force"]) == (Again("log"), [])
    assert again_of(["--top", "5"]) == (Again(), ["--top", "5"])


@pytest.mark.parametrize("arguments", [["--from", "model"], ["--from"], ["--from="]])
def test_what_is_no_stage_is_told(arguments):
    with pytest.raises(AisleError, match=r"`--from` takes a stage, one of log, folds, .*, got '.*'"):
        again_of(arguments)
