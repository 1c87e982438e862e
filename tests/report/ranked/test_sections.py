"""Sections of a page, from small measures."""

import polars as pl
import pytest

from evaluation.beyond.popularity import BANDS
from evaluation.session_units import MEASURES
from ranker.action_models import RANKER
from report.page.blocks import Drawn, Headlines, Prose, Shown
from report.ranked.against import against_section
from report.ranked.beyond import beyond_section
from report.ranked.calibration import calibration_section
from report.ranked.costs import costs_section
from report.ranked.finding import finding_section
from report.ranked.headlines import headline_section
from report.ranked.importance import importance_section
from report.ranked.lists import TITLES, lists_section
from report.ranked.settings import settings_section
from report.ranked.stories import _few, stories_section
from report.ranked.where import where_section

NOTHING = dict.fromkeys(("value", "low", "high", "error"))
ORDERS = ("ranked", "fused", "best_source", "revisit_popular")


def told(value):
    return {"value": value, "low": value - 0.1, "high": value + 0.1, "error": 0.05}


def measures(value, lacking=()):
    return {name: NOTHING if name in lacking else told(value) for name in MEASURES}


def of(section, kind):
    return [block for block in section.blocks if isinstance(block, kind)]


def ranking(value, orders=None):
    recall = {"clicks": value, "carts": value / 2, "orders": orders, "total": orders}
    return {"recall@20": recall, "next_click": {"MRR@20": value / 4}}


METRICS = {
    "mode": "transductive",
    "counts": {"queries": 1200, "sessions": 1000},
    "ranking": {name: ranking(0.4 - 0.1 * n) for n, name in enumerate(ORDERS)},
    "best_source": {"clicks": "chain", "carts": "chain", "orders": "revisit"},
    "reciprocal_rank": {depth: {"clicks": 0.5, "carts": 0.25} for depth in ("recall@20", "recall@100")},
    "leave_one_out": {"chain": {depth: {"clicks": 0.25, "carts": 0.5} for depth in ("recall@20", "recall@100")}},
}
INTERVALS = {
    "measures": {name: measures(0.4 - 0.1 * n, ("orders", "total")) for n, name in enumerate(ORDERS)},
    "differences": {name: measures(0.1, ("orders", "total")) for name in ORDERS[1:]},
}


def test_headlines_stand_beside_a_baseline_with_their_interval_and_source():
    section = headline_section(METRICS, INTERVALS)
    shown = of(section, Headlines)[0].numbers
    assert [(one.label, one.value, one.source) for one in shown] == [
        ("recall@20, clicks", "0.4000", "ranking.ranked.recall@20.clicks"),
        ("recall@20, carts", "0.2000", "ranking.ranked.recall@20.carts"),
        ("MRR@20, next click", "0.1000", "ranking.ranked.next_click.MRR@20"),
    ]
    assert shown[0].beside == "revisit + popularity 0.1000; 95 % interval 0.3000 to 0.5000"
    table, differences = (block.rows for block in of(section, Shown))
    assert table["order"].to_list()[2] == "best single source (chain, revisit)"
    assert table["recall@20, orders"].null_count() == 4
    assert differences.height == 3 * 3
    assert "The run is transductive." in of(section, Prose)[0].text


def test_a_source_is_worth_what_is_lost_without_it():
    by_type = {"clicks": 0.5, "carts": 0.25, "orders": None}
    curve = {str(k): by_type for k in (1, 20, 100)}
    steps = {"proposed": by_type, "described": {**by_type, "clicks": 0.375}, "listed": {**by_type, "clicks": 0.25}}
    curves = {"curves": {f"s{n}": curve for n in range(9)} | {"union": curve, "ranked": curve}, "ceilings": steps}
    section = finding_section(curves, METRICS)
    ceilings, worth = (block.rows for block in of(section, Shown))
    assert ceilings["clicks"].to_list() == [0.5, 0.375, 0.25, 0.5, 0.125, 0.125]
    assert ceilings.columns == ["step", "clicks", "carts"]
    assert worth.row(0) == ("chain", 0.25, -0.25, 0.25, -0.25)
    drawn = of(section, Drawn)
    assert [one.name for one in drawn] == ["recall-curve-clicks", "recall-curve-carts"]
    orders = {row["order"] for rows in drawn[0].chart.to_dict()["datasets"].values() for row in rows}
    assert orders == {"ranked", "union", *(f"s{n}" for n in range(6))}
    assert not of(finding_section(curves, METRICS | {"leave_one_out": {}}), Shown)[1:]


