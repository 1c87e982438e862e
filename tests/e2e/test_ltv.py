"""Lifetime value through the command line: a generated table, more rows, edited gates, and customers of a log."""

import json
import shutil

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from benchmarks.lifetime_rows import splits_in
from pipeline import ltv, ltv_evaluate, ltv_predict, status
from tests.conftest import ROOT

SMALL = (
    *("--ltv.table.synthetic.rows", "1500", "--ltv.table.synthetic.test_rows", "700"),
    *("--ltv.learning.names", "tweedie,hurdle,ordered", "--ltv.learning.model.methods.boosting.rounds", "12"),
    *("--ltv.learning.model.methods.boosting.threads", "1"),
)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ltv") / "w"
    smoke = str(ROOT / "configs" / "inapp_smoke.yaml")
    assert ltv.main(["--config", smoke, "--workdir", str(folder), *SMALL]) == 0
    return folder


def test_what_is_published(run):
    values = pl.read_parquet(run / "values.parquet")
    assert values.columns[:2] == ["row_id", "d7__purchase_probability"]
    assert values["row_id"].n_unique() == values.height == 700
    for output in ("purchase_probability", "expected_value", "rmsle_value", "mae_value", "low", "high"):
        short, middle, long = (values[f"{h}__{output}"] for h in ("d7", "d14", "d28"))
        assert ((short <= middle) & (middle <= long)).all()
    submission = pl.read_csv(run / "submission.csv")
    assert submission.columns == ["row_id", "prediction"]
    metrics = json.loads((run / "ltv_metrics.json").read_text())
    answers = metrics["ltv"]["test"]["d7"]
    assert {"all_zeros", "mean", "expected_value", "rmsle_value", "mae_value"} <= set(answers)
    measures = {"ngini", "spearman", "mae", "rmse", "rmse_trim", "rmsle", "r2", "dwmape", "top10", "ratio", "auc", "ap"}
    assert measures | {"zero_rate"} <= set(answers["expected_value"])
    assert metrics["order_violations"]["test"] == 0


def test_labels_and_outcomes_are_no_features(run):
    columns = pl.read_csv(run / "columns.csv")
    assert columns.columns[:3] == ["name", "kind", "became"]
    became = dict(columns.select("name", "became").iter_rows())
    for name in ("iap_revenue_d7", "iap_revenue_d14", "buyer_d1", "buy_d28", "registration", "retention_d1"):
        assert "never a feature" in became[name]


def test_benchmarks_read_the_rows_that_were_scored(run):
    (split,) = splits_in(run, "d7", 300)
    labels = pl.read_parquet(run / "ltv" / "generated" / "log" / "labels.parquet")["iap_revenue_d7"]
    assert split.taught.matrix.shape == (1500, split.asked.matrix.shape[1])
    assert len(split.asked.target) == 300
    assert set(split.asked.target) <= set(labels)
    (whole,) = splits_in(run, "d7", 1000)
    assert whole.asked.target.sum() == pytest.approx(labels.sum())


def test_chunks_say_what_the_whole_says(run, tmp_path):
    rows = str(run / "ltv" / "generated" / "log" / "test")
    asked = ["--workdir", str(run), "--test", rows]
    assert ltv_predict.main([*asked, "--out", str(tmp_path / "a"), "--chunk-size", "64"]) == 0
    assert (tmp_path / "a" / "submission.csv").read_bytes() == (run / "submission.csv").read_bytes()
    assert_frame_equal(pl.read_parquet(tmp_path / "a" / "values.parquet"), pl.read_parquet(run / "values.parquet"))


