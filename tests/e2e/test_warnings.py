"""What looks wrong: printed by every command, each thing once, in a second run too, and kept beside the results."""

import json

import polars as pl
import pytest

from pipeline import prepare, run, value
from tests.e2e.conftest import SMALL_MODELS

COLUMNS = "{session: session, user: user, item: item, ts: ts, type: type, price: price, quantity: quantity}"
LOG = ("--config", "configs/dev.yaml", "--input.format.columns", COLUMNS)


@pytest.fixture
def stray(shop_log, tmp_path):
    """The shop's log with one visit three weeks ahead of its clock."""
    last = shop_log.filter(pl.col("ts") == shop_log["ts"].max())["session"][0]
    ahead = pl.when(pl.col("session") == last).then(pl.col("ts").dt.offset_by("21d")).otherwise("ts")
    file = tmp_path / "stray.parquet"
    shop_log.with_columns(ts=ahead).write_parquet(file)
    return str(file)


def warned(printed):
    return [line for line in printed.splitlines() if line.startswith("warning: ")]


def test_a_run_says_each_thing_once_and_again_when_all_is_up_to_date(stray, tmp_path, capsys):
    flags = [*LOG, *SMALL_MODELS, "--train", stray, "--workdir", str(tmp_path / "work")]
    flags += ["--folds.end", "2025-03-30T23:00:00"]
    said = []
    for _ in range(2):
        assert run.main(flags) == 0
        said.append(warned(capsys.readouterr().out))
    assert said[0] == said[1]
    assert len(said[0]) == 1
    assert "`input.quality.stray_times: drop`" in said[0][0]
    kept = json.loads((tmp_path / "work" / "metrics.json").read_text())["warnings"]
    assert [f"warning: {one['said']}" for one in kept] == said[0]


def test_stray_times_are_blamed_or_set_aside(stray, tmp_path, capsys):
    flags = [*LOG, "--train", stray, "--workdir", str(tmp_path / "work")]
    assert prepare.main(flags) == 2
    assert "because stray times place them" in capsys.readouterr().err
    assert prepare.main([*flags, "--input.quality.stray-times", "drop"]) == 0
    printed = capsys.readouterr().out
    assert warned(printed) == []
    assert "quarantined: stray time" in printed


def test_the_log_itself_is_no_test_file(shop_log, tmp_path, capsys):
    file = tmp_path / "log.parquet"
    shop_log.write_parquet(file)
    flags = [*LOG, "--train", str(file), "--test", str(file), "--workdir", str(tmp_path / "work")]
    assert prepare.main(flags) == 2
    assert "the log knows what the test file asks: " in capsys.readouterr().err
    assert prepare.main([*flags, "--allow-leaks"]) == 0
    assert len(warned(capsys.readouterr().out)) == 2


def test_values_are_kept_with_what_looked_wrong(stray, tmp_path, capsys):
    flags = [*LOG, "--train", stray, "--workdir", str(tmp_path / "work"), "--folds.end", "2025-03-30T23:00:00"]
    flags += ["--value.cuts", "{first2: {at: first_n, first_n: 2}}", "--value.model.folds", "2"]
    flags += ["--value.model.methods", "{names: l2, members: l2, power: 1.5}"]
    flags += ["--value.model.methods.boosting.rounds", "4", "--value.model.forward", "2"]
    assert value.main(flags) == 0
    said = warned(capsys.readouterr().out)
    kept = json.loads((tmp_path / "work" / "value_metrics.json").read_text())["warnings"]
    assert [f"warning: {one['said']}" for one in kept] == said
    assert [one["check"] for one in kept] == ["stray_times"]
