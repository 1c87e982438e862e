"""Neighbour tables of two members, fused by hand."""

import polars as pl
import pytest

from data.schema import Neighbours
from pipeline.store.task import Artifact
from pipeline.tasks import similar as module
from pipeline.tasks.similar import OFFSET, SimilarItems
from pipeline.tasks.source import Fit
from tests.oracle.frames import items, table

NEAR = table(Neighbours, (0, 1, 1, 9.0), (0, 2, 2, 8.0), (0, 3, 3, 7.0), (2, 0, 1, 1.0), (3, 3, 1, 1.0))
FAR = table(Neighbours, (0, 3, 1, 0.1), (0, 2, 2, 0.1), (2, 1, 1, 0.1))


@pytest.fixture
def similar(build, artifact):
    def made(most=20, barred=(), name="similar"):
        fits = {}
        for member, rows in (("near", NEAR), ("far", FAR)):
            fits[member] = Fit(artifact("sources", {f"{member}/neighbours": rows}), member)
        fold = artifact("fold", {"items": items(*((item, None, None, None) for item in range(4)))})
        rules = pl.DataFrame({"item": range(4), "rule": [2 if item in barred else 0 for item in range(4)]})
        filters = artifact("filters", {"items": rules.cast({"item": pl.UInt32, "rule": pl.UInt8})}) if barred else None
        return pl.read_parquet(build(name, SimilarItems(fits, fold, most, filters)).path / "neighbours.parquet")

    return made


@pytest.fixture
def artifact(tmp_path):

    def made(name, files):
        for file, frame in files.items():
            path = tmp_path / name / f"{file}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            frame.write_parquet(path)
        return Artifact(tmp_path / name, name)

    return made


def test_what_several_name_comes_first(similar):
    found = similar()
    assert found.select("item", "neighbour", "rank").rows() == [
        ("1000", "1003", 1),  # third of one, first of the other
        ("1000", "1002", 2),  # second of both
        ("1000", "1001", 3),
        ("1002", "1000", 1),  # a tie goes to the item that sorts first
        ("1002", "1001", 2),
    ]
    first, second = 1 / (OFFSET + 3) + 1 / (OFFSET + 1), 2 / (OFFSET + 2)
    assert found["score"].head(2).to_list() == pytest.approx([first, second], abs=1e-6)
    assert found.schema == {"item": pl.String, "neighbour": pl.String, "rank": pl.UInt16, "score": pl.Float32}


def test_so_many_of_those_that_may_be_proposed(similar):
    assert similar(most=1)["neighbour"].to_list() == ["1003", "1000"]
    found = similar(most=1, barred={3, 0}, name="barred")
    assert found.select("item", "neighbour", "rank").rows() == [("1000", "1002", 1), ("1002", "1001", 1)]


def test_some_items_at_a_time_give_the_same(similar, monkeypatch):
    whole = similar()
    monkeypatch.setattr(module, "ITEMS_AT_ONCE", 1)
    assert similar(name="pieces").equals(whole)
