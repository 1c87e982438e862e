import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.even_pieces import even_pieces


def test_pieces_by_hand():
    frames = [pl.DataFrame({"a": rows}) for rows in ([1, 2, 3, 4, 5], [6], [], [7, 8])]
    assert [piece["a"].to_list() for piece in even_pieces(frames, 3)] == [[1, 2, 3], [4, 5, 6], [7, 8]]
    assert [piece["a"].to_list() for piece in even_pieces(frames, 4)] == [[1, 2, 3, 4], [5, 6, 7, 8]]


@pytest.mark.parametrize("frames", [1, 2])
def test_no_rows_are_one_empty_frame(frames):
    empty = pl.DataFrame({"a": []}, schema={"a": pl.Int64})
    assert [piece.height for piece in even_pieces([empty] * frames, 3)] == [0]
    assert not list(even_pieces([], 3))


@given(st.lists(st.integers(0, 7), min_size=1), st.integers(1, 9))
def test_however_they_came(heights, rows):
    whole = pl.DataFrame({"a": pl.int_range(sum(heights), eager=True)})
    ends = [sum(heights[:n]) for n in range(len(heights))]
    pieces = list(even_pieces([whole.slice(at, n) for at, n in zip(ends, heights, strict=True)], rows))
    assert pl.concat(pieces).equals(whole)
    assert all(piece.height == rows for piece in pieces[:-1])
    assert all(piece.n_chunks() == 1 for piece in pieces)
