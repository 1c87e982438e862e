"""A stored lifetime model of a log's customers, asked about the same log, a longer one and another, by commands."""

import json
from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data import growing
from pipeline import ltv, ltv_evaluate, ltv_predict
from pipeline.tasks import lifetime_values

FIRST, LAST = date(2024, 1, 3), date(2024, 12, 26)
CONFIG = """
train: LOG
input:
  format:
    columns: {item: what, ts: day, user: who, type: did, price: paid}
    events: {bought: orders, looked: clicks, returned: refund}
    timezone: UTC
  sessions: {by: user}
ltv:
  horizons: [30, 60]
  origins: {at: [2024-09-01, 2024-10-15], step: 45d, observe_least: 90d}
  learning:
    names: tweedie,ratio_tweedie,hurdle
    anchor: btyd
    model: {folds: 2, forward: 0, methods: {boosting: {rounds: 8, min_rows: 10, threads: 1}}}
"""


def shop(customers=90, last=LAST, name="c", dearer=0.0):
    """Orders, and a look before each third of them."""
    days = [FIRST + timedelta(days=n) for n in range(0, (last - FIRST).days + 1, 7)]
    rows = []
    for customer in range(customers):
        for n in range(2 + customer % 6):
            day = days[(customer * 7 + n * (1 + customer % 5)) % len(days)]
            item = f"i{(customer + n) % 9}"
            rows.append((f"{name}{customer}", str(day), "bought", item, 5.0 + customer % 11 + n + dearer))
            if n % 3 == 0:
                rows.append((f"{name}{customer}", str(day), "looked", item, None))
    rows.append((f"{name}0", str(last), "bought", "i0", 9.0))
    return pl.DataFrame(rows, schema=["who", "day", "did", "what", "paid"], orient="row").sort(
        "day", maintain_order=True
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ltv_log")
    shop().write_csv(folder / "log.csv")
    (folder / "own.yaml").write_text(CONFIG.replace("LOG", str(folder / "log.csv")))
    assert ltv.main(["--config", str(folder / "own.yaml"), "--workdir", str(folder / "w")]) == 0
    return folder


def predicted(run, log, out, *more):
    assert ltv_predict.main(["--workdir", str(run / "w"), "--test", str(log), "--out", str(out), *more]) == 0
    return pl.read_parquet(out)


def test_at_its_own_origin_it_says_what_was_published(run, tmp_path):
    published = pl.read_parquet(run / "w" / "values.parquet")
    said = predicted(run, run / "log.csv", tmp_path / "said.parquet", "--at", "2024-10-15")
    assert said.height > 80
    assert_frame_equal(said, published.filter(pl.col("origin").dt.month() == 10), check_exact=True)
    assert [file.name for file in tmp_path.iterdir()] == ["said.parquet"]


def test_what_happens_later_moves_nothing(run, tmp_path):
    later = shop(120, dearer=400.0).with_columns(pl.col("day").str.replace("2024", "2025"))
    twins = later.with_columns(who=pl.concat_str(pl.lit("a"), "who"), what=pl.concat_str(pl.lit("h"), "what"))
    back = shop().filter(did="bought").with_columns(day=pl.lit("2025-01-02"), did=pl.lit("returned"))
    pl.concat([shop(), later, twins, back]).write_csv(tmp_path / "longer.csv")
    at = ("--at", "2024-11-20T06:30")
    before = predicted(run, run / "log.csv", tmp_path / "a.parquet", *at)
    after = predicted(run, tmp_path / "longer.csv", tmp_path / "b.parquet", *at)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert_frame_equal(before, after, check_exact=True)
    at_its_end = predicted(run, tmp_path / "longer.csv", tmp_path / "c.parquet")
    assert at_its_end.height > 200
    assert at_its_end["origin"].unique().dt.to_string("%Y-%m-%d").to_list() == ["2025-12-27"]


@pytest.mark.parametrize("size", [17, 1000])
def test_chunks_say_what_the_whole_says(run, tmp_path, monkeypatch, size):
    monkeypatch.setattr(lifetime_values, "ROW_GROUP", 40)
    log, at = run / "log.csv", ("--at", "2024-10-15")
    predicted(run, log, tmp_path / "whole.parquet", *at)
    predicted(run, log, tmp_path / "chunks.parquet", *at, "--chunk-size", str(size))
    assert (tmp_path / "whole.parquet").read_bytes() == (tmp_path / "chunks.parquet").read_bytes()


def test_a_stopped_run_leaves_nothing_and_goes_on(run, tmp_path, monkeypatch, capsys):
    asked = ["--workdir", str(run / "w"), "--test", str(run / "log.csv"), "--at", "2024-08-08", "--chunk-size", "30"]
    asked += ["--out", str(tmp_path / "out")]
    with monkeypatch.context() as patch:
        patch.setattr(growing.pq.ParquetWriter, "write_table", stop)
        assert ltv_predict.main(asked) == 130
    assert not list(tmp_path.rglob("*.*"))
    capsys.readouterr()
    assert ltv_predict.main(asked) == 0
    assert "built in" not in capsys.readouterr().out
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"values.parquet", "submission.csv"}


