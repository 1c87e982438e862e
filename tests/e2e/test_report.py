"""`python -m pipeline.report` on a tiny shop: the page, its numbers, and two runs side by side."""

import json
import re
import shutil
from datetime import timedelta

import polars as pl
import pytest

from pipeline import actions, report
from ranker.action_models import RANKER
from report.page.blocks import Headlines
from report.ranked.headlines import headline_section
from tests.browsing import look_over
from tests.e2e.conftest import SMALL_MODELS, TINY, metrics_of, run_in

QUICK = (
    "--report.resamples",
    "60",
    "--report.stories",
    "6",
    "--report.diverse",
    "40",
    "--rankers.importances.queries",
    "20",
)
ACTIONS = ("--actions.queries", "100", "--actions.rival-queries", "60", "--actions.trees", "5")
FLAGS = (*TINY, *SMALL_MODELS, *QUICK, *ACTIONS, "--actions.rival-rows", "2000")
MEASURED = ("headlines", "lists", "finding", "where", "beyond", "importance", "calibration")
SECTIONS = (*MEASURED, "stories", "costs", "settings")


@pytest.fixture(scope="module")
def reported(tiny, tmp_path_factory):
    """A run with probabilities and its page, and another run whose rankers do not begin at the fused order."""
    folder = tmp_path_factory.mktemp("reported")
    shutil.copytree(tiny, folder / "this")
    shutil.copytree(tiny, folder / "other")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(__file__.partition("/tests/")[0])
        assert run_in(folder / "other", "--rankers.model.prior", "0") == 0
        assert actions.main([*FLAGS, "--workdir", str(folder / "this")]) == 0
        given = ("--workdir", str(folder / "this"), "--against", str(folder / "other"))
        assert report.main([*FLAGS, *given]) == 0
    return folder


def told(folder):
    return json.loads((folder / "this" / "report.json").read_text())


def value_at(tree, path):
    """What stands at a dotted path; names with dots in them do not occur."""
    for name in path.split("."):
        tree = tree[name]
    return tree


def test_the_page_has_every_section(reported):
    sections = told(reported)["sections"]
    assert list(sections) == ["headlines", "against", *SECTIONS[1:]]
    html = (reported / "this" / "report.html").read_text()
    assert all(f'id="{name}"' in html for name in sections)
    charts = [block["chart"] for one in sections.values() for block in one["blocks"] if "chart" in block]
    assert charts
    for name in charts:
        assert (reported / "this" / "report" / f"{name}.svg").exists()
        assert (reported / "this" / "report" / f"{name}.png").exists()


def test_a_dry_run_builds_no_probabilities_for_the_page(reported, capsys):
    """Nothing of the run is built for a page, so nothing of it is foreseen either."""
    capsys.readouterr()
    assert report.main(["--workdir", str(reported / "other"), "--dry-run", "--json"]) == 0
    foreseen = json.loads(capsys.readouterr().out)["result"]["would_build"]
    assert "test/report/places" in foreseen
    assert not [name for name in foreseen if "action" in name]


def test_the_page_is_fit_to_look_at(browser, reported):
    look_over(browser, reported / "this" / "report.html")


def test_headlines_are_the_figures_of_the_metrics(reported):
    metrics, html = metrics_of(reported / "this"), (reported / "this" / "report.html").read_text()
    headlines = [
        one for block in told(reported)["sections"]["headlines"]["blocks"] for one in block.get("headlines", [])
    ]
    assert [one["label"] for one in headlines] == [
        *("recall@20, clicks", "recall@20, carts", "recall@20, orders", "recall@20, total", "MRR@20, next click")
    ]
    for one in headlines:
        assert one["value"] == f"{value_at(metrics, one['source']):.4f}", one
        shown = re.search(rf'data-source="{re.escape(one["source"])}"[^>]*>\s*([^<]*?)\s*<', html)
        assert shown is not None, one["source"]
        assert shown[1] == one["value"]


def test_tables_are_those_of_the_metrics(reported):
    metrics, measures = metrics_of(reported / "this"), told(reported)["measures"]
    for order in ("ranked", "fused", "best_source", "revisit_popular"):
        ranking, measured = metrics["ranking"][order], measures["intervals"]["measures"][order]
        for name in ("clicks", "carts", "orders", "total"):
            assert measured[name]["value"] == pytest.approx(ranking["recall@20"][name], abs=1e-12)
            assert measured[name]["low"] <= measured[name]["value"] <= measured[name]["high"]
        assert measured["MRR"]["value"] == pytest.approx(ranking["next_click"]["MRR@20"], abs=1e-12)
    for member, by_depth in metrics["candidates"].items():
        for depth in (20, 50, 100):
            assert measures["curves"]["curves"][member][str(depth)] == pytest.approx(by_depth[f"recall@{depth}"])
    listed = measures["curves"]["ceilings"]["listed"]
    assert listed == pytest.approx({name: metrics["ranking"]["ranked"]["recall@20"][name] for name in listed})


def test_segments_add_up_to_the_whole(reported):
    measures, metrics = told(reported)["measures"], metrics_of(reported / "this")
    labels = metrics["counts"]["labels"]
    for kind, found in measures["segments"].items():
        assert {name: sum(one["labels"].get(name, 0) for one in found) for name in labels} == labels, kind


