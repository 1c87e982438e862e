"""`python -m pipeline.actions` through the command line: on a tiny shop, and on tiny flat tables."""

import json

import numpy as np
import polars as pl
import pytest

from data.schema import TYPES
from pipeline import actions
from tests.e2e.conftest import SMALL_MODELS, TINY

SMALL = (*TINY, *SMALL_MODELS, "--actions.trees", "8", "--actions.rival-rows", "2000")
QUICK = ("--model.trees", "8", "--model.folds", "3", "--model.threads", "1")
CHANCES = ["p_click", "p_cart", "p_order"]
ROWS = 160


@pytest.fixture(scope="module")
def acted(tiny):
    """The tiny shop's action probabilities, in the folder of its run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(actions.__file__.rsplit("/", 2)[0])
        assert actions.main([*SMALL, "--workdir", str(tiny), "--top", "7"]) == 0
    return tiny


def measured(folder, name="actions_metrics.json"):
    return json.loads((folder / name).read_text())


def test_chances_in_the_shops_own_keys(acted, shop_log):
    table = pl.read_parquet(acted / "actions.parquet")
    assert table.columns == ["session", "events", "item", *CHANCES]
    assert table.equals(table.sort("session", "events", maintain_order=True))
    assert table.group_by("session", "events").len()["len"].max() == 7
    assert not table.select("session", "events", "item").is_duplicated().any()
    assert set(table["item"]) <= set(shop_log["item"].cast(pl.String))
    known = [c for c in CHANCES if table[c].null_count() == 0]
    assert "p_click" in known
    for name in CHANCES:
        assert table[name].null_count() in (0, table.height)
        assert table[name].drop_nulls().is_between(0, 1).all()


def test_measures_have_the_documented_form(acted):
    metrics = measured(acted)
    assert set(metrics) == {"valid", "test", "warnings"}
    assert list(metrics["valid"]) == list(metrics["test"]) == list(TYPES)
    judged = metrics["valid"]["clicks"]
    assert set(judged) == {"method", "input", "calibration", "models"}
    assert set(judged["models"]) == {"ranker, calibrated", "logistic_regression", "random_forest"}
    for measures in [*judged["models"].values(), metrics["test"]["clicks"]]:
        assert {"roc_auc", "average_precision", "brier", "log_loss", "ece", "curve"} <= set(measures)
        assert set(measures["at_best"]) == {"threshold", "precision", "recall", "f1"}
    assert {"raw_ece", "ece_at_most_raw"} <= set(judged["models"]["ranker, calibrated"])


def test_they_are_near_what_happened(acted):
    tested = measured(acted)["test"]["clicks"]
    assert tested["roc_auc"] > 0.7
    assert tested["ece"] < 0.01
    promised = sum(b["count"] * b["promised"] for b in tested["curve"])
    assert promised == pytest.approx(tested["positives"], rel=0.3)


def test_many_shards_give_the_same_bytes(acted, tmp_path):
    assert actions.main([*SMALL, "--workdir", str(tmp_path), "--top=7", "--shards", "3"]) == 0
    for name in ("actions.parquet", "actions_metrics.json"):
        assert (tmp_path / name).read_bytes() == (acted / name).read_bytes()


def test_another_top_trains_nothing_anew(acted, capsys):
    assert actions.main([*SMALL, "--workdir", str(acted), "--top", "3"]) == 0
    printed = capsys.readouterr().out
    assert "models/actions: up to date" in printed
    assert "clicks: logistic regression" in printed
    assert pl.read_parquet(acted / "actions.parquet").group_by("session", "events").len()["len"].max() == 3
    assert actions.main([*SMALL, "--workdir", str(acted), "--top", "7"]) == 0


def test_a_wrong_setting_is_named(tmp_path, capsys):
    assert actions.main([*SMALL, "--workdir", str(tmp_path), "--top", "0"]) == 2
    assert "`actions.top` must be at least 1" in capsys.readouterr().err


def made(rows=ROWS, seed=1):
    dice = np.random.default_rng(seed)
    price, liked = dice.exponential(20, rows), dice.random(rows) < 0.4
    action = np.where(liked, np.where(price < 15, "buy", "view"), "skip")
    return pl.DataFrame(
        {
            "id": [f"case{n}" for n in range(rows)],
            "userId": dice.integers(0, 40, rows),
            "price": pl.Series(np.where(dice.random(rows) < 0.1, np.nan, price)).fill_nan(None),
            "category": [("shoes", "hats", None)[n] for n in dice.integers(0, 3, rows)],
            "location": [f"town{n}" for n in dice.integers(0, 30, rows)],
            "text": [f"a thing that is {'liked' if yes else 'left'} number {n}" for n, yes in enumerate(liked)],
            "action": action,
        }
    )


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    path = tmp_path_factory.mktemp("flat") / "table.csv"
    made().write_csv(path)
    return path


def classify(path, workdir, *flags):
    return actions.main(["--table", str(path), "--target", "action", "--workdir", str(workdir), *QUICK, *flags])


def test_a_flat_table_with_a_test_table(table, tmp_path, capsys):
    test = tmp_path / "test.csv"
    made(30, seed=2).drop("action").with_columns(extra=pl.lit(1)).write_csv(test)
    work = tmp_path / "work"
    assert classify(table, work, "--test", str(test), "--user", "userId", "--key", "id", "--by", "category") == 0
    printed = capsys.readouterr().out
    for word in ("random forest", "lightgbm", "logistic regression", "skip", "returning", "hats"):
        assert word in printed
    out = pl.read_csv(work / "predictions.csv")
    assert out.columns == ["id", "action", "predicted", "p_buy", "p_skip", "p_view"]
    assert out["id"].to_list() == made()["id"].to_list()
    assert out["action"].to_list() == made()["action"].to_list()
    assert (out["predicted"] == out["action"]).mean() > 0.6
    assert out.select(pl.sum_horizontal("p_buy", "p_skip", "p_view")).to_series().to_list() == pytest.approx([1] * ROWS)
    assert pl.read_csv(work / "test_predictions.csv").columns == ["id", "predicted", "p_buy", "p_skip", "p_view"]
    assert pl.read_csv(work / "importance.csv")["column"][0] == "text"
    metrics = measured(work, "table_metrics.json")
    assert set(metrics["models"]) == {"logistic_regression", "random_forest", "lightgbm"}
    assert metrics["models"][metrics["best"]]["roc_auc"] > 0.7
    assert set(metrics["columns"]) == {"price", "category", "location", "text"}
    visitors = metrics["segments"]["userId"]
    assert visitors["new"]["rows"] == made()["userId"].n_unique()
    assert visitors["new"]["rows"] + visitors["returning"]["rows"] == ROWS


def test_the_same_file_gives_the_same_bytes_and_another_order_the_same_answers(table, tmp_path):
    mixed = tmp_path / "mixed.csv"
    made().sample(fraction=1, shuffle=True, seed=4).write_csv(mixed)
    folders = [tmp_path / name for name in ("one", "two", "three")]
    for path, folder in zip((table, table, mixed), folders, strict=True):
        assert classify(path, folder, "--key", "id", "--leave-out", "location,userId,text") == 0
    one, two, three = ((folder / "predictions.csv").read_bytes() for folder in folders)
    assert one == two
    assert pl.read_csv(one).sort("id").equals(pl.read_csv(three).sort("id"))


def test_parquet_two_classes_and_a_labelled_test_table(tmp_path):
    path, test = tmp_path / "table.parquet", tmp_path / "test.parquet"
    for file, seed in ((path, 1), (test, 2)):
        made(seed=seed).with_columns(action=pl.col("action") == "skip").write_parquet(file)
    assert classify(path, tmp_path / "out", "--test", str(test), "--leave-out", "id,text") == 0
    assert pl.read_parquet(tmp_path / "out" / "predictions.parquet").columns[0] == "row"
    metrics = measured(tmp_path / "out", "table_metrics.json")
    assert list(metrics["classes"]) == ["false", "true"]
    assert metrics["test"]["rows"] == ROWS


@pytest.mark.parametrize(
    ("change", "flags", "message"),
    [
        ({}, ("--target", "deed"), "column `deed` is missing"),
        ({}, ("--user", "visitor"), "column `visitor` is missing"),
        ({}, ("--categories", "price,size"), "column `size` is missing"),
        ({"action": pl.lit("buy")}, (), "column `action` has one class alone, 'buy'"),
        ({"action": pl.int_range(pl.len())}, (), "has 160 different numbers, and is no class; set `target`"),
        ({"action": pl.col("id")}, (), "has 160 different values; set `target`"),
        ({"action": pl.col("action").replace("buy", None)}, (), "column `action` has no value in"),
        ({"action": pl.col("id") == "case7"}, (), "too few rows to hold some out by `action`"),
        ({}, ("--leave-out", "price,category,location,text,userId"), "no column but `action` can be learnt from"),
        ({}, ("--model.trees", "0"), "`model.trees` must be at least 1, got 0"),
    ],
)
def test_bad_tables(change, flags, message, tmp_path, capsys):
    path = tmp_path / "table.csv"
    made().with_columns(**change).write_csv(path)
    assert classify(path, tmp_path / "out", *flags) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert not list((tmp_path / "out").rglob("*.tmp"))


def test_bad_files(table, tmp_path, capsys):
    empty, lacking = tmp_path / "empty.csv", tmp_path / "lacking.csv"
    made().head(0).write_csv(empty)
    made(20).drop("price").write_csv(lacking)
    for flags, message in [
        (("--table", str(empty)), f"{empty}: the file has no rows"),
        (("--table", str(tmp_path / "none.csv")), "none.csv: there is no such file"),
        (("--test", str(lacking)), f"{lacking}: column `price` is missing"),
    ]:
        assert classify(table, tmp_path / "out", *flags) == 2
        assert message in capsys.readouterr().err
    assert actions.main(["--table", str(table)]) == 2
    assert "target" in capsys.readouterr().err