def test_a_dry_run_asks_nothing_and_writes_nothing(run, tmp_path, capsys):
    log = tmp_path / "other.csv"
    log.write_bytes((run / "log.csv").read_bytes())
    asked = ["--workdir", str(run / "w"), "--test", str(log), "--at", "2024-09-09"]
    before = sorted(str(path) for path in run.rglob("*"))
    assert ltv_predict.main([*asked, "--out", str(tmp_path / "out"), "--dry-run"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "log: would be built: not there"
    assert ltv_evaluate.main([*asked, "--out", str(tmp_path / "m.json"), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["result"]["would_build"] == ["log"]
    assert sorted(str(path) for path in run.rglob("*")) == before
    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


def stop(*_, **__):
    raise KeyboardInterrupt


def evaluated(run, out, *more):
    found = ["--workdir", str(run / "w"), "--test", str(run / "log.csv"), "--out", str(out), *more]
    assert ltv_evaluate.main(found) == 0
    return json.loads(out.read_text())


def test_the_model_is_judged_as_when_it_was_learnt(run, tmp_path):
    published = json.loads((run / "w" / "ltv_metrics.json").read_text())
    found = evaluated(run, tmp_path / "m.json", "--at", "2024-10-15")
    for kind in ("ltv", "segments", "counts", "order_violations"):
        assert found[kind] == {"2024-10-15": published[kind]["2024-10-15"]}


def test_stored_predictions_are_judged_at_each_of_their_origins(run, tmp_path):
    published = json.loads((run / "w" / "ltv_metrics.json").read_text())["ltv"]
    values = str(run / "w" / "values.parquet")
    found = evaluated(run, tmp_path / "m.json", "--predictions", values)["ltv"]
    assert list(found) == ["2024-09-01", "2024-10-15"]
    for origin, by_horizon in found.items():
        for horizon, answers in by_horizon.items():
            assert {"past_average", "past_stretch", "all_zeros", "expected_value", "mae_value"} <= set(answers)
            assert answers == {name: published[origin][horizon][name] for name in answers}
    one = evaluated(run, tmp_path / "m.json", "--predictions", values, "--at", "2024-09-01")["ltv"]
    assert one == {"2024-09-01": found["2024-09-01"]}


def test_by_itself_it_is_judged_at_the_latest_midnight_that_tells_and_what_is_not_over_is_said(run, tmp_path, capsys):
    found = evaluated(run, tmp_path / "m.json")
    assert list(found["ltv"]) == ["2024-11-27"]  # the log ends 27 December, and 30 days are over
    assert list(found["ltv"]["2024-11-27"]) == ["d30"]
    assert (
        "2024-11-27 d60: left out, for it is not over by the log's end, 2024-12-27 00:00 UTC" in capsys.readouterr().out
    )


def test_a_moment_before_the_model_s_own_is_judged_with_a_word_of_doubt(run, tmp_path, capsys):
    evaluated(run, tmp_path / "m.json", "--at", "2024-08-08")
    assert "lies before 2024-10-15, when the model was learnt" in capsys.readouterr().out
    evaluated(run, tmp_path / "m.json", "--at", "2024-10-15")
    assert "lies before" not in capsys.readouterr().out


def test_edited_gates_are_honoured(run, tmp_path):
    (tmp_path / "buyer_gate.json").write_text('{"rmsle_value": {"d30": {"cutoff": 1.0, "below": 0.0}}}')
    (tmp_path / "whale_gate.json").write_text("{}")
    more = ("--at", "2024-10-15", "--gates", str(tmp_path))
    said = predicted(run, run / "log.csv", tmp_path / "said.parquet", *more)
    assert said["d30__rmsle_value"].max() == 0


@pytest.mark.parametrize(
    ("command", "arguments", "told"),
    [
        (ltv_predict, ["--test", "{log}", "--at", "2023-05-01"], "when nobody had bought: the log's first order"),
        (ltv_predict, ["--test", "{log}", "--at", "2025-01-01"], "`--at` is 2025-01-01 00:00, and the log ends"),
        (ltv_predict, ["--test", "{log}", "--at", "soon"], "`--at` must be a time such as 2025-03-31"),
        (ltv_predict, ["--test", "{log}", "--at", "2024-10-15T00:00:00.0001"], "whole milliseconds"),
        (ltv_predict, ["--test", "{nobody}"], "null user"),
        (ltv_predict, ["--test", "{lookers}"], "nobody buys"),
        (ltv_predict, ["--test", "{other}"], "paid"),
        (ltv_predict, ["--test", "{log}.gone"], "log.csv.gone"),
        (ltv_evaluate, ["--test", "{log}", "--at", "2024-12-20"], "before the shortest horizon, 30 days, is over"),
        (ltv_evaluate, ["--test", "{log}", "--labels", "x"], "`--labels` are those of a table's rows"),
        (ltv_evaluate, [], "give the log as `--test`"),
        (ltv_evaluate, ["--test", "{log}", "--predictions", "{log}"], "is no parquet file of predictions"),
        (ltv_evaluate, ["--test", "{log}", "--predictions", "{values}", "--at", "2024-09-02"], "its origins are"),
    ],
)
def test_what_is_wrong_is_one_line(run, tmp_path, capfd, command, arguments, told):
    nobody = tmp_path / "nobody.csv"
    shop(5).with_columns(who=pl.lit(None)).write_csv(nobody)
    shop(5).filter(pl.col("did") == "looked").write_csv(tmp_path / "lookers.csv")
    shop(5).rename({"paid": "cost"}).write_csv(tmp_path / "other.csv")
    where = {"log": run / "log.csv", "nobody": nobody, "values": run / "w" / "values.parquet"}
    where |= {name: tmp_path / f"{name}.csv" for name in ("lookers", "other")}
    given = [argument.format(**where) for argument in arguments]
    assert command.main(["--workdir", str(run / "w"), "--out", str(tmp_path / "out.parquet"), *given]) == 2
    error = capfd.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not (tmp_path / "out.parquet").exists()


def test_a_damaged_model_is_told(run, tmp_path, capfd):
    file = run / "w" / "ltv.json"
    kept = file.read_text()
    try:
        file.write_text(kept.replace('"kind": "customers"', '"kind": "weather"'))
        asked = ["--workdir", str(run / "w"), "--test", str(run / "log.csv"), "--out", str(tmp_path / "o")]
        assert ltv_predict.main(asked) == 2
        assert "is damaged (it is of 'weather')" in capfd.readouterr().err
    finally:
        file.write_text(kept)
