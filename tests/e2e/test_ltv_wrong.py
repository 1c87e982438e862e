"""What is wrong in rows to score, in labels and in predictions: counted and said alike by every command, or refused."""

import json

import polars as pl
import pyarrow as pa
import pytest

from data.paths import WORKDIR_MARK
from pipeline import ltv, ltv_evaluate, ltv_predict
from tests.data.labelled.tables import put, rows

CONFIG = """
ltv:
  horizons: [7, 14]
  table:
    layout:
      key: id
      labels: {7: d7, 14: d14}
      outcomes: ["buyer*"]
      max_parts_aside: 0.5
      max_quarantine: 0.5
    features: {kinds: {spent: map, msrp: number, app: category}, time: datetime}
  learning:
    names: tweedie
    model: {folds: 2, methods: {boosting: {rounds: 3, min_rows: 5, threads: 1}}}
"""
CHECKS = ["parts_aside", "rows_aside", "columns_not_scored", "values_aside"]


def spent(*maps):
    """Maps as lists of pairs, which may hold null."""
    return pa.array([[{"key": key, "value": value} for key, value in one] for one in maps])


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a log that was learnt from, and rows to score with faults in them."""
    folder = tmp_path_factory.mktemp("wrong")
    for hour in range(2):
        ids = [f"{hour}-{n}" for n in range(60)]
        money = pa.array([float(n % 7) * (n % 3 == 0) for n in range(60)])
        part = rows(*ids, msrp=pa.array([float(n % 5) for n in range(60)]))
        part = part.set_column(2, "spent", spent(*([("a", float(n % 4)), ("b", 1.0)][: 1 + n % 2] for n in range(60))))
        put(folder / "train", hour, "a.parquet", part.set_column(3, "d7", money).set_column(4, "d14", money))
    test = folder / "test"
    faulty = rows("p", "q", "p", "r").drop_columns(["d7", "d14"])
    pairs = spent([("a", 1.0), (None, 2.0)], [("a", float("nan"))], [], [("b", None)])
    put(test, 5, "a.parquet", faulty.set_column(2, "spent", pairs))
    put(test, 5, "b.parquet", rows("s", "t", spent={"a": 1.0}).drop_columns(["d7", "d14"]))
    whole = put(test, 6, "cut.parquet", rows("u", "v")).read_bytes()
    (test / "datetime=2025-10-01-06-00" / "cut.parquet").write_bytes(whole[: len(whole) // 2])
    pl.DataFrame(
        {"id": ["p", "q", "r", "s", "s", "x"], "d7": [1, 0, 0, -1, 2, 3], "d14": [1, 0, 4, 2, 2, 4]}
    ).write_csv(folder / "labels.csv")
    (folder / "own.yaml").write_text(CONFIG)
    given = ["--config", str(folder / "own.yaml"), "--train", str(folder / "train"), "--test", str(test)]
    given += ["--labels", str(folder / "labels.csv"), "--workdir", str(folder / "w")]
    return folder, given


@pytest.fixture(scope="module")
def learnt(made):
    """The folder, and the measures of the run that has learnt."""
    assert ltv.main(made[1]) == 0
    return made[0], json.loads((made[0] / "w" / "ltv_metrics.json").read_text())


def judged(folder, *more):
    return ltv_evaluate.main(["--workdir", str(folder / "w"), *map(str, more)])


def test_the_run_that_learns_counts_all_of_it(learnt):
    told = {one["check"]: one["said"] for one in learnt[1]["warnings"]}
    assert told["parts_aside"].startswith("1 of 3 parts to score is set aside: ")
    assert [one["said"] for one in learnt[1]["warnings"] if one["check"] == "rows_aside"] == [
        "1 of 6 rows to score is set aside (repeated key 1).",
        "1 of 6 rows of the table of labels is set aside (`d7` is below 0 1).",
    ]
    assert told["columns_not_scored"].startswith("1 column that was learnt from is in no part: ['msrp']")
    assert told["values_aside"] == (
        "3 values are set aside, in 1 column of 5 rows to score (`spent` no key 1; `spent` no value 1; `spent` not "
        "finite 1); they count as unknown."
    )
    assert told["labels_known"] == ("4 of 5 scored rows are judged, whose labels are known; `labels` lacks the others.")
    assert learnt[1]["counts"]["test"] == {"scored": 5, "judged": {"d7": 4, "d14": 4}}


@pytest.mark.parametrize("size", [2, 1000])
def test_a_stored_model_says_the_same_lines_and_keeps_them(learnt, tmp_path, capsys, size):
    folder, metrics = learnt
    of_rows = [one for one in metrics["warnings"] if one["check"] in CHECKS and "labels" not in one["said"]]
    asked = ["--workdir", str(folder / "w"), "--test", str(folder / "test"), "--chunk-size", str(size)]
    assert ltv_predict.main([*asked, "--out", str(tmp_path / "more.parquet")]) == 0
    said = " ".join(capsys.readouterr().out.split())
    for one in of_rows:
        assert f"warning: {one['said']}" in said
    assert json.loads((tmp_path / "more.warnings.json").read_text()) == of_rows
    assert [one["check"] for one in of_rows] == CHECKS
    assert pl.read_parquet(tmp_path / "more.parquet").equals(pl.read_parquet(folder / "w" / "values.parquet"))
    assert ltv_predict.main([*asked, "--out", str(tmp_path / "all")]) == 0
    assert json.loads((tmp_path / "all" / "warnings.json").read_text()) == of_rows


def test_nothing_wrong_leaves_no_file_of_it(learnt, tmp_path):
    put(tmp_path / "clean", 7, "a.parquet", rows("p", "q", msrp=pa.array([1.0, 2.0])))
    asked = ["--workdir", str(learnt[0] / "w"), "--test", str(tmp_path / "clean"), "--out", str(tmp_path / "a.parquet")]
    (tmp_path / "a.warnings.json").write_text("[]")
    assert ltv_predict.main(asked) == 0
    assert not (tmp_path / "a.warnings.json").exists()


def test_labels_are_told_of_by_both_ways_to_judge(learnt, tmp_path, capsys):
    folder, metrics = learnt
    for given in (["--test", folder / "test"], ["--predictions", folder / "w" / "values.parquet"]):
        out = tmp_path / "no" / "such" / given[0] / "m.json"
        assert judged(folder, *given, "--labels", folder / "labels.csv", "--out", out) == 0
        said = " ".join(capsys.readouterr().out.split())
        found = json.loads(out.read_text())
        assert "1 of 6 rows of the table of labels is set aside (`d7` is below 0 1)" in said
        assert "4 of 5 scored rows are judged, whose labels are known" in said
        assert {one["check"] for one in found["warnings"]} >= {"rows_aside", "labels_known"}
        assert found["ltv"]["test"]["d14"]["expected_value"] == metrics["ltv"]["test"]["d14"]["expected_value"]


def changed(folder, tmp_path, **columns):
    file = tmp_path / "changed.parquet"
    pl.read_parquet(folder / "w" / "values.parquet").with_columns(**columns).write_parquet(file)
    return file


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ({"d7__low": pl.lit("much")}, "`d7__low` holds String, and must hold a number"),
        ({"d14__high": pl.lit(float("nan"))}, "`d14__high` is nan in 5 of 5 rows, the first of them row 1"),
        ({"d14__high": pl.lit(None, pl.Float64)}, "`d14__high` is None in 5 of 5 rows"),
        ({"id": pl.lit("p")}, "names 'p' twice; name each once"),
        ({"id": pl.lit(None, pl.String)}, "`id` is no key in 5 of 5 rows"),
        ({"id": pl.lit(1.5)}, "names '1.5' twice"),
        (
            {"id": pl.int_range(5)},
            "knows none of the 5 scored rows; its keys are such as ['p', 'q', 'r'], the rows' such",
        ),
    ],
)
def test_predictions_that_are_no_good_are_one_line(learnt, tmp_path, capfd, columns, told):
    file = changed(learnt[0], tmp_path, **columns)
    assert judged(learnt[0], "--predictions", file, "--labels", learnt[0] / "labels.csv") == 2
    error = capfd.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_labels_of_other_rows_are_refused_by_every_command(learnt, made, tmp_path, capfd):
    (tmp_path / "other.csv").write_text("id,d7,d14\n1,1,2\n2,0,0\n")
    assert judged(learnt[0], "--test", learnt[0] / "test", "--labels", tmp_path / "other.csv") == 2
    assert "other.csv: knows none of the 5 scored rows; its keys are such as ['1', '2']" in capfd.readouterr().err
    assert ltv.main([*made[1], "--labels", str(tmp_path / "other.csv")]) == 2
    assert "`labels`: knows none of the 5 scored rows" in capfd.readouterr().err


def test_a_damaged_stored_file_names_the_command_that_mends_it(learnt, tmp_path, capfd):
    (tmp_path / WORKDIR_MARK).parent.mkdir()
    (tmp_path / WORKDIR_MARK).write_text((learnt[0] / "w" / WORKDIR_MARK).read_text())
    for held, told in (
        ("{}", "(it lacks `kind`)"),
        ("[]", "(it holds list)"),
        ('{"kind": "table"}', "(it lacks `table`)"),
    ):
        (tmp_path / "ltv.json").write_text(held)
        assert ltv_predict.main(["--workdir", str(tmp_path), "--test", "x", "--out", "y"]) == 2
        error = capfd.readouterr().err
        assert f"is damaged {told}; learn the model again with `python -m pipeline.ltv`." in error


def test_a_folder_is_no_file_of_measures(learnt, tmp_path, capfd):
    asked = ["--test", learnt[0] / "test", "--labels", learnt[0] / "labels.csv", "--out", tmp_path]
    assert judged(learnt[0], *asked) == 2
    assert "is a folder; name a file in it" in capfd.readouterr().err
