import json
from datetime import UTC, datetime

import polars as pl
import pytest

from data.partitions.window import Window
from pipeline.cli import configure
from pipeline.plans.stored_customers import CustomerModel, settings_of
from pipeline.store.task import Artifact
from pipeline.tasks.stored_customers import StoredCustomers
from pipeline.tasks.stored_lifetimes import STORED
from tests.conftest import ROOT

CONFIGS = [
    *(ROOT / "configs" / f"{name}.yaml" for name in ("ltv_online_retail", "ltv_cdnow", "demo", "nextclick")),
    *sorted((ROOT / "configs" / "formats").glob("*.yaml")),
]
AT = datetime(2025, 3, 1, tzinfo=UTC)
MORE = ("--ltv.origins.within", "90d", "--shards", "3")


def kept(folder, config, monkeypatch, *, drawn=False):
    """A stored model of a configuration, opened; its folder is not looked into."""
    model = Artifact(folder / "ltv" / "model", "content")
    (model.path / "model").mkdir(parents=True)
    monkeypatch.setattr("pipeline.tasks.stored_customers.read_whole", lambda _: pl.DataFrame({"x": []}))
    monkeypatch.setattr("pipeline.plans.stored_file.refuse_damage", lambda *_: None)
    StoredCustomers(model, AT, ("customer_spend",), settings_of(config, drawn), folder)(folder)
    return CustomerModel.open(folder)


@pytest.mark.parametrize("file", CONFIGS, ids=lambda file: file.stem)
def test_how_a_log_is_read_comes_back_as_it_was(tmp_path, monkeypatch, file):
    config = configure("ltv", "", ["--config", str(file), "--train", "x.csv", *MORE])
    found = kept(tmp_path, config, monkeypatch).settings
    assert (found.input.format, found.input.sessions) == (config.input.format, config.input.sessions)
    assert (found.folds, found.shards) == (config.folds, 3)
    for name in ("horizons", "money", "closes_after", "season", "btyd", "leave_out", "learning"):
        assert getattr(found.ltv, name) == getattr(config.ltv, name)
    assert found.ltv.submits == config.ltv.submits
    assert found.ltv.origins.within == config.ltv.origins.within
    assert (found.ltv.origins.at, found.input.synthetic) == ((), None)


@pytest.mark.parametrize(("drawn", "rule"), [(True, "hash"), (False, "file")])
def test_whether_moments_were_drawn_is_what_was_found_when_it_was_learnt(tmp_path, monkeypatch, drawn, rule):
    config = configure("ltv", "", [])
    assert config.input.quality.same_moment == "auto"
    assert kept(tmp_path, config, monkeypatch, drawn=drawn).settings.input.quality.same_moment == rule


def test_the_window_that_was_learnt_from_is_not_the_asked_log_s(tmp_path, monkeypatch):
    window = ("--input.partition", "date", "--input.window.last", "2025-10-01", "--input.window.sample", "0.5")
    found = kept(tmp_path, configure("ltv", "", ["--train", "x.csv", *window]), monkeypatch).settings.input
    assert (found.partition, found.window) == (None, Window())


def test_nothing_after_the_moment_decides_what_is_read_before_it(tmp_path, monkeypatch):
    model = kept(tmp_path, configure("ltv", "", []), monkeypatch)
    asked = model.reading("more.csv", AT)
    assert (asked.train, asked.folds.valid_start, asked.folds.test_start) == ("more.csv", AT, AT)
    assert model.reading("more.csv", None).folds == model.settings.folds
    told = json.loads((tmp_path / STORED).read_text())
    assert (told["kind"], told["origin"], told["features"]) == ("customers", "2025-03-01T00:00:00+00:00", ["x"])
