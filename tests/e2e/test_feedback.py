"""Lists are served, visitors act, what happened is judged, reviewed, and ruled on: the whole way round."""

import json
import shutil

import polars as pl
import pytest

from pipeline import feedback, report
from serving.recommender import Recommender
from tests.browsing import look_over
from tests.e2e.conftest import metrics_of, run_in
from tests.e2e.served import asked_in, exact, one_by_one, shown


@pytest.fixture(scope="module")
def log(shop_log):
    return shop_log.with_columns(pl.col("session").cast(pl.String))


def served_of(folder, log):
    """The run's lists, shown at the last event that was visible; half of them on one page, half on another."""
    table = pl.read_parquet(folder / "recommendations.parquet")
    visible = shown(log, asked_in(table)).group_by("session").agg(shown=pl.col("ts").max())
    return table.join(visible, on="session").with_columns(
        page=pl.when(pl.col("session").cast(pl.Int64) % 2 == 0).then(pl.lit("home")).otherwise(pl.lit("cart"))
    )


def hidden_at_the_cut(folder, log):
    """What came after the cut in the very moment of the last visible event: a list cannot be shown between the two."""
    served = served_of(folder, log).select("session", "events", "shown").unique()
    place = pl.int_range(pl.len()).over("session", order_by=["ts", "row"])
    rows = log.with_row_index("row").with_columns(place=place).join(served, on="session")
    late = rows.filter((pl.col("place") >= pl.col("events")) & (pl.col("ts") == pl.col("shown")))
    orders = late.filter(pl.col("type") != "clicks").select("session", "type", "item").unique()
    return dict(orders.group_by("type").len().rows())


@pytest.fixture(scope="module")
def judged(tiny, log, tmp_path_factory):
    folder = tmp_path_factory.mktemp("served")
    served_of(tiny, log).write_parquet(folder / "served.parquet")
    log.write_parquet(folder / "new.parquet")
    given = ("--served", str(folder / "served.parquet"), "--events", str(folder / "new.parquet"))
    assert feedback.main(["--workdir", str(tiny), *given]) == 0
    return tiny, given


def told_of(folder):
    return json.loads((folder / "feedback.json").read_text())


class TestJudged:
    """The scored fold itself was shown, so what happened is what its labels say and what was promised."""

    def test_hits_are_those_of_the_metrics(self, judged, log):
        told, metrics = told_of(judged[0]), metrics_of(judged[0])
        found = {row["type"]: row for row in told["objectives"]}
        for name in ("carts", "orders"):
            assert found[name]["recall"] == pytest.approx(metrics["ranking"]["ranked"]["recall@20"][name])
        assert found["clicks"]["recall"] == pytest.approx(metrics["ranking"]["ranked"]["next_click"]["HR@20"])
        ties = hidden_at_the_cut(judged[0], log)
        for name, labels in metrics["counts"]["labels"].items():
            assert found[name]["wanted"] == labels - ties.get(name, 0)

    def test_what_was_promised_happened(self, judged, log):
        told, metrics = told_of(judged[0]), metrics_of(judged[0])
        promises = {(row["type"], row["band"]): row["rate"] for row in metrics["promises"]}
        assert len(promises) > 20
        ties = hidden_at_the_cut(judged[0], log)
        exact_ones = [row for row in told["calibration"] if row["type"] not in ties]
        assert {"clicks", "carts"} <= {row["type"] for row in exact_ones}
        for row in exact_ones:
            assert row["happened"] == pytest.approx(row["promised"]) == promises[row["type"], row["band"]]
        errors = {row["type"]: row["error"] for row in told["calibration_error"]}
        assert [errors[name] for name in ("clicks", "carts")] == pytest.approx([0, 0], abs=1e-12)

    def test_positions(self, judged):
        told = told_of(judged[0])
        assert len(told["positions"]) == 60
        hits = {row["type"]: row["hits"] for row in told["objectives"]}
        for name, found in hits.items():
            assert sum(row["hits"] for row in told["positions"] if row["type"] == name) == found
        assert {row["examined"] for row in told["examined"] if row["rank"] == 1} == {1.0}

    def test_segments_are_those_of_the_lists_and_the_shops_own(self, judged):
        told = told_of(judged[0])
        named = {row["segment"] for row in told["segments"]}
        assert {"events shown", "day", "place", "category", "page"} == named
        pages = [row for row in told["segments"] if row["segment"] == "page"]
        assert [row["value"] for row in pages] == ["cart", "home"]
        assert sum(row["hits"] for row in pages) == sum(row["hits"] for row in told["objectives"])

    def test_a_second_call_builds_nothing(self, judged, capsys):
        before = (judged[0] / "feedback.html").read_bytes()
        assert feedback.main(["--workdir", str(judged[0]), *judged[1]]) == 0
        assert "feedback/numbers: up to date" in capsys.readouterr().out
        assert (judged[0] / "feedback.html").read_bytes() == before

    def test_the_page_is_fit_to_look_at(self, browser, judged):
        look_over(browser, judged[0] / "feedback.html")


