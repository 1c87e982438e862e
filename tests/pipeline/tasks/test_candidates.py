"""Tiny sources propose for a shard."""

import polars as pl
import pytest

from candidates import Popular, Revisit
from candidates.fusion import Fusion
from data.schema import Prefixes, Proposals, Queries
from data.tables import shard_file
from pipeline.store.task import Artifact
from pipeline.tasks import candidates as module
from pipeline.tasks.candidates import CandidateShard
from pipeline.tasks.source import Fit
from ranker.candidate_order import save_order
from tests.oracle.frames import prefixes, queries, table

SOURCES = (Revisit(decay=0.5, type_weights={"clicks": 1.0, "carts": 1.0, "orders": 1.0}), Popular())
SEEN = prefixes((4, 7, 0, "clicks"), (4, 5, 1, "clicks"), (9, 5, 1, "clicks"))
ASKED = queries((4, None, 0, None), (6, None, 0, None), (9, None, 0, None))


@pytest.fixture
def world(tmp_path):
    """A fold of two shards, the second empty; 5 and 6 are popular; revisit counts twice as much."""
    for name in ("revisit", "popular", "order", "fold/prefixes", "fold/queries"):
        (tmp_path / name).mkdir(parents=True)
    top = pl.DataFrame({"item": [5, 6], "rank": [1, 2], "score": [3.0, 2.0]})
    top.cast({name: Proposals.create_empty().schema[name] for name in top.columns}).write_parquet(
        tmp_path / "popular" / "top.parquet"
    )
    save_order(Fusion({"revisit": 2.0, "popular": 1.0}, offset=0.0), None, tmp_path / "order")
    for shard, (seen, asked) in enumerate([(SEEN, ASKED), (table(Prefixes), table(Queries))]):
        seen.write_parquet(shard_file(tmp_path / "fold" / "prefixes", shard))
        asked.write_parquet(shard_file(tmp_path / "fold" / "queries", shard))
    return tmp_path


def propose(world, shard=0, per_source=50, name="made"):
    fits = {source.name: Fit(Artifact(world / source.name, source.name)) for source in SOURCES}
    task = CandidateShard(
        Artifact(world / "fold", "fold"), shard, SOURCES, fits, per_source, Artifact(world / "order", "order"), 1
    )
    (world / name).mkdir()
    about = task(world / name)
    found = pl.read_parquet(shard_file(world / name, shard))
    assert about == {"candidates": found.height}
    return found


def test_proposals_are_united_and_fused(world):
    found = propose(world)
    assert found.select("query", "item", "fused__rank", "fused__score", "revisit__rank", "popular__rank").rows() == [
        (4, 5, 1, 3.0, 1, 1),
        (4, 7, 2, 1.0, 2, None),
        (4, 6, 3, 0.5, None, 2),
        (9, 5, 1, 3.0, 1, 1),
        (9, 6, 2, 0.5, None, 2),
    ]
    assert found["revisit__score"].to_list() == [1.0, 0.5, None, 1.0, None]


def test_each_source_may_propose_so_many(world):
    assert propose(world, per_source=1).select("query", "item").rows() == [(4, 5), (9, 5)]


def test_an_empty_shard_has_the_same_columns(world):
    empty = propose(world, shard=1)
    assert empty.height == 0
    assert empty.schema == propose(world, name="other").schema


@pytest.mark.parametrize("at_once", [1, 2])
def test_queries_in_portions_give_the_same_bytes(world, monkeypatch, at_once):
    propose(world)
    monkeypatch.setattr(module, "QUERIES_AT_ONCE", at_once)
    propose(world, name="portions")
    assert shard_file(world / "portions", 0).read_bytes() == shard_file(world / "made", 0).read_bytes()
