"""A generated log of OTTO's shape: its lines, its shares, and the same bytes however it is made."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from data.errors import AisleError
from data.schema import TYPES
from data.synthetic.otto import OUTPUTS, OttoLog, write_otto
from data.synthetic.otto.text import lines_of
from pipeline import otto_log

SMALL = OttoLog(fraction=0.001)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    into = tmp_path_factory.mktemp("otto") / "log"
    write_otto(SMALL, into)
    return into


def events_of(path):
    rows = pl.read_ndjson(path).explode("events").unnest("events")
    return rows.with_columns(pl.from_epoch("ts", "ms").alias("at"))


def bytes_of(folder):
    return [(folder / name).read_bytes() for name in OUTPUTS]


def test_lines_are_json():
    numbers = [np.array(values) for values in ([0, 1, 3], [1, 1], [7, 10**18, 0], [0, 9, 1_741_000_000_000], [0, 1, 2])]
    lines = bytes(lines_of(9, *numbers)).splitlines()
    assert lines[0] == b'{"session":9,"events":[{"aid":7,"ts":0,"type":"clicks"}]}'
    assert [json.loads(line) for line in lines][1] == {
        "session": 10,
        "events": [{"aid": 10**18, "ts": 9, "type": "carts"}],
    }


def test_it_has_ottos_shape(folder):
    train, test = (events_of(folder / name) for name in OUTPUTS[:2])
    assert train["session"].n_unique() == 12_900
    assert test["session"].n_unique() == 1_672
    assert train.height / 12_900 == pytest.approx(16.8, rel=0.1)
    shares = dict(train["type"].value_counts(normalize=True).iter_rows())
    assert [round(shares[name], 1) for name in TYPES] == [0.9, 0.1, 0.0]
    assert test["session"].min() == train["session"].max() + 1
    assert train["at"].max() < test["at"].min()
    assert (test["at"].max() - train["at"].min()).days == 34


def test_what_is_shown_and_asked_belongs_together(folder):
    labels = [json.loads(line) for line in (folder / OUTPUTS[2]).read_text().splitlines()]
    asked = [json.loads(line)["session"] for line in (folder / OUTPUTS[1]).read_text().splitlines()]
    assert [label["session"] for label in labels] == asked
    assert {name for label in labels for name in label["labels"]} == set(TYPES)


def test_neighbours_in_sessions_tell_more_than_popularity(folder):
    train = events_of(folder / OUTPUTS[0]).with_columns(next=pl.col("aid").shift(-1).over("session"))
    pairs = train.select("aid", "next").drop_nulls().filter(pl.col("aid") != pl.col("next"))
    taught, asked = pairs.head(pairs.height * 4 // 5), pairs.tail(pairs.height // 5)
    best = taught.group_by("aid", "next").len().sort("len", "next", descending=True).group_by("aid").head(20)
    hits = asked.join(best, on=["aid", "next"], how="semi").height / asked.height
    popular = taught["next"].value_counts().sort("count", "next", descending=True)["next"].head(20)
    assert hits > 2 * asked["next"].is_in(popular.implode()).mean()


@pytest.mark.parametrize("workers", [1, 3])
def test_workers_change_no_byte(tmp_path, folder, workers):
    write_otto(SMALL, tmp_path / "again", workers)
    assert bytes_of(tmp_path / "again") == bytes_of(folder)


def test_another_seed_is_another_log(tmp_path, folder):
    write_otto(OttoLog(fraction=0.001, seed=8), tmp_path / "other")
    assert all(one != other for one, other in zip(bytes_of(tmp_path / "other"), bytes_of(folder), strict=True))


def test_the_command(tmp_path, capsys):
    assert otto_log.main(["--out", str(tmp_path / "log"), "--fraction", "0.0001"]) == 0
    assert capsys.readouterr().out.startswith("wrote 1,290 sessions of train and 167 of test")
    assert otto_log.main(["--out", str(tmp_path / "log")]) == 2
    assert otto_log.main(["--out", str(tmp_path / "log"), "--dry-run"]) == 2
    assert otto_log.main(["--out", str(tmp_path / "no"), "--fraction", "9"]) == 2
    assert otto_log.main(["--out", str(tmp_path / "no"), "--workers", "0"]) == 2
    assert otto_log.main(["--out", str(tmp_path / "no"), "--dry-run"]) == 0
    assert not (tmp_path / "no").exists()


def test_a_full_folder_is_left_alone(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(AisleError, match="is not an empty folder"):
        write_otto(SMALL, tmp_path)


def test_the_current_folder_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (".", tmp_path):
        with pytest.raises(AisleError, match="is the current folder"):
            write_otto(SMALL, Path(name))
    assert not list(tmp_path.parent.glob("*.unfinished"))
