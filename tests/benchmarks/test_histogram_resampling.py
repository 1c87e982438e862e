import json

import numpy as np
import polars as pl
import pytest

from benchmarks import histogram_resampling
from benchmarks.lifetime_rows import splits_in
from value.lifetime.rows import LifetimeRows
from value.lifetime.table import to_table

TREES = "--ltv.learning.model.methods.boosting.rounds"


def rows(number, seed):
    random = np.random.default_rng(seed)
    matrix = random.normal(size=(number, 3)).astype(np.float32)
    worth = np.where(random.random(number) < 0.2, np.exp(3 + matrix[:, 0] + random.normal(size=number)), 0.0)
    worth[-1] = np.nan  # has not lived through it
    features = pl.DataFrame(matrix, schema=["a", "b", "c"])
    level = {"d90": np.full(number, 2.0)}
    made = LifetimeRows(features, {"d90": worth}, np.arange(number) // 2, np.zeros(number, np.int64), level=level)
    table = to_table(made, pl.Series(np.arange(number).astype(str)))
    return table.with_columns(segment__customer=pl.lit("new"))


@pytest.fixture
def workdir(tmp_path):
    for seed, origin in enumerate(("2011-03-01", "2011-06-01")):
        for kind, number in (("taught", 401), ("asked", 201)):
            (folder := tmp_path / "w" / "ltv" / origin / kind).mkdir(parents=True)
            rows(number, seed).write_parquet(folder / "rows.parquet")
    return tmp_path / "w"


def test_rows_without_a_known_value_are_left_out_and_parts_too(workdir):
    splits = splits_in(workdir, "d90", 10)
    assert [(len(s.taught.target), len(s.asked.target)) for s in splits] == [(400, 200)] * 2
    rest = splits[0].taught.without_part(1, 4)
    assert len(rest.target) == 300
    assert set(rest.group % 4) == {0, 2, 3}
    assert (rest.level == 2).all()


def test_no_rows_are_told(tmp_path):
    with pytest.raises(SystemExit, match="holds no lifetime rows"):
        splits_in(tmp_path, "d90", 10)


def test_every_variant_is_measured_beside_plain_trees(workdir, tmp_path, capsys):
    out = tmp_path / "made" / "found.json"
    asked = ["--horizon", "d90", "--repeats", "2", "--draws", "5", "--losses", "tweedie", "--out", str(out)]
    assert histogram_resampling.main([*asked, "--workdir", str(workdir), TREES, "5"]) == 0
    found = json.loads(out.read_text())["tweedie"]
    assert list(found) == list(histogram_resampling.VARIANTS)
    plain, drawn, weighted = found["plain"], found["HistUS drawn"], found["HistOS weights"]
    assert plain["differences"] == {}
    assert plain["presented"] == weighted["presented"] == 2 * 200  # without half of the groups
    assert drawn["presented"] < 2 * 200 < found["HistOS drawn"]["presented"]
    change, low, high = weighted["differences"]["rmse"]
    assert change == pytest.approx(weighted["rmse"] - plain["rmse"])
    assert low <= high
    assert len(weighted["repeats"]) == 2
    assert plain["ratio_raw"] == pytest.approx(plain["ratio"], rel=0.2)
    assert "HistOS drawn" in capsys.readouterr().out
