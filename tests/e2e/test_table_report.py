"""`python -m pipeline.report` of flat tables: classified, valued, and told whether a row buys."""

import json
import re
import shutil

import polars as pl
import pytest

from data.manifest import read_manifest, write_manifest
from pipeline import actions, report, value
from report.value import cell
from tests.browsing import look_over
from tests.e2e.test_actions import QUICK, made
from tests.pipeline.test_value_table import FAST, sessions

DRAWS = ("--report.resamples", "60")
CLASSES = ("classes", "classes-calibration", "classes-decisions", "classes-columns")
VALUES = ("table-value", "table-value-order", "table-value-size", "table-value-columns")
LAST = ("costs", "settings")


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    made().write_csv(folder / "cases.csv")
    sessions(300).write_csv(folder / "sessions.csv")
    sessions(80, 1).write_csv(folder / "test.csv")
    return folder


@pytest.fixture(scope="module")
def reported(files):
    """One folder with both, and its page."""
    work = files / "both"
    of_cases = ("--table", str(files / "cases.csv"), "--target", "action", "--user", "userId", "--key", "id")
    assert actions.main([*of_cases, *QUICK, "--by", "category", "--workdir", str(work)]) == 0
    of_money = ("--table", str(files / "sessions.csv"), "--target", "purchaseValue", "--leave-out", "bought")
    more = ("--group", "userId", "--key", "sessionId", "--test", str(files / "test.csv"))
    assert value.main([*of_money, *more, *FAST, "--workdir", str(work)]) == 0
    assert report.main(["--workdir", str(work), *DRAWS]) == 0
    return work


def told(folder, name="report.json"):
    return json.loads((folder / name).read_text())


def headlines(section):
    return [one for block in section["blocks"] for one in block.get("headlines", [])]


def value_at(tree, path):
    for name in path.split("."):
        tree = tree[name]
    return tree


def table(section, caption):
    return next(block["rows"] for block in section["blocks"] if block.get("table", "").startswith(caption))


def test_the_page_has_every_section(reported):
    sections = told(reported)["sections"]
    assert list(sections) == [*CLASSES, *VALUES, *LAST]
    charts = [block["chart"] for one in sections.values() for block in one["blocks"] if "chart" in block]
    assert len(set(charts)) == len(charts)
    for name in charts:
        assert (reported / "report" / f"{name}.svg").exists()


def test_the_page_is_fit_to_look_at(browser, reported):
    look_over(browser, reported / "report.html")


@pytest.mark.parametrize(
    ("section", "metrics", "written"),
    [("classes", "table_metrics.json", "{:.4f}".format), ("table-value", "value_metrics.json", cell)],
)
def test_headlines_are_the_figures_of_the_metrics(reported, section, metrics, written):
    html, found = (reported / "report.html").read_text(), headlines(told(reported)["sections"][section])
    assert len(found) >= 6
    for one in found:
        figure = value_at(told(reported, metrics), one["source"])
        assert one["value"] == (f"{figure:.3f}" if "intervals" in one["source"] else written(figure))
        shown = re.search(rf'data-source="{re.escape(one["source"])}"[^>]*>\s*([^<]*?)\s*<', html)
        assert shown is not None
        assert shown[1] == one["value"]
        assert "95 % interval" in one["beside"] or "asked" in one["beside"]


def test_intervals_are_around_the_metrics(reported):
    metrics = told(reported, "table_metrics.json")
    found = told(reported / "table_shown", "shown.json")["intervals"]
    assert (found["draws"], found["groups"]) == (60, made()["userId"].n_unique())
    for name, report_ in metrics["models"].items():
        for measure, one in found["measures"][name].items():
            assert one["value"] == pytest.approx(report_[measure])
    assert found["measures"]["class_shares"]["roc_auc"]["value"] == 0.5
    answers = told(reported, "value_metrics.json")["value"]["out_of_fold"]
    money = told(reported / "value_table_shown", "shown.json")["intervals"]
    assert money["measures"]["mae"]["value"] == pytest.approx(answers["mae_value"]["mae"])
    for name in ("all_zeros", "mean"):
        assert money["naive"]["rmse"][name]["value"] == pytest.approx(answers[name]["rmse"])


