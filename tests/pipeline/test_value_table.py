import json

import numpy as np
import polars as pl
import pytest

from pipeline.value import main

FAST = [
    "--model.methods.boosting", '{"rounds": 15, "learning_rate": 0.2, "leaves": 8, "min_rows": 10, "threads": 1}',
    "--model.methods.names", "l2,tweedie,hurdle", "--model.methods.members", "tweedie,l2",
    "--model.methods.power", "1.5", "--model.folds", "3",
]  # fmt: skip


def sessions(rows, seed=0):
    """Zero-inflated values of mixed columns: who looks at more pages buys more."""
    dice = np.random.default_rng(seed)
    user, town, pages = dice.integers(0, rows // 3, rows), dice.integers(0, 60, rows), dice.poisson(5, rows) + 1
    price = np.exp(dice.normal(3, 0.6, rows)).round(2)
    buys = dice.random(rows) < 1 / (1 + np.exp(4 - 0.7 * pages))
    return pl.DataFrame(
        {
            "sessionId": [f"s{seed}-{n}" for n in range(rows)],
            "userId": user,
            "pages": pages,
            "town": [f"town {t}" for t in town],
            "price": [None if p % 4 == 0 else float(v) for p, v in zip(pages, price, strict=True)],
            "purchaseValue": np.where(buys, price * 2, 0.0).round(2),
            "bought": buys,
        }
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("table")
    sessions(400).write_csv(folder / "train.csv")
    sessions(90, 1).write_csv(folder / "test.csv")
    return folder


def run(files, *flags):
    return main(["--table", str(files / "train.csv"), "--workdir", str(files / "out"), *FAST, *flags])


def money(files, *flags):
    return run(files, "--target", "purchaseValue", "--leave-out", "bought", "--key", "sessionId", *flags)


def refused(files, capsys, *flags):
    assert run(files, *flags) == 2
    told = capsys.readouterr().err
    assert told.count("\n") == 1
    return told


def test_every_method_is_compared_and_another_table_predicted(files, capsys):
    assert money(files, "--group", "userId", "--test", str(files / "test.csv")) == 0
    metrics = json.loads((files / "out" / "value_metrics.json").read_text())
    judged = metrics["value"]["out_of_fold"]
    assert list(judged)[:2] == ["all_zeros", "mean"]
    assert {"l2", "tweedie", "hurdle", "expected_value", "rmsle_value", "mae_value"} <= set(judged)
    assert judged["expected_value"]["rmse"] < judged["mean"]["rmse"]
    assert judged["rmsle_value"]["rmsle"] < judged["mean"]["rmsle"]
    train, test = (pl.read_csv(files / "out" / f"{name}.csv") for name in ("predictions", "test_predictions"))
    assert train["sessionId"].to_list() == sessions(400)["sessionId"].to_list()
    assert test["sessionId"].to_list() == sessions(90, 1)["sessionId"].to_list()
    assert (test["prediction"] == test["expected_value"]).all()
    assert (test["low"] <= test["high"]).all()
    assert metrics["value"]["test"]["expected_value"]["ratio"] == pytest.approx(1, abs=0.35)
    shown = capsys.readouterr().out
    assert shown.index("all zeros") < shown.index("tweedie") < shown.index("expected value")
    assert (
        "up to date"
        in (money(files, "--group", "userId", "--test", str(files / "test.csv")), capsys.readouterr().out)[1]
    )


def test_the_prediction_is_the_output_of_the_named_measure(files):
    assert money(files, "--optimize", "mae") == 0
    found = pl.read_csv(files / "out" / "predictions.csv")
    assert (found["prediction"] == found["mae_value"]).all()


def test_a_value_so_far_and_a_search(files):
    assert money(files, "--so-far", "price", "--tune", "2") == 0
    metrics = json.loads((files / "out" / "value_metrics.json").read_text())
    assert "value_so_far" in metrics["value"]["out_of_fold"]
    assert metrics["report"]["tuned"]["finished"] == 2
    assert (files / "out" / "study.sqlite").exists()


def test_a_boolean_target_makes_a_purchase_classifier(files, capsys):
    assert run(files, "--target", "bought", "--leave-out", "purchaseValue", "--key", "sessionId") == 0
    judged = json.loads((files / "out" / "value_metrics.json").read_text())["value"]["out_of_fold"]
    assert set(judged) == {"logistic_regression", "random_forest", "lightgbm"}
    assert judged["logistic_regression"]["roc_auc"] > 0.6
    assert "ROC AUC" in capsys.readouterr().out


def test_a_copy_of_the_target_is_refused(files, capsys):
    leak = pl.read_csv(files / "train.csv").with_columns(total=pl.col("purchaseValue") * 1.2)
    leak.write_csv(files / "leak.csv")
    flags = ["--table", str(files / "leak.csv"), "--target", "purchaseValue", "--leave-out", "bought"]
    assert main([*flags, "--workdir", str(files / "out"), *FAST]) == 2
    assert "`total` has the target's order" in capsys.readouterr().err
    assert main([*flags, "--workdir", str(files / "out"), *FAST, "--allow-leaks"]) == 0
    assert "warning: known too early: `total`" in capsys.readouterr().out


def test_a_key_in_train_and_test_is_refused(files, capsys):
    flags = ("--target", "purchaseValue", "--leave-out", "bought", "--key", "sessionId")
    told = refused(files, capsys, *flags, "--test", str(files / "train.csv"))
    assert "400 values of `sessionId` are in train and test both, such as 's0-0'" in told


@pytest.mark.parametrize(
    ("flags", "says"),
    [(("--target", "sum"), "set `target` to one of them"), (("--target", "town"), "and is no number"),
     (("--target", "purchaseValue", "--group", "visitor"), "set `group` to one of them"),
     (("--target", "purchaseValue", "--tune", "-1"), "`tune` must be a whole number of 0 or more, got '-1'"),
     (("--target", "purchaseValue", "--optimize", "mape"), "`optimize` must be one of"),
     (("--target", "price"), "column `price` has no value in")],
)  # fmt: skip
def test_what_cannot_be_used_is_said_in_one_line(files, capsys, flags, says):
    assert says in refused(files, capsys, *flags)


def test_values_below_zero_are_refused(files, capsys):
    sessions(50).with_columns(purchaseValue=pl.col("purchaseValue") - 5).write_csv(files / "below.csv")
    flags = ["--table", str(files / "below.csv"), "--target", "purchaseValue", "--workdir", str(files / "out")]
    assert main(flags) == 2
    assert "reaches -5, and a value is 0 or more" in capsys.readouterr().err