def test_segments_in_their_order():
    found = [
        {
            "segment": name,
            "queries": 3,
            "labels": {"clicks": 3, "carts": 1},
            "measures": measures(0.5, ("orders", "total")),
        }
        for name in ("2", "1")
    ]
    section = where_section({"length": found, "visitor": found[:1], "day": []})
    tables = of(section, Shown)
    assert len(tables) == 2
    assert tables[0].rows.row(0) == ("2", 3, 4, 0.5, 0.5, None, None, 0.5)
    assert [one.name for one in of(section, Drawn)] == ["quality-length"]  # one bar alone says nothing


def test_beyond_accuracy():
    bands = {**dict.fromkeys(BANDS, 0.0), "tail": 1.0}
    plain = {"coverage": 0.5, "gini": 0.75, "tail": 1.0, "popularity": 123.0, "novelty": 7.5}
    plain |= {"personalisation": 0.75, "diversity_by_category": None, "diversity_by_company": 0.9}
    lists = {"ranked_clicks": plain | {"serendipity": 0.01, "serendipity_of_hits": 0.2}, "fused": plain}
    popularity = {name: {"popularity": 12.0, "bands": bands} for name in ("history", "wanted_clicks", *lists)}
    section = beyond_section({"catalogue": 40, "lists": lists, "popularity": popularity})
    shown, alike, by_band = (block.rows for block in of(section, Shown))
    assert shown.row(0) == ("ranked for clicks", 0.5, 0.75, 1.0, 123.0, 7.5)
    assert alike.rows() == [
        ("ranked for clicks", 0.75, None, 0.9, 0.01, 0.2),
        ("candidates, fused", 0.75, None, 0.9, None, None),
    ]
    assert by_band["what"].to_list() == ["all events before", "clicked after", "ranked for clicks", "candidates, fused"]
    named = " ".join(block.text for block in of(section, Prose))
    for source in ("Ge, Delgado", "Fleder", "Abdollahpouri", "Yin", "Zhou", "Murakami", "Ziegler", "Vargas"):
        assert source in named


def test_importance_tells_what_could_not_be_measured():
    one = {"gain": 3.0, "permutation": 0.1, "contribution": 0.2}
    measured = {
        "queries": 9,
        "recall@20": 0.5,
        "groups": {"g": one, "h": one | {"gain": 1.0}},
        "features": {"g__a": one},
    }
    section = importance_section({"clicks": {"measured": measured}, "orders": {"measured": None}})
    groups, features = (block.rows for block in of(section, Shown))
    assert groups.rows() == [("g", 0.1, 0.2, 0.75), ("h", 0.1, 0.2, 0.25)]
    assert features.height == 1
    assert any(block.text.startswith("orders: no watched query") for block in of(section, Prose))


def test_calibration_of_what_was_learnt():
    curve = [{"low": 0.1, "high": 0.2, "count": 5, "promised": 0.15, "came_true": came} for came in (0.2, 0.0)]
    judged = {"rows": 10, "positives": 1, "ece": 0.05, "brier": 0.1, "curve": curve}
    judged |= {"roc_auc": 0.7, "average_precision": 0.3, "at_best": {"f1": 0.4, "precision": 0.5, "recall": 0.33}}
    actions = {
        "valid": {"clicks": {"models": {RANKER: judged, "logistic_regression": judged}}, "carts": None},
        "test": {"clicks": judged, "carts": None},
    }
    section = calibration_section(actions)
    assert section is not None
    assert of(section, Shown)[0].rows["of"].to_list() == ["clicks, valid fold", "clicks, scored fold"]
    rivals = of(section, Shown)[1].rows
    assert rivals.row(1) == ("logistic regression", 0.7, 0.3, 0.4, 0.5, 0.33, 0.1)
    assert calibration_section({"valid": {"clicks": None}, "test": {}}) is None


