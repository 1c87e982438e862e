import numpy as np
import pytest

from candidates.algorithms.annoy_file import HEAD, check_index
from candidates.algorithms.nearest import Index, nearest, write_index
from data.sound import UnsoundError


def units(rows, width, seed=1):
    vectors = np.random.default_rng(seed).normal(size=(rows, width)).astype(np.float32)
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize(("rows", "width"), [(1, 4), (3, 4), (6, 4), (7, 4), (500, 4), (300, 16), (40, 64), (2_000, 2)])
def test_what_annoy_writes_is_sound(tmp_path, rows, width):
    vectors = units(rows, width)
    write_index(vectors, tmp_path / "index.ann", 10, 1)
    check_index(tmp_path / "index.ann", vectors)


def test_equal_vectors_are_sound_too(tmp_path):
    vectors = np.repeat(units(2, 4), 100, axis=0)
    write_index(vectors, tmp_path / "index.ann", 5, 1)
    check_index(tmp_path / "index.ann", vectors)


@pytest.fixture
def index(tmp_path):
    vectors = units(200, 4)
    write_index(vectors, tmp_path / "index.ann", 5, 1)
    return tmp_path / "index.ann", vectors


def harmed(file, node, place, value, width=4):
    numbers = np.memmap(file, np.int32, "r+").reshape(-1, HEAD + width)
    numbers[node, place] = value
    numbers.flush()


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda f: f.write_bytes(bytes(f.stat().st_size)), "other items"),
        (lambda f: f.write_bytes(f.read_bytes()[:-7]), "no multiple"),
        (lambda f: f.write_bytes(b""), "no multiple"),
        (lambda f: f.write_bytes(f.read_bytes()[: 32 * 210]), "ends with no root"),
        (lambda f: f.write_bytes(f.read_bytes()[: 32 * 100]), "nodes for 200 items"),
        (lambda f: harmed(f, -1, 2, 10**6), "leads out or back"),
        (lambda f: harmed(f, -1, 2, -3), "leads out or back"),
        (lambda f: harmed(f, 200, 2, 777), "holds items that are not there"),
        (lambda f: harmed(f, 201, 0, 0), "no items, or too many"),
        (lambda f: harmed(f, 5, 5, 0), "other vectors"),
    ],
)
def test_what_would_lead_out_of_it_is_refused(index, harm, said):
    file, vectors = index
    harm(file)
    with pytest.raises(UnsoundError, match=said):
        check_index(file, vectors)


def test_an_index_of_other_vectors_is_refused(index):
    file, vectors = index
    for other in (vectors[:199], vectors[:, :3], units(200, 4, 2)):
        with pytest.raises(UnsoundError):
            check_index(file, other)


def test_no_flipped_byte_that_is_taken_brings_it_down(index):
    file, vectors = index
    whole, dice = file.read_bytes(), np.random.default_rng(3)
    taken = 0
    for _ in range(300):
        harm = bytearray(whole)
        harm[dice.integers(32 * 200, len(harm))] ^= 1 << dice.integers(0, 8)
        file.write_bytes(bytes(harm))
        try:
            check_index(file, vectors)
        except UnsoundError:
            continue
        taken += 1
        counts, ids, _scores = nearest(Index(file, 4), vectors[:5], 10)
        assert len(counts) == 5
        assert ids.max(initial=0) < 200
    assert taken  # a split's plane, which only makes it a little worse
