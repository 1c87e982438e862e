import numpy as np
import polars as pl

from data.schema import TypeEnum
from data.visible import Visible
from ranker.top import TopLists
from serving.answers import KeysOf, as_frame
from serving.shown import Shown

KEYS = pl.Series(["apple", "pear", "fig"])
NAN = float("nan")


def shown(sessions=("s", "t"), events=(2, 1), new=("date", "kiwi")):
    starts = np.cumsum([0, *events])
    rows = int(starts[-1])
    zeros = np.zeros(rows, np.int64)
    moments = np.zeros(len(sessions), np.int64)
    visible = Visible(
        query=np.arange(len(sessions), dtype=np.uint32),
        user=moments,
        start_ms=moments,
        cut_ms=moments,
        starts=starts,
        item=zeros,
        ts_ms=zeros,
        type=np.zeros(rows, np.uint8),
        price=np.zeros(rows),
        quantity=np.zeros(rows),
        category=zeros,
    )
    return Shown(visible, sessions, new, len(KEYS), [None] * len(sessions))


def lists(items, scores, counts):
    return TopLists(np.array(items), np.array(scores, np.float32), np.array(counts))


def test_keys_of_known_and_new_items():
    codes = np.array([4, 0, 3, 2])
    assert KeysOf(KEYS, shown())(codes).to_list() == ["kiwi", "apple", "date", "fig"]
    assert KeysOf(KEYS, shown(new=()))(codes[[1, 3]]).to_list() == ["apple", "fig"]
    assert KeysOf(KEYS, shown())(codes[:0]).dtype == pl.String


def test_lists_leave_session_by_session():
    clicks = lists([[0, 3], [2, 1]], [[0.5, NAN], [-1.0, -2.0]], [2, 2])
    orders = lists([[1, 0], [4, 0]], [[1.5, 0.0], [NAN, 0.0]], [1, 1])
    found = as_frame({"clicks": clicks, "orders": orders}, shown(), KEYS)
    assert found.rows() == [
        ("s", 2, "clicks", 1, "apple", 0.5),
        ("s", 2, "clicks", 2, "date", None),
        ("s", 2, "orders", 1, "pear", 1.5),
        ("t", 1, "clicks", 1, "fig", -1.0),
        ("t", 1, "clicks", 2, "pear", -2.0),
        ("t", 1, "orders", 1, "kiwi", None),
    ]
    assert found.schema == {
        "session": pl.String,
        "events": pl.UInt16,
        "type": TypeEnum,
        "rank": pl.UInt8,
        "item": pl.String,
        "score": pl.Float32,
    }


def test_lists_of_other_widths_stand_side_by_side():
    """One list may be as long as asked, another as long as there are items."""
    nothing = lists(np.zeros((2, 1), np.int64), [[0.0], [0.0]], [0, 0])
    one = lists([[1], [2]], [[1.0], [2.0]], [1, 1])
    found = as_frame({"clicks": nothing, "carts": one}, shown(), KEYS)
    assert found.select("session", "type", "item").rows() == [("s", "carts", "pear"), ("t", "carts", "fig")]
