import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.formats import IGNORE
from data.readers.taobao import TAOBAO

CSV = """\
543462,1715,1464116,pv,1511658000
662867,2244074,1575622,cart,1511658001
662867,2244074,1575622,fav,1511658002
1,2,3,buy,1511658003
"""
FILES = {"UserBehavior.csv": CSV, "UserBehavior.csv.gz": CSV}
LACKING = {"UserBehavior.csv": "543462,1715,pv,1511658000\n"}


@pytest.mark.parametrize("file", FILES)
def test_events(file, write, read):
    expected = pl.DataFrame(
        {
            "user": ["543462", "662867", "662867", "1"],
            "item": ["1715", "2244074", "2244074", "2"],
            "category": ["1464116", "1575622", "1575622", "3"],
            "type": ["pv", "cart", "fav", "buy"],
            "ts": ["1511658000", "1511658001", "1511658002", "1511658003"],
        }
    )
    assert_frame_equal(read(TAOBAO, write(file, CSV)), expected)


def test_four_columns_are_refused(write, read):
    with pytest.raises(AisleError, match="the first line has 4 fields where 5 are needed"):
        read(TAOBAO, write("UserBehavior.csv", LACKING["UserBehavior.csv"]))


def test_parquet_needs_the_names(write, read):
    frame = pl.DataFrame({"user": [1], "item": [2], "category": [3], "type": ["pv"], "ts": [4], "more": [5]})
    assert read(TAOBAO, write("a.parquet", frame)).row(0) == (1, 2, 3, "pv", 4)
    with pytest.raises(AisleError, match="column `user` is missing"):
        read(TAOBAO, write("b.parquet", frame.rename({"user": "u"})))


def test_favourites_are_ignored_and_a_session_is_the_user():
    assert (TAOBAO.events["fav"], TAOBAO.sessions, TAOBAO.unit) == (IGNORE, "user", "s")


def test_real_sample(sample, read):
    events = read(TAOBAO, sample("taobao/UserBehavior.csv"))
    assert dict(events.group_by("type").len().iter_rows()) == {"pv": 98_361, "cart": 6_063, "fav": 3_383, "buy": 2_493}
    distinct = events.select(pl.col("user", "item", "category").n_unique()).row(0)
    assert distinct == (66_454, 84_793, 3_913)