def test_a_dry_run_tells_what_asking_would_build_and_status_what_stands(run, tmp_path, capsys):
    hour = min((run / "ltv" / "generated" / "log" / "test").iterdir())
    shutil.copytree(hour, tmp_path / "rows" / hour.name)
    before = {path: path.lstat().st_mtime_ns for path in run.rglob("*")}
    rows, out = str(tmp_path / "rows"), str(tmp_path / "out")
    capsys.readouterr()
    assert ltv_predict.main(["--workdir", str(run), "--test", rows, "--out", out, "--dry-run"]) == 0
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.endswith("/index: would be built: not there")
    assert second.startswith("what follows `ltv/asked/")
    assert last.startswith("1 product would be built, and what follows them")
    assert status.main(["--workdir", str(run), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["result"]
    assert (told["commands"], told["would_build"], told["stopped"]) == (["ltv"], [], None)
    assert {one["state"] for one in told["standing"] if not one["name"].startswith("ltv/asked/")} == {"current"}
    assert {path: path.lstat().st_mtime_ns for path in run.rglob("*")} == before
    assert not (tmp_path / "out").exists()


def test_stored_predictions_and_the_model_are_judged_alike(run, tmp_path):
    log = run / "ltv" / "generated" / "log"
    both = ["--workdir", str(run), "--labels", str(log / "labels.parquet")]
    given = (["--predictions", str(run / "values.parquet")], ["--test", str(log / "test")])
    found = []
    for number, more in enumerate(given):
        out = tmp_path / f"{number}.json"
        assert ltv_evaluate.main([*both, *more, "--out", str(out)]) == 0
        found.append(json.loads(out.read_text())["ltv"]["test"]["d14"]["expected_value"])
    published = json.loads((run / "ltv_metrics.json").read_text())["ltv"]["test"]["d14"]["expected_value"]
    assert found == [published, published]


def test_edited_gates_are_honoured(run, tmp_path):
    (tmp_path / "buyer_gate.json").write_text('{"rmsle_value": {"d28": {"cutoff": 1.0, "below": 0.0}}}')
    (tmp_path / "whale_gate.json").write_text("{}")
    rows = str(run / "ltv" / "generated" / "log" / "test")
    asked = ["--workdir", str(run), "--test", rows, "--gates", str(tmp_path), "--out", str(tmp_path / "out")]
    assert ltv_predict.main(asked) == 0
    values = pl.read_parquet(tmp_path / "out" / "values.parquet")
    plain = pl.read_parquet(run / "values.parquet")
    assert values["d28__rmsle_value"].sum() <= plain["d28__rmsle_value"].sum()
    assert_frame_equal(values.select("d7__rmsle_value"), plain.select("d7__rmsle_value"))


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        (ltv_predict, ["--workdir", "{empty}", "--test", "x", "--out", "y"], "no stored lifetime model"),
        (ltv_evaluate, ["--workdir", "{run}", "--labels", "x"], "`--test`"),
        (ltv_predict, ["--workdir", "{run}", "--test", "{run}/nothing", "--out", "y"], "nothing"),
        (ltv_predict, ["--workdir", "{run}", "--test", "x", "--out", "y", "--chunk-size", "0"], "--chunk-size"),
    ],
)
def test_what_is_wrong_is_one_line(run, tmp_path, capfd, command, arguments, told):
    filled = [argument.format(run=run, empty=tmp_path / "empty") for argument in arguments]
    assert command.main(filled) == 2
    error = capfd.readouterr().err
    assert told in error
    assert "Traceback" not in error


def test_customers_of_a_log(tmp_path):
    days = [f"2024-{month:02d}-{day:02d}" for month in range(1, 13) for day in (3, 9, 17, 26)]
    rows = [
        (f"c{customer}", days[(customer * 7 + n * (1 + customer % 5)) % len(days)], 5.0 + customer % 11 + n)
        for customer in range(120)
        for n in range(2 + customer % 6)
    ]
    pl.DataFrame(rows, schema=["who", "day", "paid"], orient="row").sort("day").write_csv(tmp_path / "log.csv")
    (tmp_path / "own.yaml").write_text(
        """
train: LOG
input:
  format:
    columns: {item: null, ts: day, user: who, price: paid}
    every_row: orders
    timezone: UTC
  sessions: {by: user}
ltv:
  horizons: [30, 60]
  origins: {at: [2024-09-01, 2024-10-15], step: 30d, observe_least: 60d}
  learning:
    names: tweedie,ratio_tweedie,hurdle
    anchor: btyd
    model: {folds: 2, forward: 0, methods: {boosting: {rounds: 8, min_rows: 10, threads: 1}}}
""".replace("LOG", str(tmp_path / "log.csv"))
    )
    assert ltv.main(["--config", str(tmp_path / "own.yaml"), "--workdir", str(tmp_path / "w")]) == 0
    values = pl.read_parquet(tmp_path / "w" / "values.parquet")
    assert values.columns[:2] == ["customer", "origin"]
    assert set(values["origin"].dt.to_string("%Y-%m-%d")) == {"2024-09-01", "2024-10-15"}
    metrics = json.loads((tmp_path / "w" / "ltv_metrics.json").read_text())
    assert list(metrics["ltv"]) == ["2024-09-01", "2024-10-15"]
    assert {"past_average", "btyd", "expected_value"} <= {
        *metrics["ltv"]["2024-10-15"]["d60"],
        *metrics["out_of_fold"]["2024-10-15"]["horizons"]["d60"]["methods"],
    }
    assert "log_ratio" in metrics["ltv_mean_of_origins"]["d30"]["expected_value"]
