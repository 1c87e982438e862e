import json

import polars as pl
import pytest

from data.filters import Filters
from data.schema import Ranked
from data.tables import shard_file
from pipeline.store.task import Artifact
from pipeline.tasks import ranked as module
from pipeline.tasks.ranked import RankedShard
from tests.pipeline.tasks.ranking_world import counting_ranker, description


@pytest.fixture
def ranked(tmp_path):
    """Ranks a shard; 9 and 4 are popular, in this order."""
    (tmp_path / "popular").mkdir()
    popular = pl.DataFrame({"item": [9, 4], "place": [0, 1]}, schema={"item": pl.UInt32, "place": pl.UInt32})
    popular.write_parquet(tmp_path / "popular" / "popular.parquet")
    model, told = counting_ranker(tmp_path / "model"), description(tmp_path)

    def rank(shard, objectives=("clicks",), name="ranked", **how):
        popular = Artifact(tmp_path / "popular", "popular")
        task = RankedShard(told, shard, dict.fromkeys(objectives, model), popular, 1, **how)
        into = tmp_path / name / str(shard)
        into.mkdir(parents=True)
        about = task(into)
        table = pl.read_parquet(shard_file(into, shard))
        assert about == {"rows": table.height}
        assert Ranked.is_valid(table)
        rank.counts = json.loads((into / "counts.json").read_text())
        return table

    return rank


@pytest.fixture
def barred(build):
    """Nobody is to see 6; user 0 has ordered 9."""

    def made(name="barred", **rules):
        items = {"item": range(10), "rule": [rules.get(f"i{item}", 0) for item in range(10)]}
        for file, frame in {
            "items": pl.DataFrame(items, schema={"item": pl.UInt32, "rule": pl.UInt8}),
            "keys": pl.DataFrame(schema={"key": pl.String, "rule": pl.UInt8}),
            "bought": pl.DataFrame({"user": [0], "item": [9]}, schema={"user": pl.UInt32, "item": pl.UInt32}),
        }.items():
            (build.folder / name).mkdir(exist_ok=True)
            frame.write_parquet(build.folder / name / f"{file}.parquet")
        return Artifact(build.folder / name, name)

    return made


def test_the_score_orders_then_fusion_then_popularity(ranked):
    found = ranked(0)
    assert found.select("query", "rank", "item").rows() == [
        *((2, 1, 6), (2, 2, 4), (2, 3, 5), (2, 4, 9)),  # two members; one, in fused order; 4 is there already
        *((3, 1, 4), (3, 2, 6), (3, 3, 9)),
        *((4, 1, 9), (4, 2, 4)),  # a query without candidates gets what is popular
    ]
    scores = found.filter(query=2)["score"].to_list()
    assert scores[0] > scores[1] == scores[2]
    assert scores[3] is None
    assert found.filter(query=4)["score"].null_count() == 2


def test_what_lists_lack_is_counted(ranked):
    ranked(0)
    assert ranked.counts == {"fallback": 1, "filtered": {}, "short": 3}
    ranked(0, top=3, name="three")
    assert ranked.counts == {"fallback": 1, "filtered": {}, "short": 1}  # 4 has two popular items alone


def test_what_a_rule_bars_is_left_out_before_the_best_are_taken(ranked, barred):
    found = ranked(0, barred=barred(i6=2), filters=Filters(deny="denied.txt"))
    assert found.select("query", "item").rows() == [(2, 4), (2, 5), (2, 9), (3, 4), (3, 9), (4, 9), (4, 4)]
    assert ranked.counts["filtered"] == {"deny": 2}
    only = ranked(0, barred=barred("most", i6=1, i4=1), filters=Filters(allow="sold.txt"), name="only")
    # 4 is popular all the same: what fills lists up is made without it (`pipeline.tasks.history.PopularItems`)
    assert only.filter(pl.col("score").is_not_null()).select("query", "item").rows() == [(2, 5)]
    assert ranked.counts == {"fallback": 2, "filtered": {"allow": 4}, "short": 3}


def test_what_was_bought_is_left_out_visitor_by_visitor(ranked, barred):
    """User 0 of query 2 has ordered 9 before, and 1 of shard 1 in the session."""
    ever = ranked(0, barred=barred(), filters=Filters(bought="ever"))
    assert ever.select("query", "item").rows() == [(2, 6), (2, 4), (2, 5), (3, 4), (3, 6), (3, 9), (4, 9), (4, 4)]
    session = ranked(0, barred=barred(), filters=Filters(bought="session"), name="session")
    assert session.filter(query=2)["item"].to_list() == [6, 4, 5, 9]
    assert ranked.counts["filtered"] == {}


def test_each_trained_objective_has_its_lists(ranked):
    found = ranked(1, ("clicks", "orders"))
    assert found.select("query", "type", "rank", "item").rows() == [
        *((7, "clicks", rank + 1, item) for rank, item in enumerate((2, 9, 4))),
        *((7, "orders", rank + 1, item) for rank, item in enumerate((2, 9, 4))),
    ]


def test_queries_in_portions_give_the_same(ranked, monkeypatch):
    whole = ranked(0)
    monkeypatch.setattr(module, "QUERIES_AT_ONCE", 1)
    assert ranked(0, name="portions").equals(whole)
