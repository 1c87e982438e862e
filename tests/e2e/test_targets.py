"""`python -m pipeline.targets` on values of a tiny shop's sessions, and of a generated table's rows."""

import csv
import json
import shutil

import polars as pl
import pytest

from evaluation.money_intervals import READ
from evaluation.profit import Terms, profit_curve
from pipeline import ltv, report, targets, value
from pipeline.plans.value_sections import lifetime_sections, value_sections
from report.page.blocks import Headlines, Page
from report.page.write import write_page
from report.value import cell
from tests.browsing import look_over
from tests.conftest import ROOT
from tests.e2e.test_ltv import SMALL
from tests.e2e.test_value import SAMPLE, SHOP

TERMS = ("--margin", "0.3", "--cost", "0.5")
FILES = ("targets.csv", "targets.json", "targets.html")


@pytest.fixture(scope="module")
def valued(tmp_path_factory):
    """The tiny shop's values, and whom to address."""
    folder = tmp_path_factory.mktemp("targets")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        assert value.main([*SHOP, "--workdir", str(folder)]) == 0
        assert targets.main(["--workdir", str(folder / SAMPLE), *TERMS]) == 0
    return folder / SAMPLE


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    """A generated table's values, and whom to address within a budget."""
    folder = tmp_path_factory.mktemp("targets_rows") / "w"
    smoke = str(ROOT / "configs" / "inapp_smoke.yaml")
    assert ltv.main(["--config", smoke, "--workdir", str(folder), *SMALL]) == 0
    assert targets.main(["--workdir", str(folder), "--margin", "0.5", "--cost", "0.01", "--budget", "2"]) == 0
    return folder


def told(folder):
    return json.loads((folder / "targets.json").read_text())


def listed(folder):
    with (folder / "targets.csv").open() as file:
        return list(csv.DictReader(file))


class TestSessions:
    def test_who_is_listed_brings_a_profit_most_first(self, valued):
        found, chosen = told(valued), listed(valued)
        assert len(chosen) == found["counts"]["addressed"] > 0
        profits = [float(row["expected_profit"]) for row in chosen]
        assert profits == sorted(profits, reverse=True)
        assert min(profits) > 0
        assert [int(row["place"]) for row in chosen] == list(range(1, len(chosen) + 1))
        assert sum(profits) == pytest.approx(found["promised"]["cut"]["promised"], abs=1e-3)

    def test_each_session_stands_once_with_what_is_still_to_come(self, valued):
        values = pl.read_parquet(valued / "values.parquet").filter(cut="all")
        assert told(valued)["counts"]["rows"] == values["session"].n_unique()
        chosen = pl.read_csv(valued / "targets.csv", schema_overrides={"session": pl.String, "events": pl.UInt16})
        joined = chosen.join(values, on=["session", "events"], validate="1:1")
        assert joined.height == chosen.height == chosen["session"].n_unique()
        left = (joined["expected_value"] - joined["so_far"]).to_list()
        assert joined["expected"].to_list() == pytest.approx(left, abs=1e-5)
        assert (joined["expected_profit"] - (0.3 * joined["expected"] - 0.5)).abs().max() < 1e-5

    def test_profit_that_came_is_that_of_the_truth(self, valued):
        judged = pl.read_parquet(valued / "targets" / "rows" / "rows.parquet")
        scored = pl.read_parquet(valued / "value" / "all" / "scored" / "000" / "000.parquet")
        truth = scored.select(key="session_key", events="events", came=pl.col("target") - pl.col("so_far"))
        joined = judged.join(truth, on=["key", "events"], validate="1:1").sort("worth", "key", descending=[True, False])
        assert joined["truth"].to_list() == joined["came"].to_list()
        found = told(valued)
        assert found["judged"] == profit_curve(joined["worth"], joined["came"], Terms(0.3, 0.5))
        cut = found["counts"]["addressed"]
        by_hand = 0.3 * joined["came"][:cut].sum() - 0.5 * cut
        assert found["judged"]["cut"]["true"] == pytest.approx(by_hand)
        assert found["judged"]["cut"]["low"] <= by_hand <= found["judged"]["cut"]["high"]
        assert found["judged"]["best"]["true"] >= by_hand

    def test_segments_add_up(self, valued):
        found = told(valued)
        for name, whole in (("rows", "rows"), ("addressed", "addressed"), ("judged", "judged")):
            assert sum(row[name] for row in found["segments"]) == found["counts"][whole]
        assert sum(row["true_profit"] for row in found["segments"]) == pytest.approx(found["judged"]["cut"]["true"])
        assert {"cart waiting", "new", "whales"} <= {row["segment"] for row in found["segments"]}
        by_segment = pl.read_csv(valued / "targets.csv")["segment"].value_counts()
        assert dict(by_segment.iter_rows()) == {
            row["segment"]: row["addressed"] for row in found["segments"] if row["addressed"]
        }

    def test_the_page_is_fit_to_look_at(self, browser, valued):
        look_over(browser, valued / "targets.html")

    def test_the_page_shows_the_same_numbers(self, valued):
        html, found = (valued / "targets.html").read_text(), told(valued)
        assert f"{found['counts']['addressed']:,}" in html
        assert 'data-source="judged.cut.true"' in html
        assert {file.suffix for file in (valued / "targets" / "page" / "charts").iterdir()} == {".svg", ".png"}

    def test_again_is_the_same_and_other_terms_are_not(self, valued, tmp_path, capsys):
        shutil.copytree(valued.parents[1], tmp_path / "copied")
        mine = tmp_path / "copied" / SAMPLE
        assert targets.main(["--workdir", str(mine), *TERMS]) == 0
        assert "built in" not in capsys.readouterr().out
        for name in FILES:
            assert (mine / name).read_bytes() == (valued / name).read_bytes()
        assert targets.main(["--workdir", str(mine), "--margin=0.3", "--cost=0.5", "--budget=2", "--cut=first2"]) == 0
        assert len(listed(mine)) <= 4
        assert told(mine)["about"] == {"cut": "first2"}


