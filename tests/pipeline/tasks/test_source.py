"""A source learns from a fold's history: over shards as at once, and from the sources that it needs."""

from datetime import timedelta

import polars as pl
import pytest

from candidates import Bigram, Chain, CoVisit, CoVisits, Popular, Revisit
from candidates.source import CountingSource
from data.sampling import Sampling
from data.schema import Neighbours
from pipeline.store.task import Artifact
from pipeline.tasks.past import Past
from pipeline.tasks.source import Fit, FittedSource
from tests.oracle.frames import at

ROWS = (
    ("a", 10, 0, "clicks"),
    ("a", 20, 1, "carts"),
    ("b", 10, 2, "clicks"),
    ("b", 20, 3, "clicks"),
    ("c", 20, 4, "clicks"),
    ("c", 30, 5, "orders"),
    ("d", 30, 99, "orders"),  # after the history
)


def pasts(build):
    """The same history in one shard and in three."""
    raw = build.raw("raw", *ROWS)
    return [Past(build.log(f"log{n}", raw, shards=n), at(50), Sampling(), n) for n in (1, 3)]


def fit(build, name, source, past, needs=None):
    return build(name, FittedSource(source, past, needs or {}))


@pytest.mark.parametrize("source", [Popular(window=timedelta(days=2)), Bigram(min_count=1)])
def test_counting_over_shards_is_counting_at_once(source, build):
    assert isinstance(source, CountingSource)
    one, three = (fit(build, f"fit{past.shards}", source, past) for past in pasts(build))
    files = sorted(file.name for file in one.path.iterdir())
    assert files == [f"{name}.parquet" for name in sorted(build.about["fit1"])]
    assert build.about["fit1"] == build.about["fit3"]
    for name in files:
        assert (one.path / name).read_bytes() == (three.path / name).read_bytes()


def test_popular_by_hand(build):
    past, _ = pasts(build)
    made = fit(build, "popular", Popular(), past)
    # 20: a cart and two clicks; 30: an order; 10: two clicks
    top = pl.read_parquet(made.path / "top.parquet").select("item", "rank", "score")
    assert top.rows() == [(1, 1, 8.0), (2, 2, 3.0), (0, 3, 2.0)]
    assert build.about["popular"] == {"top": 3}


def test_a_source_reads_what_it_needs(build):
    past, _ = pasts(build)
    members = CoVisits(members={"covisit": CoVisit(), "next": CoVisit(max_gap=1, forward_only=True)})
    covisits = fit(build, "covisits", members, past)
    assert {path.name for path in covisits.path.iterdir()} == {"covisit", "next"}
    needed = Fit(covisits, "covisit")
    assert needed.fitted.folder == covisits.path / "covisit"
    assert Chain().needs == ("covisit",)
    chain = fit(build, "chain", Chain(), past, {"covisit": needed})
    found = pl.read_parquet(chain.path / "neighbours.parquet")
    assert Neighbours.is_valid(found)
    # 10 and 30 are never in one session: 20 leads from one to the other
    assert {(0, 2), (2, 0)} <= set(found.select("item", "neighbour").rows())
    direct = pl.read_parquet(covisits.path / "covisit" / "neighbours.parquet").select("item", "neighbour").rows()
    assert set(direct) == {(0, 1), (1, 0), (1, 2), (2, 1)}


def test_a_source_that_learns_nothing_leaves_nothing(build):
    past, _ = pasts(build)
    assert list(fit(build, "revisit", Revisit(), past).path.iterdir()) == []
    assert build.about["revisit"] == {}


def test_a_fit_is_its_own_folder_or_a_members(tmp_path):
    assert Fit(Artifact(tmp_path, "x")).fitted.folder == tmp_path
