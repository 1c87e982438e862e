"""The ready configurations read what they are named after."""

from pathlib import Path

import polars as pl
import pytest

from data.tables import read_json
from pipeline import prepare, run
from tests.e2e.conftest import SMALL_MODELS
from tests.e2e.layouts import LAYOUTS

READY = Path(__file__).parents[2] / "configs" / "formats"


def test_every_ready_configuration_is_tried():
    assert {name.split()[0] for name in LAYOUTS} == {file.stem for file in READY.glob("*.yaml")}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_ready_configuration_reads_its_layout(name, tmp_path):
    layout = LAYOUTS[name](tmp_path)
    flags = ("--config", str(READY / f"{name.split()[0]}.yaml"), "--train", layout.train)
    assert prepare.main([*flags, "--workdir", str(tmp_path / "work")]) == 0
    log = tmp_path / "work" / "log"
    summary = read_json(log / "summary.json")
    assert (summary["events"], summary["users"]) == (layout.events, layout.users)
    assert summary["sessions"] == (layout.sessions or summary["sessions"])
    assert sum(summary["dropped"].values()) == layout.dropped
    assert summary["quarantined"] == {}
    items = pl.read_parquet(log / "items.parquet").filter(pl.col("key") == layout.first_key)
    assert items["text"].to_list() == [layout.text]
    for fold in ("valid", "test"):
        assert pl.read_parquet(tmp_path / "work" / fold / "fold" / "queries" / "000.parquet").height > 0


def test_returning_customers_are_answered(tmp_path):
    layout = LAYOUTS["hm"](tmp_path)
    flags = ("--config", str(READY / "hm.yaml"), "--train", layout.train, *SMALL_MODELS)
    assert run.main([*flags, "--workdir", str(tmp_path / "work")]) == 0
    answers = pl.read_parquet(tmp_path / "work" / "recommendations.parquet")
    assert answers["session"].n_unique() >= 0.9 * layout.users
    assert answers["item"].str.starts_with("01087750").all()
