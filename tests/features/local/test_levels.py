import polars as pl
from polars.testing import assert_frame_equal

from features.local.levels import Levels, crossed

TEXTS = pl.DataFrame({"land": ["b", "a", "b", None, "c", "a"], "os": ["x", "x", "y", "y", None, "x"]})


def test_the_most_frequent_first_then_by_text():
    levels = Levels.of(TEXTS, most=10)
    assert levels.known["land"].rows() == [("a", 2), ("b", 2), ("c", 1)]
    assert levels.codes(pl.Series(["a", "b", "c", None, "z"]), "land").tolist() == [0, 1, 2, 3, 4]
    assert levels.rows("land").tolist() == [2, 2, 1, 1, 0]
    assert levels.taught == 6


def test_rare_levels_are_as_if_never_seen():
    levels = Levels.of(TEXTS, most=2)
    assert levels.codes(pl.Series(["a", "c", None]), "land").tolist() == [0, 3, 2]


def test_written_and_read():
    levels = Levels.of(TEXTS, most=10)
    again = Levels.of_table(levels.table())
    assert_frame_equal(again.table(), levels.table())
    assert again.codes(TEXTS["land"], "land").tolist() == levels.codes(TEXTS["land"], "land").tolist()


def test_a_column_without_any_level():
    levels = Levels.of(pl.DataFrame({"x": [None]}, schema={"x": pl.String}), most=10)
    assert Levels.of_table(levels.table()).codes(pl.Series(["a", None]), "x").tolist() == [1, 0]


def test_two_columns_as_one():
    both = TEXTS.select(crossed(["land*os", "land"]))
    assert both.columns == ["land*os", "land"]
    assert both["land*os"].null_count() == 2
    assert both["land*os"][0] != both["land*os"][1]
