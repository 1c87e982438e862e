import polars as pl
import pytest

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

    def rank(shard, objectives=("clicks",), name="ranked"):
        task = RankedShard(told, shard, dict.fromkeys(objectives, model), Artifact(tmp_path / "popular", "popular"), 1)
        into = tmp_path / name / str(shard)
        into.mkdir(parents=True)
        about = task(into)
        table = pl.read_parquet(shard_file(into, shard))
        assert about == {"rows": table.height}
        assert Ranked.is_valid(table)
        return table

    return rank


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
