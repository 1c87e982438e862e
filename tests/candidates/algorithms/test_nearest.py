import numpy as np
import pytest
from numpy.testing import assert_array_equal
from polars.testing import assert_frame_equal

from candidates.algorithms.nearest import Index, nearest, write_index


def units(*angles):
    """Unit vectors of the plane, by their angles in degrees."""
    turned = np.radians(angles)
    return np.stack([np.cos(turned), np.sin(turned)], axis=1).astype(np.float32)


def random_units(n, dimension, seed=1):
    rows = np.random.default_rng(seed).normal(size=(n, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


@pytest.fixture
def index(tmp_path):
    """Write an index of vectors and say how it is asked."""

    def build(vectors, name="index.ann", **how):
        write_index(vectors, tmp_path / name, trees=10, seed=1)
        return Index(tmp_path / name, vectors.shape[1], **how)

    return build


def test_nearest_of_ids_by_hand(index):
    found = nearest(index(units(0, 60, 90, 180)), np.array([0, 2]), 3)
    expected = [(0, 0, 1.0), (0, 1, 0.5), (0, 2, 0.0), (1, 2, 1.0), (1, 1, 3**0.5 / 2), (1, 0, 0.0)]
    assert found.rows() == [(*row[:2], pytest.approx(row[2], abs=1e-6)) for row in expected]
    assert [str(kind) for kind in found.dtypes] == ["UInt32", "UInt32", "Float32"]


def test_nearest_of_vectors_by_hand(index):
    found = nearest(index(units(0, 60, 90, 180)), units(240), 4)
    expected = [(0, 3, 0.5), (0, 0, -0.5), (0, 2, -(3**0.5) / 2), (0, 1, -1.0)]
    assert found.rows() == [(*row[:2], pytest.approx(row[2], abs=1e-6)) for row in expected]


def test_equals_plain_search_where_every_node_is_looked_at(index):
    vectors, asked = random_units(300, 8), random_units(20, 8, seed=2)
    found = nearest(index(vectors, search_k=100_000), asked, 10)
    expected = np.argsort(-(asked.astype(float) @ vectors.T), axis=1)[:, :10]
    assert_array_equal(found["id"].to_numpy().reshape(20, 10), expected)


@pytest.mark.parametrize("ask", [lambda vectors: np.arange(len(vectors)), lambda vectors: vectors], ids=["ids", "rows"])
def test_several_processes_find_the_same(index, ask):
    vectors = random_units(101, 8)
    serial = nearest(index(vectors), ask(vectors), 7)
    parallel = nearest(index(vectors, parallel_from=101, processes=3), ask(vectors), 7)
    assert serial.height == 707
    assert_frame_equal(parallel, serial)


def test_more_processes_than_lookups(index):
    found = nearest(index(units(0, 60, 90), parallel_from=1, processes=8), np.array([0, 1]), 1)
    assert found.select("row", "id").rows() == [(0, 0), (1, 1)]


def test_same_bytes_whatever_memory_held_before(index):
    vectors = random_units(2_000, 16)
    first = index(vectors, "first").file.read_bytes()
    del vectors
    dirt = [np.full(2_000 * 18, np.nan, dtype=np.float32) for _ in range(50)]
    del dirt
    assert index(random_units(2_000, 16), "second").file.read_bytes() == first


def test_no_vectors_no_index(index):
    empty = index(np.empty((0, 4), dtype=np.float32))
    assert not empty.file.exists()
    assert nearest(empty, np.empty(0, dtype=np.int64), 5).is_empty()
    assert nearest(empty, np.empty((0, 4), dtype=np.float32), 5).columns == ["row", "id", "score"]