def test_tables_tell_what_stands_in_the_files(reported):
    sections = told(reported)["sections"]
    became = table(sections["classes-columns"], "Columns, and what became")
    kinds = {row["column"]: row["kind"] for row in became if row["kind"]}
    assert kinds == told(reported, "table_metrics.json")["columns"]
    assert {row["column"] for row in became} == set(made().columns)
    apart = {row["column"]: row["what became of it"] for row in became if not row["kind"]}
    assert (apart["action"], apart["id"]) == ("what is predicted", "left out: it names rows")
    of_money = table(sections["table-value-columns"], "Columns, and what became")
    assert {row["column"] for row in of_money} == set(sessions(3).columns)
    worth = table(sections["classes-columns"], "What each column is worth")
    assert [row["column"] for row in worth] == pl.read_csv(reported / "table" / "importance.csv")["column"].to_list()
    confused = table(sections["classes-decisions"], "Rows by true class")
    answers = pl.read_csv(reported / "table" / "predictions.csv")
    for row in confused:
        assert row["rows"] == answers.filter(action=row["true"], predicted=row["called"]).height
    settings = {row["setting"]: row["value"] for row in table(sections["settings"], "Settings that are not")}
    assert settings["actions: target"] == "action"
    assert settings["value: target"] == "purchaseValue"
    assert settings["actions: model.trees"] == "8"
    assert "input.synthetic.sessions" not in settings
    stages = {row["stage"] for row in table(sections["costs"], "2 artifacts")}
    assert stages == {"table", "value_table"}


def test_the_same_folder_gives_the_same_page(reported, capsys):
    before = {name: (reported / name).read_bytes() for name in ("report.html", "report.json")}
    assert report.main(["--workdir", str(reported), *DRAWS]) == 0
    assert "built in" not in capsys.readouterr().out
    assert {name: (reported / name).read_bytes() for name in before} == before


def test_a_target_of_two_values_and_a_suspected_leak(files, browser):
    leaky = sessions(300).with_columns(paid=pl.col("bought").cast(pl.Int8) * 3 + pl.col("pages") / 100)
    leaky.write_csv(files / "leaky.csv")
    given = ("--table", str(files / "leaky.csv"), "--target", "bought", "--leave-out", "purchaseValue")
    work = files / "buys"
    assert value.main([*given, "--key", "sessionId", "--workdir", str(work)]) == 0
    assert report.main(["--workdir", str(work), *DRAWS]) == 0
    sections = told(work)["sections"]
    assert list(sections) == [name.replace("classes", "purchase") for name in CLASSES] + list(LAST)
    assert headlines(sections["purchase"])
    for one in headlines(sections["purchase"]):
        assert one["source"].startswith("value.out_of_fold.")
        assert one["value"] == f"{value_at(told(work, 'value_metrics.json'), one['source']):.4f}"
    said = [block["text"] for block in sections["purchase-columns"]["blocks"] if "text" in block]
    assert said[0].startswith("Suspected to be known too early: `paid` alone tells the target's classes apart (AUC 1.")
    look_over(browser, work / "report.html")


def test_a_table_of_an_older_making_is_one_line(reported, tmp_path, capsys):
    shutil.copytree(reported, tmp_path / "old")
    folder = tmp_path / "old" / "table"
    manifest = read_manifest(folder)
    for file in ("judged.parquet", "manifest.json"):
        (folder / file).unlink()
    files = {name: held for name, held in manifest["files"].items() if name != "judged.parquet"}
    write_manifest(folder, {name: held for name, held in manifest.items() if name != "seal"} | {"files": files})
    assert report.main(["--workdir", str(tmp_path / "old"), *DRAWS]) == 2
    error = capsys.readouterr().err
    assert "lacks `judged.parquet`, as it was made by an older Aisle; bring it up to date with `python -m" in error
    assert error.count("\n") == 1
