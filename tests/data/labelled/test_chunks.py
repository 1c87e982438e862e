"""Chunks of a table: the same rows in the same order whatever their size and wherever parts end."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.labelled.chunks import chunk_count, chunks, pieces_of, read_chunk
from data.labelled.index import Index
from data.partitions.window import Window
from tests.data.labelled.tables import TABLE, looked, put, rows


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """23 rows with a key in parts of 5, 1, 9 and 8, one of another schema, with four rows without a key between."""
    root = tmp_path_factory.mktemp("chunks") / "log"
    put(root, 0, "a.parquet", rows("r0", None, "r1", "r2", "r3", None, "r4"))
    put(root, 1, "a.parquet", rows(None, "r5", spent={"b": 2.0}))
    pairs = pa.array([[("a", 7)]] * 9, pa.map_(pa.string(), pa.int32()))
    put(
        root,
        1,
        "b.parquet",
        rows(*[f"r{n}" for n in range(6, 15)], spent=None, msrp=pa.nulls(9)).set_column(2, "spent", pairs),
    )
    put(root, 2, "a.parquet", rows(*[f"r{n}" for n in range(15, 23)], None, msrp=pa.array(["9"] * 4 + ["?"] * 5)))
    return looked(root).index


@pytest.fixture(scope="module")
def whole(index):
    return read_chunk(index, TABLE, 100, 0)[0]


def test_all_rows_with_a_key_once(whole):
    assert whole["id"].to_list() == [f"r{n}" for n in range(23)]
    assert whole.columns == ["id", "datetime", "app", "spent", "msrp"]
    assert whole["datetime"].dt.hour().to_list() == [0] * 5 + [1] * 10 + [2] * 8
    assert whole["spent"][5].to_list() == [{"key": "b", "value": 2.0}]
    assert whole["spent"][6].to_list() == [{"key": "a", "value": 7.0}]
    assert whole["msrp"].to_list() == [None] * 15 + ["9"] * 4 + ["?"] * 4


@given(st.integers(1, 30), st.integers(1, 9))
def test_whatever_the_size(index, whole, size, at_once):
    table = replace(TABLE, batch_rows=at_once)
    parts = list(chunks(index, table, size))
    assert [part.height for part in parts] == [size] * (23 // size) + ([23 % size] if 23 % size else [])
    assert_frame_equal(pl.concat(parts), whole)


@settings(max_examples=25)
@given(st.lists(st.integers(1, 19), max_size=6, unique=True), st.integers(1, 6), st.integers(1, 21))
def test_wherever_parts_and_row_groups_end(cuts, group_rows, size):
    keys = [f"k{n}" if n % 7 else None for n in range(20)]
    edges = [0, *sorted(cuts), 20]
    with TemporaryDirectory() as folder:
        root = Path(folder) / "log"
        for number, (start, end) in enumerate(pairwise(edges)):
            put(root, number // 2, f"{number % 2}.parquet", rows(*keys[start:end]), group_rows)
        index = looked(root).index
        found = [key for chunk in chunks(index, TABLE, size) for key in chunk["id"]]
    assert found == [key for key in keys if key]


def test_a_chunk_touches_its_own_parts(index):
    assert chunk_count(index, 5) == 5
    assert [[(piece.start, piece.stop) for piece in pieces_of(index, 5, number)] for number in range(5)] == [
        [(0, 5)],
        [(0, 1), (0, 4)],
        [(4, 9)],
        [(0, 5)],
        [(5, 8)],
    ]


def test_a_chunk_of_nothing():
    with pytest.raises(ValueError, match="`chunk_size` must be at least 1, got 0"):
        chunk_count(Index((), None, pl.Schema(), {}), 0)


def test_the_index_comes_back_from_disk(index, whole, tmp_path):
    index.save(tmp_path)
    again = Index.load(tmp_path)
    assert again.rows == index.rows == 23
    assert again.schema == index.schema
    assert_frame_equal(read_chunk(again, TABLE, 100, 0)[0], whole)


def test_a_sample_is_the_same_rows_in_chunks(index, tmp_path):
    root = tmp_path / "log"
    put(root, 0, "a.parquet", rows(*[f"k{n}" for n in range(200)]), group_rows=7)
    half = looked(root, window=Window(sample=0.5)).index
    fewer = looked(root, window=Window(sample=0.5, max_rows=40)).index
    assert fewer.rows == 40
    kept = [pl.concat(list(chunks(one, TABLE, 13)))["id"].to_list() for one in (half, fewer)]
    assert len(kept[0]) == half.rows
    assert 80 < half.rows < 120
    assert set(kept[1]) < set(kept[0])
    assert kept[1] == [key for key in kept[0] if key in set(kept[1])]