STORY = {
    "kind": "outranked",
    "objective": "orders",
    "item": "i9",
    "session": "s1",
    "events": 30,
    "asked": "2025-03-24 10:00",
    "did": [{"ts": "2025-03-24 09:00:00", "type": "clicks", "item": "i1", "text": "blue <b>shoe</b>"}],
    "shown": [
        {"rank": 1, "item": "i1", "text": None, "wanted": False, "sources": None, "for": None, "against": None},
        {
            "rank": 44,
            "item": "i9",
            "text": None,
            "wanted": True,
            "sources": "chain 3",
            "for": "a 1 (+0.1)",
            "against": "",
        },
    ],
    "came": [
        {"type": "orders", "item": "i9", "text": None, "ranked": None, "proposed": 44, "sources": "chain 3"},
        {"type": "carts", "item": "i8", "text": None, "ranked": 2, "proposed": None, "sources": ""},
    ],
}


def test_a_story():
    section = stories_section([STORY])
    did, shown, came = (block for block in of(section, Shown))
    assert did.caption.endswith("the latest 1 of 30 events.")
    assert did.rows.row(0) == ("2025-03-24 09:00:00", "clicks", "i1 blue <b>shoe</b>")
    assert shown.rows.rows() == [
        (1, "i1", "", "popular, fills the list up", "", ""),
        (44, "i9", "yes", "chain 3", "a 1 (+0.1)", ""),
    ]
    assert came.rows.rows() == [
        ("orders", "i9", "not listed", "candidate 44", "chain 3"),
        ("carts", "i8", "listed at 2", "not proposed", ""),
    ]
    assert "a miss: proposed, but the ranker put others before it" in of(section, Prose)[1].text


def test_costs_by_stage():
    def made(name, seconds, memory):
        return {
            "name": name,
            "seconds": seconds,
            "peak_memory_mib": memory,
            "files": {"a": {"bytes": 5}, "b": {"bytes": 1}},
        }

    some = [
        made("samples/0.1/test/sources/chain", 2.0, 100),
        made("test/sources/revisit", 1.0, 300),
        made("log", 5.0, 50),
    ]
    section = costs_section(some)
    assert of(section, Shown)[0].rows.rows() == [("log", 1, 5.0, 50, 6), ("test/sources", 2, 3.0, 300, 12)]


def test_settings_versions_and_warnings():
    section = settings_section({"folds.valid": "2d"}, {"polars": "2.1"}, [{"said": "odd"}])
    assert [block.text for block in of(section, Prose)] == ["odd"]
    assert [block.rows.rows() for block in of(section, Shown)] == [[("folds.valid", "2d")], [("polars", "2.1")]]


@pytest.mark.parametrize(
    ("value", "said"), [(0.2, "better"), (-0.2, "worse"), (0.05, "not told from luck"), (None, "not measured")]
)
def test_what_a_difference_says(value, said):
    apart = {name: NOTHING if value is None else told(value) for name in MEASURES}
    paired = {
        "this": measures(0.5),
        "other": measures(0.4),
        "difference": apart,
        "better": dict.fromkeys(MEASURES, 0.9),
    }
    paired |= {"sessions": 1000, "only_here": 3, "labels_differ": 0, "wins": 7, "losses": 5}
    section = against_section(paired, "artifacts/other")
    table = of(section, Shown)[0].rows
    assert set(table["so it is"]) == {said}
    assert isinstance(table, pl.DataFrame)
    assert "1,000 of them; 3 questions" in of(section, Prose)[1].text


def test_of_many_sources_the_best_are_named():
    assert _few("") == ""
    assert _few("revisit 3, popular 1") == "popular 1, revisit 3"
    told = ", ".join(f"s{n} {9 - n}" for n in range(8))
    assert _few(told) == "s7 2, s6 3, s5 4, s4 5, s3 6 and 3 more"


def test_lists_by_the_measures_of_other_tools():
    none, some = dict.fromkeys(TITLES), dict.fromkeys(TITLES, 0.25)
    measured = {
        "ranked": {"clicks": some | {"NDCG": 0.5}, "carts": none, "orders": none},
        "fused": {"clicks": some, "carts": some, "orders": none},
    }
    tables = of(lists_section(measured), Shown)
    assert [one.caption for one in tables] == ["Lists for clicks.", "Lists for carts."]
    assert tables[0].rows.rows() == [("Aisle, ranked", *[0.25] * 4, 0.5), ("candidates, fused", *[0.25] * 5)]
    assert tables[1].rows.row(0) == ("Aisle, ranked", *[None] * 5)
