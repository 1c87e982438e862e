"""What fitted sources know of pairs, side by side."""

import polars as pl
import pytest

from data.schema import Neighbours
from data.tables import scan
from pipeline.store.task import Artifact
from pipeline.tasks import pairs as pairs_module
from pipeline.tasks.pairs import PairTables
from pipeline.tasks.source import Fit
from tests.oracle.frames import table

NEAR = table(Neighbours, (1, 2, 1, 0.5), (1, 3, 2, 0.25), (7, 1, 1, 1.0))
FAR = table(Neighbours, (1, 3, 1, 0.75), (4, 1, 1, 2.0))


@pytest.fixture
def fitted(tmp_path):
    """Two sources with neighbours, one with neither, and one with vectors and an empty table."""
    folders = {name: tmp_path / name for name in ("near", "popular", "far", "vectors")}
    for folder in folders.values():
        folder.mkdir()
    NEAR.write_parquet(folders["near"] / "neighbours.parquet")
    FAR.write_parquet(folders["far"] / "neighbours.parquet")
    FAR.clear().write_parquet(folders["vectors"] / "neighbours.parquet")
    vectors = pl.DataFrame(
        {"item": [3], "vector": [[1.0, 0.0]]}, schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 2)}
    )
    vectors.write_parquet(folders["vectors"] / "vectors.parquet")
    return {name: Fit(Artifact(folder, name)) for name, folder in folders.items()}


@pytest.mark.parametrize("at_once", [1, 3, 50_000])
def test_every_pair_stands_once_however_it_is_cut(fitted, tmp_path, monkeypatch, at_once):
    monkeypatch.setattr(pairs_module, "ITEMS_AT_ONCE", at_once)
    into = tmp_path / "pairs"
    assert PairTables(fitted)(into) == {"pairs": 4, "vectors": 1}
    found = scan(into / "neighbours").collect()
    assert found.columns == ["item", "neighbour", "near__score", "far__score", "vectors__score"]
    assert found.rows() == [
        (1, 2, 0.5, None, None),
        (1, 3, 0.25, 0.75, None),
        (4, 1, None, 2.0, None),
        (7, 1, 1.0, None, None),
    ]
    assert set(found.dtypes[2:]) == {pl.Float32}
    assert pl.read_parquet(into / "vectors.parquet")["item"].to_list() == [3]


def test_sources_without_pairs_leave_empty_tables(fitted, tmp_path):
    into = tmp_path / "pairs"
    assert PairTables({"popular": fitted["popular"]})(into) == {"pairs": 0, "vectors": 0}
    assert scan(into / "neighbours").collect_schema() == {"item": pl.UInt32, "neighbour": pl.UInt32}
    assert pl.read_parquet(into / "vectors.parquet").schema == {"item": pl.UInt32, "vector": pl.Array(pl.Float32, 1)}
