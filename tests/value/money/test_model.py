import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from evaluation.value import METRICS, value_metrics
from value.money.fitted import COLUMNS
from value.money.model import ValueModel, learn

ANCHORED = "ratio_l2,ratio_tweedie,ratio_gamma,log_ratio,log_ratio_median,remaining,xgboost,catboost"


@pytest.fixture(scope="module")
def anchored(make_rows, how):
    rows = make_rows(600, timed=True)
    return rows, learn(rows, how(f"{ANCHORED},log1p,hurdle"))


@pytest.fixture(scope="module")
def some_buy(make_rows, how):
    rows = make_rows(400, buys=0.4, anchored=False)
    return rows, learn(rows, how("l2,log1p,tweedie,hurdle,lean"))


def test_outputs_beat_what_anyone_would_say(anchored, make_rows):
    _, model = anchored
    other = make_rows(400, seed=8)
    said = model.predict(other.features, other.so_far)
    assert tuple(said.columns) == COLUMNS
    found = {aim: value_metrics(other.target, said[aim].to_numpy()) for aim in COLUMNS[1:4]}
    naive = value_metrics(other.target, other.known["value_so_far"])
    assert found["expected_value"]["rmse"] < 0.7 * naive["rmse"]
    assert found["rmsle_value"]["rmsle"] < 0.7 * naive["rmsle"]
    assert found["mae_value"]["mae"] < 0.7 * naive["mae"]
    assert found["expected_value"]["ratio"] == pytest.approx(1, abs=0.1)


def test_a_session_never_ends_below_what_it_holds(anchored):
    rows, model = anchored
    said = model.predict(rows.features, rows.so_far)
    for name in ("expected_value", "rmsle_value", "mae_value", "low", "high"):
        assert (said[name].to_numpy() >= rows.so_far).all(), name
    assert (said["purchase_probability"] == 1).all()


@pytest.mark.parametrize("learnt", ["anchored", "some_buy"])
def test_a_model_that_is_read_again_says_the_same(learnt, tmp_path, request):
    rows, model = request.getfixturevalue(learnt)
    model.save(tmp_path)
    again = ValueModel.load(tmp_path)
    assert again.predict(rows.features, rows.so_far, methods=True).equals(
        model.predict(rows.features, rows.so_far, methods=True)
    )
    assert again.report == json.loads(json.dumps(model.report))
    assert {file.suffix for file in tmp_path.iterdir()} == {".json", ".parquet", ".skops"}


def test_the_report_names_everything(anchored):
    _, model = anchored
    report = model.report
    assert list(report["baselines"]) == ["all_zeros", "mean", "value_so_far"]
    assert set(ANCHORED.split(",")) <= set(report["methods"])
    for table in (report["baselines"], report["methods"], report["outputs"]):
        for measures in table.values():
            assert tuple(measures) == METRICS
    for aim, metric in (("expected_value", "rmse"), ("rmsle_value", "rmsle"), ("mae_value", "mae")):
        chosen = report["chosen"][aim]
        assert chosen["chosen_for"] == metric
        values = [chosen["recipes"][name][metric] + chosen["later"][name][metric] for name in chosen["recipes"]]
        assert values == sorted(values)
        assert report["outputs"][aim][metric] == chosen["recipes"][chosen["recipe"]][metric]
        assert next(iter(chosen["recipes"])) == chosen["recipe"]
    assert report["intervals"]["measured"] == pytest.approx(0.8, abs=0.06)
    assert report["forward"]["rows"] == 360
    assert "stack (ridge)" in report["chosen"]["expected_value"]["recipes"]


def test_levels_come_from_later_rows(make_rows, how):
    """Values double in the last third: the level of later rows by earlier ones lies above that out of fold."""
    rows = make_rows(600, timed=True)
    rising = np.where(np.arange(600) > 400, 2.0, 1.0) * rows.target
    rows = replace(rows, target=rising)
    timed, timeless = learn(rows, how("ratio_tweedie")), learn(replace(rows, time=None), how("ratio_tweedie"))
    assert timed.report["levels"]["expected_value"]["factor"] > 1.15
    assert timeless.report["levels"]["expected_value"]["factor"] == pytest.approx(1, abs=0.05)
    assert timeless.report["forward"] is None


def test_who_buys(some_buy):
    rows, model = some_buy
    p = model.predict(rows.features)["purchase_probability"].to_numpy()
    assert p.mean() == pytest.approx((rows.target > 0).mean(), abs=0.05)
    assert model.report["purchase"]["roc_auc"] > 0.7
    assert model.report["outputs"]["expected_value"]["auc"] > 0.65


@pytest.mark.parametrize(
    ("optimize", "output", "metric"),
    [
        ("gini", "expected_value", "ngini"),
        ("auc", "expected_value", "auc"),
        ("r2", "expected_value", "r2"),
        ("mae", "mae_value", "mae"),
        ("rmsle", "rmsle_value", "rmsle"),
    ],
)
def test_the_winner_is_chosen_for_the_named_measure(optimize, output, metric, make_rows, how):
    rows = make_rows(300, buys=0.5, anchored=False)
    winner = learn(rows, how("l2,tweedie", optimize=optimize, alone=True)).report["winner"]
    assert (winner["output"], winner["metric"]) == (output, metric)


def test_alone_takes_one_column(make_rows, how):
    model = learn(make_rows(300), how("ratio_tweedie,log_ratio", alone=True))
    assert all(len(output.weights) == 1 for output in model.outputs.values())


def test_the_same_rows_give_the_same_files(make_rows, how, tmp_path):
    rows = make_rows(200, timed=True)
    for name in ("one", "other"):
        learn(rows, how("ratio_tweedie,log_ratio,xgboost,catboost")).save(tmp_path / name)
    one, other = ((tmp_path / name / "model.json").read_bytes() for name in ("one", "other"))
    assert one == other


@pytest.mark.parametrize("unit", [0.25, 64.0])
def test_money_in_another_unit_scales_the_expected_value(unit, make_rows, how):
    """Learnt, mixed, levelled: the whole way is equivariant where no log(1 + value) is in it."""
    rows = make_rows(300)
    scale = pl.col("price") * unit
    other = replace(
        rows, features=rows.features.with_columns(scale), target=rows.target * unit, so_far=rows.so_far * unit, known={}
    )
    names = "ratio_l2,ratio_tweedie,log_ratio,remaining,l2,tweedie,gamma"
    plain, scaled = (learn(one, how(names)) for one in (rows, other))
    said = plain.predict(rows.features, rows.so_far), scaled.predict(other.features, other.so_far)
    assert scaled.outputs["expected_value"].weights == pytest.approx(plain.outputs["expected_value"].weights)
    for name in ("expected_value", "low", "high"):
        assert said[1][name].to_numpy() == pytest.approx(unit * said[0][name].to_numpy(), rel=1e-6), name


def test_no_rows_are_scored_as_no_rows(anchored):
    rows, model = anchored
    assert model.predict(rows.features.clear(), np.zeros(0)).shape == (0, 6)


def test_what_cannot_be_learnt_or_scored_is_refused(anchored, make_rows, how):
    rows, model = anchored
    with pytest.raises(ValueError, match="`target` must be above 0 somewhere"):
        learn(replace(rows, target=rows.target * 0), how("l2"))
    with pytest.raises(ValueError, match="`names` must do without a value so far"):
        learn(make_rows(100, anchored=False), how("ratio_l2"))
    with pytest.raises(ValueError, match="`so_far` must be given"):
        model.predict(rows.features)
    with pytest.raises(ValueError, match="lacks price"):
        model.predict(rows.features.drop("price"), rows.so_far)