def test_a_span_of_nothing_is_refused(judged, capsys):
    assert feedback.main(["--workdir", str(judged[0]), *judged[1], "--within", "0s"]) == 2
    assert "`within` must be above 0, got 0s; " in capsys.readouterr().err


def test_rows_sent_twice_and_segments_with_the_names_of_measures(tiny, judged, tmp_path):
    folder = tmp_path / "work"
    shutil.copytree(tiny, folder)
    served = pl.read_parquet(judged[1][1])
    more = {name: pl.lit("x") for name in ("hit", "band", "promised", "low", "category", "day", "z", "text")}
    pl.concat([served, served]).with_columns(**more).write_parquet(tmp_path / "more.parquet")
    given = ["--workdir", str(folder), "--served", str(tmp_path / "more.parquet"), *judged[1][2:]]
    before = told_of(judged[0])
    assert feedback.main(given) == 0
    told = told_of(folder)
    assert told["served"].pop("repeated") == served.height
    assert before["served"].pop("repeated") == 0
    assert before["served"]["late"] == 0
    for part in ("served", "objectives", "positions", "calibration", "items"):
        assert told[part] == before[part]
    own = {"hit", "band", "promised", "low", "category (served)", "day (served)", "z", "text"}
    assert {row["segment"] for row in told["segments"]} == {row["segment"] for row in before["segments"]} | own


def test_what_is_refused(judged, tmp_path, capsys):
    folder, given = judged
    served = pl.read_parquet(given[1])
    cases = (
        (served.drop("shown"), "`served` needs a column `shown`"),
        (served.with_columns(type=pl.lit("views")), "row 1: `type` is 'views'; write one of clicks, carts, orders."),
        (served.with_columns(rank=pl.lit(0)), "row 1: `rank` is '0'; places are whole numbers from 1."),
        (served.with_columns(session=pl.lit("nobody")), "`events` are of none of the 1 sessions of `served`"),
        (served.with_columns(item=pl.lit("of another shop")), "`served` shows none of the run's items (the first is "),
        (served.with_columns(score=pl.lit("high")), "row 1: `score` is 'high'; write a number, or nothing."),
    )
    for wrong, said in cases:
        wrong.write_parquet(tmp_path / "wrong.parquet")
        given_wrong = ["--served", str(tmp_path / "wrong.parquet"), *given[2:]]
        assert feedback.main(["--workdir", str(folder), *given_wrong]) == 2
        assert said in capsys.readouterr().err
    assert feedback.main(["--workdir", str(tmp_path / "none"), *given]) == 2
    assert "no ranker was trained here" in capsys.readouterr().err
    assert feedback.main(["--workdir", str(folder), *given, "--within", "soon"]) == 2
    assert "error: `within`: a duration is written like" in capsys.readouterr().err