def test_stories_tell_what_happened(reported):
    stories = told(reported)["measures"]["stories"]["stories"]
    assert len(stories) == 6
    lists = pl.read_parquet(reported / "this" / "recommendations.parquet")
    for one in stories:
        mine = lists.filter((pl.col("session") == one["session"]) & (pl.col("type") == one["objective"]))
        places = dict(mine.select("item", "rank").rows())
        for row in one["shown"]:
            assert row["rank"] > 20 or places[row["item"]] == row["rank"]
        for row in one["came"]:
            if row["type"] == one["objective"]:
                assert places.get(row["item"]) == row["ranked"]
        hit = one["kind"] in ("first", "found")
        assert (places.get(one["item"]) is not None) == hit


def test_two_runs_side_by_side(reported):
    found = told(reported)["measures"]["paired"]
    this, other = (metrics_of(reported / name)["ranking"]["ranked"] for name in ("this", "other"))
    for name in ("clicks", "carts", "orders", "total"):
        assert found["this"][name]["value"] == pytest.approx(this["recall@20"][name])
        assert found["other"][name]["value"] == pytest.approx(other["recall@20"][name])
    assert found["difference"]["MRR"]["value"] == pytest.approx(
        this["next_click"]["MRR@20"] - other["next_click"]["MRR@20"]
    )
    assert (found["only_here"], found["labels_differ"]) == (0, 0)


def test_the_same_folder_gives_the_same_page(reported, capsys):
    folder = reported / "this"
    before = {name: (folder / name).read_bytes() for name in ("report.html", "report.json")}
    given = ("--workdir", str(folder), "--against", str(reported / "other"))
    assert report.main([*FLAGS, *given]) == 0
    assert "built in" not in capsys.readouterr().out
    assert {name: (folder / name).read_bytes() for name in before} == before


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (("--rankers.model.truncation", "30"), "was made with other settings, files or code than these"),
        (("--against", "nowhere"), "`against`: nowhere holds no measured run"),
    ],
)
def test_what_is_not_current_or_not_there_is_one_line(reported, capsys, flags, said):
    files = sorted(reported.rglob("manifest.json"))
    assert report.main([*FLAGS, "--workdir", str(reported / "this"), *flags]) == 2
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1
    assert sorted(reported.rglob("manifest.json")) == files


def test_a_folder_that_is_none_is_one_line_and_stays_none(tmp_path, capsys):
    assert report.main([*FLAGS, "--workdir", str(tmp_path / "none")]) == 2
    assert "holds nothing to report, since it is no working directory of Aisle" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_working_directory_without_a_run(tmp_path, capsys):
    (tmp_path / ".aisle").mkdir()
    (tmp_path / ".aisle" / "README").write_text("")
    assert report.main([*FLAGS, "--workdir", str(tmp_path)]) == 2
    assert "holds nothing to report; end a run there first" in capsys.readouterr().err
    assert report.main([*FLAGS, "--workdir", str(tmp_path), "--against", "x"]) == 2
    assert "`against` compares rankings, and" in capsys.readouterr().err


def test_probabilities_are_those_of_their_metrics(reported):
    found = json.loads((reported / "this" / "actions_metrics.json").read_text())
    rows = next(block["rows"] for block in told(reported)["sections"]["calibration"]["blocks"] if "rows" in block)
    judged = {f"{name}, valid fold": one["models"][RANKER]["ece"] for name, one in found["valid"].items() if one}
    assert judged
    assert {row["of"]: row["ECE"] for row in rows if row["of"] in judged} == judged


def test_a_run_without_labels_shows_what_needs_none(shop_log, tmp_path):
    until = shop_log["ts"].max() - timedelta(days=7)
    began = shop_log.group_by("session").agg(pl.col("ts").min()).filter(pl.col("ts") >= until)["session"]
    shop_log.filter(pl.col("ts") < until).write_parquet(tmp_path / "train.parquet")
    shop_log.filter(pl.col("session").is_in(began.implode())).write_parquet(tmp_path / "test.parquet")
    files = ("--train", str(tmp_path / "train.parquet"), "--test", str(tmp_path / "test.parquet"))
    base = (*FLAGS[:2], *SMALL_MODELS, *QUICK)
    assert run_in(tmp_path / "work", *files, base=base) == 0
    assert report.main([*base, *files, "--workdir", str(tmp_path / "work")]) == 0
    found = json.loads((tmp_path / "work" / "report.json").read_text())
    assert list(found["sections"]) == ["headlines", "beyond", "importance", "costs", "settings"]
    assert set(found["measures"]["beyond"]["popularity"]) >= {"history", "ranked_clicks"}


def test_headlines_leave_out_what_was_not_measured(reported):
    metrics, intervals = metrics_of(reported / "this"), told(reported)["measures"]["intervals"]
    metrics["ranking"]["ranked"]["recall@20"]["orders"] = None
    shown = next(b for b in headline_section(metrics, intervals).blocks if isinstance(b, Headlines)).numbers
    assert "recall@20, orders" not in [one.label for one in shown]