class TestRows:
    def test_the_budget_bounds_who_is_addressed(self, rows):
        found, chosen = told(rows), listed(rows)
        assert len(chosen) == found["counts"]["addressed"] == 200
        values = pl.read_parquet(rows / "values.parquet").sort("d28__expected_value", descending=True)
        assert {row["row_id"] for row in chosen} == set(values["row_id"].cast(pl.String)[:200])
        assert found["of"] == "rows"
        assert found["judged"]["rows"] == 700

    def test_another_horizon(self, rows, capsys):
        asked = ("--workdir", str(rows), "--margin", "0.5", "--cost", "0.01", "--horizon")
        assert targets.main([*asked, "d9"]) == 2
        assert capsys.readouterr().err == "error: `--horizon` is 'd9'; there are d7, d14, d28.\n"


def headline_values(section):
    return {one.source: one.value for block in section.blocks if isinstance(block, Headlines) for one in block.numbers}


class TestSections:
    """What a report tells of the same values."""

    def test_of_sessions(self, valued):
        sections = value_sections(valued)
        assert [section.name for section in sections] == ["value", "value-order", "value-size"]
        metrics = json.loads((valued / "value_metrics.json").read_text())["value"]
        for source, shown in headline_values(sections[0]).items():
            _, cut, output, measure = source.split(".")
            assert shown == cell(metrics[cut][output][measure])
        told = json.loads((valued / "value" / "shown" / "shown.json").read_text())["studies"]
        for cut, study in told.items():
            measured = study["intervals"]["measures"]
            for measure, output in READ.items():
                assert measured[measure]["value"] == pytest.approx(metrics[cut][output][measure])
                assert measured[measure]["low"] <= measured[measure]["value"] <= measured[measure]["high"]
        beside = [one.beside for block in sections[0].blocks if isinstance(block, Headlines) for one in block.numbers]
        assert all("95 % interval" in one for one in beside)
        assert list(told) == ["all", "first2"]
        tenth = next(row for row in told["all"]["gains"]["expected_value"] if row["share"] == 0.1)
        assert tenth["captured"] == pytest.approx(metrics["all"]["expected_value"]["top10"])

    def test_of_lifetimes(self, rows):
        sections = lifetime_sections(rows)
        names = ["lifetime", "lifetime-order", "lifetime-size", "lifetime-horizons"]
        assert [section.name for section in sections] == names
        metrics = json.loads((rows / "ltv_metrics.json").read_text())["ltv"]["test"]
        for source, shown in headline_values(sections[0]).items():
            _, _, horizon, output, measure = source.split(".")
            assert shown == cell(metrics[horizon][output][measure])
        told = json.loads((rows / "ltv" / "shown" / "shown.json").read_text())
        for horizon, study in told["studies"].items():
            one = study["intervals"]["measures"]["ngini"]
            assert one["value"] == pytest.approx(metrics[horizon]["expected_value"]["ngini"])
            assert one["low"] < one["high"]
        assert [(row["shorter"], row["longer"], row["falls"]) for row in told["growth"]] == [
            ("d7", "d14", 0),
            ("d14", "d28", 0),
        ]

    def test_the_sections_are_fit_to_look_at(self, browser, valued, rows, tmp_path):
        page = Page("Values", "Of sessions and rows.", [*value_sections(valued), *lifetime_sections(rows)])
        write_page(page, tmp_path / "page.html", tmp_path / "charts")
        look_over(browser, tmp_path / "page.html")

    def test_they_stand_in_the_report(self, valued):
        assert report.main([*SHOP, "--workdir", str(valued.parents[1])]) == 0
        found = json.loads((valued / "report.json").read_text())["sections"]
        assert list(found) == ["value", "value-order", "value-size", "costs", "settings"]
        assert (valued / "report.html").exists()

    def test_a_folder_without_values_has_none(self, valued, rows):
        assert lifetime_sections(valued) == []
        assert value_sections(rows) == []


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--margin", "0", "--cost", "1"), "`margin` must lie above 0 and be at most 1, got 0;"),
        (("--margin", "1.2", "--cost", "1"), "`margin` must lie above 0 and be at most 1, got 1.2;"),
        (("--margin", "nan", "--cost", "1"), "margin"),
        (("--margin", "0.3", "--cost", "-1"), "`cost` must be a number from 0 up, got -1;"),
        (("--margin", "0.3", "--cost", "1", "--budget", "0.5"), "`budget` must pay for one at least, got 0.5"),
        (("--margin", "0.3", "--cost", "1", "--cut", "none"), "`--cut` is 'none'; there are all, first2."),
        (("--margin", "0.3", "--cost", "1", "--horizon", "d7"), "`--horizon` says nothing of values of sessions"),
        (("--margin", "0.3", "--cost", "1", "--of", "customers"), "holds no values of customers; end `python -m"),
        (("--margin", "much", "--cost", "1"), "margin"),
        (("--cost", "1"), "margin"),
    ],
)
def test_what_cannot_be_is_one_line(valued, flags, said, capsys):
    assert targets.main(["--workdir", str(valued), *flags]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1


def test_a_folder_without_values(tmp_path, capsys):
    assert targets.main(["--workdir", str(tmp_path / "none"), *TERMS]) == 2
    assert "holds no values, since it is no working directory of Aisle; end" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
    (tmp_path / ".aisle").mkdir()
    (tmp_path / ".aisle" / "README").write_text("")
    assert targets.main(["--workdir", str(tmp_path), *TERMS]) == 2
    assert "holds no values; end `python -m pipeline.value` or `python -m pipeline.ltv`" in capsys.readouterr().err


def test_damaged_values_are_said(valued, tmp_path, capsys):
    shutil.copytree(valued.parents[1], tmp_path / "copied")
    mine = tmp_path / "copied" / SAMPLE
    (mine / "value" / "all" / "scored" / "000" / "000.parquet").write_bytes(b"PAR1")
    assert targets.main(["--workdir", str(mine), *TERMS]) == 2
    assert "is damaged (000.parquet: " in capsys.readouterr().err
