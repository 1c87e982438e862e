"""metrics.json of two queries, worked by hand."""

import json

import polars as pl
import pytest

from data.schema import TYPES, Queries, Ranked
from pipeline.store.task import Artifact
from pipeline.tasks.metrics import Metrics
from tests.oracle.frames import at, labels, prefixes, table
from tests.pipeline.tasks.ranking_world import candidates

TRUTH = labels((2, "clicks", 6), (2, "orders", 5), (2, "orders", 9), (3, "clicks", 4), (3, "carts", 9))
PROPOSED = candidates((2, 4, 1, 1, None), (2, 5, 2, None, 1), (2, 6, 3, 2, 2), (3, 6, 1, None, 1), (3, 4, 2, 1, 2))
RANKED = table(
    Ranked,
    *((2, "clicks", 5, 1, 1.0), (2, "clicks", 6, 2, 0.5), (2, "orders", 5, 1, 1.0)),
    *((3, "clicks", 9, 1, 1.0), (3, "orders", 9, 1, 1.0)),
)
WORTH = {"a": {"recall@20": {"clicks": 0.5, "carts": 0.1, "orders": None}}}
WORTH |= {"b": {"recall@20": {"clicks": 0.5, "carts": 0.3, "orders": None}}, "union": WORTH["a"]}
RECALL = {"recall": WORTH, "reciprocal_rank": {"recall@20": {}}, "leave_one_out": {}}


def folder(tmp_path, name, **files):
    for file, content in files.items():
        path = tmp_path / name / file.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, pl.DataFrame):
            content.write_parquet(path.with_suffix(".parquet"))
        else:
            path.with_suffix(".json").write_text(json.dumps(content))
    return Artifact(tmp_path / name, name)


RULED = [{"row": 1, "kind": "block", "queries": 2, "applied": 1, "lists": 1}]
LACKS = {"fallback": 1, "filtered": {"deny": 3}, "short": 2}


def measured(build, tmp_path, top):
    """The metrics, where carts have no model."""
    asked = table(Queries, *((query, 100 + query, str(query), None, at(0), at(9), 1, None) for query in (2, 3)))
    seen = prefixes((2, 4, 0, "clicks"), (2, 6, 1, "clicks"), (3, 9, 0, "carts"))
    popular = pl.DataFrame({"item": [4, 5], "place": [0, 1]}, schema={"item": pl.UInt32, "place": pl.UInt32})
    about = {"rounds": 3, "features": ["x"]}
    models = {"clicks": "clicks", "carts": None, "orders": "shared"}
    task = Metrics(
        fold=folder(tmp_path, "fold", queries__000=asked, prefixes__000=seen),
        labels=folder(tmp_path, "labels", labels__000=TRUTH),
        candidates=(folder(tmp_path, "candidates", **{"000": PROPOSED}),),
        popular=folder(tmp_path, "popular", popular=popular),
        ranked=folder(tmp_path, "ranked", ranked=RANKED, counts=LACKS, ruled={"rules": RULED}),
        recall=folder(tmp_path, "recall", recall=RECALL),
        valid_recall=folder(tmp_path, "valid", recall=RECALL),
        plan=folder(tmp_path, "plan", plan={"models": models}),
        trained={"clicks": (folder(tmp_path, "model", about=about), folder(tmp_path, "search", tuned={"trials": 2}))},
        mode="past",
        top=top,
        warnings=({"check": "odd", "said": "2 of 5 look odd."},),
        served=folder(tmp_path, "served", served={"lists": 3, "joined": 2}),
    )
    made = build(f"metrics{top}", task)
    return json.loads((made.path / "metrics.json").read_text())


@pytest.fixture
def measure(build, tmp_path):
    return measured(build, tmp_path, 20)


def test_lists_of_another_length_are_measured_at_both(build, tmp_path):
    found = measured(build, tmp_path, 1)["ranking"]
    assert found["ranked"]["recall@20"] == {"clicks": 0.5, "carts": None, "orders": 0.5, "total": None}
    assert found["ranked"]["recall@1"] == {"clicks": 0, "carts": None, "orders": 1, "total": None}
    assert found["ranked"]["next_click"] == {
        **{"HR@1": 0, "HR@10": 0.5, "HR@20": 0.5},
        **{"MRR@1": 0, "MRR@10": 0.25, "MRR@20": 0.25},
    }
    assert found["revisit_popular"]["recall@1"]["clicks"] == 0.5
    deep = measured(build, tmp_path / "deep", 25)["ranking"]["fused"]
    assert deep["recall@25"] == deep["recall@20"]


def test_ranked_lists_by_hand(measure):
    """Of two clicks one is found, at the second place; of two orders one; carts have no model, so no total."""
    ranked = measure["ranking"]["ranked"]
    assert ranked["recall@20"] == {"clicks": 0.5, "carts": None, "orders": 0.5, "total": None}
    assert ranked["next_click"] == {"HR@10": 0.5, "HR@20": 0.5, "MRR@10": 0.25, "MRR@20": 0.25}


def test_the_fused_order_is_one_list_for_all_types(measure):
    fused = measure["ranking"]["fused"]
    assert fused["recall@20"] == pytest.approx({"clicks": 1, "carts": 0, "orders": 0.5, "total": 0.1 + 0.3})
    assert fused["next_click"]["MRR@20"] == pytest.approx((1 / 3 + 1 / 2) / 2)


def test_the_best_source_is_chosen_by_type_ties_by_the_members_order(measure):
    assert measure["best_source"] == {"clicks": "a", "carts": "b", "orders": "a"}
    # clicks by `a`: 6 at place 2 and 4 at place 1; carts by `b`: none; orders by `a`: none
    best = measure["ranking"]["best_source"]
    assert best["recall@20"] == pytest.approx({"clicks": 1, "carts": 0, "orders": 0, "total": 0.1})
    assert best["next_click"]["MRR@20"] == pytest.approx((1 / 2 + 1) / 2)


def test_the_baseline_is_what_was_seen_then_what_is_popular(measure):
    # 2: 6, 4, 5; 3: 9, 4, 5
    baseline = measure["ranking"]["revisit_popular"]
    assert baseline["recall@20"] == pytest.approx({"clicks": 1, "carts": 1, "orders": 0.5, "total": 0.7})
    assert baseline["next_click"]["MRR@20"] == pytest.approx((1 + 1 / 2) / 2)


def test_what_is_told_besides(measure):
    assert measure["training"] == {"clicks": {"about": {"rounds": 3}, "tuned": {"trials": 2}}}
    assert measure["counts"] == {
        "queries": 2,
        "sessions": 2,
        "candidates": 5,
        "labels": {"clicks": 2, "carts": 1, "orders": 2},
        **LACKS,
    }
    assert measure["mode"] == "past"
    assert measure["rules"] == RULED
    assert measure["served"] == {"lists": 3, "joined": 2}
    shown = {name: sum(row["shown"] for row in measure["promises"] if row["type"] == name) for name in TYPES}
    assert shown == dict.fromkeys(TYPES, 0) | dict(RANKED.group_by("type").len().rows())
    assert measure["warnings"] == [{"check": "odd", "said": "2 of 5 look odd."}]
    assert measure["candidates"] == WORTH
    assert list(measure["ranking"]) == ["ranked", "fused", "best_source", "revisit_popular"]