def ruled_by(folder, log):
    """A review, filled in: the most shown item is blocked, another pinned, a category boosted for some."""
    table = pl.read_parquet(folder / "recommendations.parquet")
    counts = table["item"].value_counts(sort=True, name="n").sort("n", "item", descending=[True, False])
    most, other = counts["item"][0], counts["item"][-1]
    category = log.filter(pl.col("item").cast(pl.String) == counts["item"][5])["category"][0]
    rows = [
        {"kind": "block", "on": "item", "key": most, "why": "sold out"},
        {"kind": "pin", "on": "item", "key": other, "places": "2", "until": "2200-01-01"},
        {"kind": "boost", "on": "category", "key": str(category), "whom": "carting"},
        {"kind": "block", "on": "item", "key": other, "until": "2001-01-01"},
        {"kind": "", "on": "item", "key": other},
    ]
    return pl.DataFrame(rows, schema=["kind", "on", "key", "from", "until", "whom", "places", "why"]), most, other


def ruled_page(folder, file):
    """The page of a ruled run tells what metrics.json counts."""
    quick = ("--report.resamples", "20", "--report.stories", "0", "--rankers.importances.queries", "5")
    assert report.main(["--workdir", str(folder), "--report.diverse", "10", *quick]) == 0
    blocks = json.loads((folder / "report.json").read_text())["sections"]["rules"]["blocks"]
    rules = metrics_of(folder)["rules"]
    rows = next(block["rows"] for block in blocks if "rows" in block)
    assert [(row["questions"], row["applied"], row["lists touched"]) for row in rows] == [
        (rule["queries"], rule["applied"], rule["lists"]) for rule in rules
    ]
    assert all(rule["lists"] <= rule["applied"] or rule["kind"] == "block" for rule in rules)
    html = (folder / "report.html").read_text()
    for one in next(block["headlines"] for block in blocks if "headlines" in block):
        _, place, name = one["source"].split(".")
        assert one["value"] == f"{rules[int(place)][name]:,}"
        assert f'data-source="{one["source"]}"' in html


def test_a_review_comes_back_as_rules(judged, log, tmp_path, capsys):
    tiny, _ = judged
    review = pl.read_csv(tiny / "review.csv", infer_schema=False)
    assert {"kind", "on", "key", "suggested", "why"} <= set(review.columns)
    rules, most, other = ruled_by(tiny, log)
    rules.write_csv(tmp_path / "rules.csv")
    folder = tmp_path / "ruled"
    assert run_in(folder, "--rules", str(tmp_path / "rules.csv")) == 0
    assert "pin item" in capsys.readouterr().out
    table = pl.read_parquet(folder / "recommendations.parquet")
    lists = table.select("session", "type").unique().height
    assert most not in table["item"]
    assert table.group_by("session", "type").len()["len"].unique().to_list() == [20]
    assert table.filter(item=other).height == lists
    assert set(table.filter(item=other)["rank"]) <= {1, 2}
    told = metrics_of(folder)["rules"]
    assert [rule["kind"] for rule in told] == ["block", "pin", "boost", "block"]
    queries = metrics_of(folder)["counts"]["queries"]
    assert [told[0]["queries"], told[1]["queries"], told[3]["queries"]] == [queries, queries, 0]
    assert 0 < told[2]["queries"] < queries
    assert told[0]["applied"] > 0
    assert 0 < told[1]["applied"] <= lists
    ruled_page(folder, tmp_path / "rules.csv")
    few = asked_in(table).sample(12, seed=1)
    alone = one_by_one(Recommender.load(folder).recommend, shown(log, few), few)
    exact(alone, few.join(table, on=["session", "events"], maintain_order="left_right").select(table.columns))


def test_lists_that_were_shown_too_late(judged, log, tmp_path, capsys):
    """Lists that were shown after all that happened hit nothing, which is said."""
    tiny, given = judged
    served = pl.read_parquet(given[1]).with_columns(shown=pl.lit(log["ts"].max()))
    served.write_parquet(tmp_path / "served.parquet")
    assert feedback.main(["--workdir", str(tiny), "--served", str(tmp_path / "served.parquet"), *given[2:]]) == 0
    told = told_of(tiny)
    assert [row["hits"] for row in told["objectives"]] == [0, 0, 0]
    lists = told["served"]["lists"]
    assert f"warning: {lists:,} of {lists:,} lists of `served` were shown when `events`" in capsys.readouterr().out
    assert told["examined"] == []
