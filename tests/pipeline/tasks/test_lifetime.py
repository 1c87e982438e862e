import json

import polars as pl
import pytest

from data.errors import AisleError
from learning.boosting import Boosting
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.lifetime import LearntLifetimes, ScoredLifetimes
from pipeline.tasks.lifetime_results import LifetimeResults, judged
from tests.oracle.lifetime_rows import customers
from value.lifetime.config import LifetimeConfig
from value.lifetime.table import to_table
from value.money.config import ValueConfig
from value.money.methods import Methods

HORIZONS = ("d30", "d60")
MODEL = ValueConfig(folds=2, forward=0, methods=Methods(boosting=Boosting(rounds=15, min_rows=20, threads=1)))
CONFIG = LifetimeConfig(names="tweedie,hurdle,ordered", model=MODEL)


def kept(folder, rows, **segments):
    folder.mkdir(parents=True)
    table = to_table(rows, pl.Series([f"u{n}" for n in range(rows.height)]))
    table.with_columns(**{f"segment__{name}": values for name, values in segments.items()}).write_parquet(
        folder / "rows.parquet"
    )
    return Artifact(folder, folder.name)


def built(task, folder):
    folder.mkdir(parents=True)
    task(folder)
    return Artifact(folder, folder.name)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    root = tmp_path_factory.mktemp("lifetime")
    model = built(LearntLifetimes((kept(root / "train", customers()),), HORIZONS, CONFIG, "test"), root / "model")
    asked = customers(300, seed=2, unmatured=0.1)
    rows = kept(root / "asked", asked, country=pl.Series(["gb", None, "de"] * 100))
    scored = built(ScoredLifetimes(rows, model, HORIZONS), root / "scored")
    return root, model, rows, scored


def test_what_leaves(world):
    root, model, _, scored = world
    task = LifetimeResults({"test": (scored,)}, {"test": model}, HORIZONS, "customer", ("rmsle_value", "d60"))
    results = built(task, root / "results").path
    values = pl.read_parquet(results / "values.parquet")
    assert values.columns[:3] == ["customer", "d30__purchase_probability", "d30__expected_value"]
    assert values["customer"].to_list()[:2] == ["u0", "u1"]
    submission = pl.read_csv(results / "submission.csv")
    assert submission.columns == ["customer", "prediction"]
    assert submission["prediction"].to_list() == pytest.approx(values["d60__rmsle_value"].to_list(), abs=1e-5)
    metrics = json.loads((results / "ltv_metrics.json").read_text())
    answers = metrics["ltv"]["test"]["d60"]
    assert {"past_average", "btyd", "ordered", "tweedie", "expected_value", "rmsle_value", "mae_value"} <= set(
        answers
    ) | {*metrics["out_of_fold"]["test"]["horizons"]["d60"]["methods"]}
    assert answers["expected_value"]["ratio"] == pytest.approx(1, abs=0.3)
    assert set(answers["purchase_probability"]) == {"auc", "ap"}
    assert metrics["order_violations"]["test"] == 0
    counts = metrics["counts"]["test"]
    assert (counts["scored"], counts["judged"]["d30"]) == (300, 300)
    assert 200 < counts["judged"]["d60"] < 300
    assert set(metrics["segments"]["test"]["d30"]["country"]) == {"gb", "de", "(missing)"}


def test_what_became_of_each_column_is_told(world):
    _, model, _, _ = world
    columns = pl.read_csv(model.path / "columns.csv")
    became = dict(columns.select("name", "became").iter_rows())
    assert became["a"] == "a feature"
    assert became["target__d30"] == "a target: never a feature"
    assert became["told__d60__btyd"] == "an answer of a model outside"


def test_several_origins_are_averaged(world):
    _, _, _, scored = world
    found = judged({"a": [scored.path / "000.parquet"], "b": [scored.path / "000.parquet"]}, HORIZONS)
    one, mean = found["ltv"]["a"]["d30"]["expected_value"], found["ltv_mean_of_origins"]["d30"]["expected_value"]
    assert mean["rmse"] == pytest.approx(one["rmse"])


def test_an_answer_that_one_origin_lacks_has_no_mean(world, tmp_path):
    _, _, _, scored = world
    table = pl.read_parquet(scored.path / "000.parquet")
    table.drop("d30__naive__past_average").write_parquet(tmp_path / "less.parquet")
    found = judged({"a": [scored.path / "000.parquet"], "b": [tmp_path / "less.parquet"]}, HORIZONS)
    assert "past_average" not in found["ltv_mean_of_origins"]["d30"]
    assert "past_average" in found["ltv_mean_of_origins"]["d60"]


def test_edited_gates_are_asked(world, tmp_path):
    _, model, rows, _ = world
    (tmp_path / "buyer_gate.json").write_text('{"rmsle_value": {"d30": {"cutoff": 1.0, "below": 0.0}}}')
    (tmp_path / "whale_gate.json").write_text("{}")
    gates = tuple(RawFile(tmp_path / name) for name in ("buyer_gate.json", "whale_gate.json"))
    again = built(ScoredLifetimes(rows, model, HORIZONS, gates), tmp_path / "scored")
    assert pl.read_parquet(again.path / "000.parquet")["d30__rmsle_value"].max() == 0


def test_rows_without_value_are_told_in_one_line(tmp_path):
    rows = customers(60)
    rows.targets["d30"][:] = 0
    rows.targets["d60"][:] = 0
    task = LearntLifetimes((kept(tmp_path / "rows", rows),), HORIZONS, CONFIG, "test")
    with pytest.raises(AisleError, match="lifetime models cannot learn: none of 60 rows that have lived through 30"):
        built(task, tmp_path / "model")
