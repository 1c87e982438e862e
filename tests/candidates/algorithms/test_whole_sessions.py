import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candidates.algorithms.whole_sessions import whole_sessions


def sessions_in(frames):
    return [frame["session"].to_list() for frame in frames]


def test_no_session_is_in_two_frames():
    events = pl.LazyFrame({"session": [4, 4, 1, 1, 1, 9], "item": [1, 2, 3, 4, 5, 6]})
    frames = list(whole_sessions(events, 2))
    assert [frame["item"].to_list() for frame in frames] == [[1, 2], [3, 4, 5], [6]]
    assert sessions_in(frames) == [[4, 4], [1, 1, 1], [9]]


@pytest.mark.parametrize("rows_at_once", [1, 10])
def test_nothing_is_one_empty_frame(rows_at_once):
    (frame,) = whole_sessions(pl.LazyFrame({"session": []}, schema={"session": pl.UInt32}), rows_at_once)
    assert frame.is_empty()
    assert frame.schema == {"session": pl.UInt32}


@given(st.lists(st.integers(1, 6), max_size=8), st.integers(1, 9), st.integers(1, 3))
def test_frames_are_the_rows_in_their_order(lengths, rows_at_once, files):
    rows = pl.DataFrame(
        {"session": [number for number, length in enumerate(lengths) for _ in range(length)]}, {"session": pl.UInt32}
    ).with_row_index("row")
    step = max(1, rows.height // files)
    events = pl.concat([rows.slice(first, step).lazy() for first in range(0, max(rows.height, 1), step)])
    frames = list(whole_sessions(events, rows_at_once))
    assert pl.concat(frames).equals(rows)
    told = [set(frame["session"]) for frame in frames]
    assert sum(map(len, told)) == len(set().union(*told))
