import numpy as np
import pytest
from numpy.testing import assert_array_equal

from candidates.algorithms.nearest import Index, nearest, opened, write_index


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
    counts, ids, scores = nearest(index(units(0, 60, 90, 180)), np.array([0, 2]), 3)
    assert counts.tolist() == [3, 3]
    assert ids.tolist() == [0, 1, 2, 2, 1, 0]
    assert scores.tolist() == pytest.approx([1.0, 0.5, 0.0, 1.0, 3**0.5 / 2, 0.0], abs=1e-6)
    assert scores.dtype == np.float32


def test_nearest_of_vectors_by_hand(index):
    counts, ids, scores = nearest(index(units(0, 60, 90, 180)), units(240), 4)
    assert (counts.tolist(), ids.tolist()) == ([4], [3, 0, 2, 1])
    assert scores.tolist() == pytest.approx([0.5, -0.5, -(3**0.5) / 2, -1.0], abs=1e-6)


def test_an_opened_index_answers_as_its_file(index):
    vectors = random_units(60, 8)
    asked = index(vectors)
    ready = opened(asked)
    for number in range(3):
        one, other = (
            nearest(asked, vectors[number : number + 1], 7, ready),
            nearest(asked, vectors[number : number + 1], 7),
        )
        assert all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_equals_plain_search_where_every_node_is_looked_at(index):
    vectors, asked = random_units(300, 8), random_units(20, 8, seed=2)
    _, ids, _ = nearest(index(vectors, search_k=100_000), asked, 10)
    expected = np.argsort(-(asked.astype(float) @ vectors.T), axis=1)[:, :10]
    assert_array_equal(ids.reshape(20, 10), expected)


@pytest.mark.parametrize("ask", [lambda vectors: np.arange(len(vectors)), lambda vectors: vectors], ids=["ids", "rows"])
def test_several_processes_find_the_same(index, ask):
    vectors = random_units(101, 8)
    serial = nearest(index(vectors), ask(vectors), 7)
    parallel = nearest(index(vectors, parallel_from=101, processes=3), ask(vectors), 7)
    assert serial[0].sum() == 707
    for one, other in zip(parallel, serial, strict=True):
        assert_array_equal(one, other)


def test_more_processes_than_lookups(index):
    counts, ids, _ = nearest(index(units(0, 60, 90), parallel_from=1, processes=8), np.array([0, 1]), 1)
    assert (counts.tolist(), ids.tolist()) == ([1, 1], [0, 1])


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
    for asked in (np.empty(0, dtype=np.int64), np.empty((0, 4), dtype=np.float32)):
        assert [len(part) for part in nearest(empty, asked, 5)] == [0, 0, 0]
