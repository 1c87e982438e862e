import json

import polars as pl
import pytest

from data.schema import Queries, Ranked
from data.tables import shard_file
from pipeline.store.task import Artifact
from pipeline.tasks import answers as answers_module
from pipeline.tasks.answers import Answers
from tests.oracle.frames import at, items, table

RANKED = (
    table(Ranked, (5, "clicks", 2, 1, 0.5), (5, "clicks", 0, 2, None), (5, "orders", 1, 1, 2.0)),
    table(Ranked, (3, "clicks", 1, 1, 0.25), (3, "orders", 0, 1, None)),
)
ASKED = tuple(
    table(Queries, (query, query, key, None, at(0), at(9), events, None))
    for query, key, events in [(5, "eve", 2), (3, "bob", 7)]
)


@pytest.fixture
def answer(build, tmp_path):
    """The answers of two shards."""
    (tmp_path / "fold" / "queries").mkdir(parents=True)
    items((0, None, None, None), (1, None, None, None), (2, None, None, None)).write_parquet(
        tmp_path / "fold" / "items.parquet"
    )
    shards = []
    for shard, (rows, asked) in enumerate(zip(RANKED, ASKED, strict=True)):
        asked.write_parquet(shard_file(tmp_path / "fold" / "queries", shard))
        (tmp_path / str(shard)).mkdir()
        rows.write_parquet(shard_file(tmp_path / str(shard), shard))
        lacks = {"fallback": shard, "filtered": {"deny": 2} if shard else {"deny": 1, "allow": 4}, "short": 3}
        (tmp_path / str(shard) / "counts.json").write_text(json.dumps(lacks))
        (tmp_path / str(shard) / "ruled.json").write_text(json.dumps({"counts": [[2, shard, shard]]}))
        shards.append(Artifact(tmp_path / str(shard), str(shard)))

    def made(otto, top=20, rules=None):
        return build("answers", Answers(tuple(shards), Artifact(tmp_path / "fold", "fold"), otto, top, rules))

    return made


def test_answers_leave_by_query_in_the_shops_keys(build, answer):
    made = answer(False)
    assert pl.read_parquet(made.path / "recommendations.parquet").rows() == [
        ("bob", 7, "clicks", 1, "1001", 0.25),
        ("bob", 7, "orders", 1, "1000", None),
        ("eve", 2, "clicks", 1, "1002", 0.5),
        ("eve", 2, "clicks", 2, "1000", None),
        ("eve", 2, "orders", 1, "1001", 2.0),
    ]
    assert pl.read_parquet(made.path / "ranked.parquet")["query"].to_list() == [3, 3, 5, 5, 5]
    assert build.about["answers"] == {"rows": 5}
    assert {path.name for path in made.path.iterdir()} == {
        "ranked.parquet",
        "recommendations.parquet",
        "counts.json",
        "ruled.json",
    }
    assert json.loads((made.path / "ruled.json").read_text()) == {"rules": []}
    told = json.loads((made.path / "counts.json").read_text())
    assert told == {"fallback": 1, "filtered": {"allow": 4, "deny": 3}, "short": 6}


def test_applications_of_rules_are_added_up(answer, tmp_path):
    rule = {"row": 1, "kind": "pin", "on": "item", "key": "5", "places": 1, "since": None, "until": None, "whom": "all"}
    (tmp_path / "rules.json").write_text(json.dumps({"rules": [rule | {"user": None, "strange": False}]}))
    made = answer(False, rules=Artifact(tmp_path, "rules"))
    assert json.loads((made.path / "ruled.json").read_text())["rules"] == [
        rule | {"queries": 4, "applied": 1, "lists": 1}
    ]


def test_lists_of_one_item_leave_and_the_submission_stays(answer):
    made = answer(True, top=1)
    table = pl.read_parquet(made.path / "recommendations.parquet")
    assert table["rank"].to_list() == [1, 1, 1, 1]
    assert table.schema["rank"] == pl.UInt8
    assert "eve_clicks,1002 1000" in (made.path / "submission.csv").read_text()


def test_ranks_of_long_lists_need_more_room(answer):
    assert pl.read_parquet_schema(answer(False, top=256).path / "recommendations.parquet")["rank"] == pl.UInt16


def test_ottos_submission(answer):
    assert (answer(True).path / "submission.csv").read_text().splitlines() == [
        "session_type,labels",
        "bob_clicks,1001",
        "bob_orders,1000",
        "eve_clicks,1002 1000",
        "eve_orders,1001",
    ]


@pytest.mark.parametrize("at_once", [1, 2, 100])
def test_portions_make_the_same_answer_and_leave_a_session_whole(monkeypatch, answer, at_once):
    monkeypatch.setattr(answers_module, "QUERIES_AT_ONCE", at_once)
    made = answer(True)
    assert pl.read_parquet(made.path / "ranked.parquet")["query"].to_list() == [3, 3, 5, 5, 5]
    assert (made.path / "submission.csv").read_text().splitlines() == [
        "session_type,labels",
        "bob_clicks,1001",
        "bob_orders,1000",
        "eve_clicks,1002 1000",
        "eve_orders,1001",
    ]
