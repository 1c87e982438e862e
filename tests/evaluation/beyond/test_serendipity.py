import polars as pl

from evaluation.beyond.serendipity import serendipity

ROWS = [(1, None), (20, 21), (3, 4), (21, None), (None, 1)]  # two surprises, one expected hit, two misses
PLACED = pl.DataFrame(ROWS, schema={"ranked": pl.UInt16, "plain": pl.UInt16}, orient="row")


def test_by_hand():
    found = serendipity(PLACED, "ranked", "plain", places=40)
    assert found == {"serendipity": 2 / 40, "serendipity_of_hits": 2 / 3}


def test_nothing_shown():
    assert serendipity(PLACED.clear(), "ranked", "plain", 0) == {"serendipity": None, "serendipity_of_hits": None}
