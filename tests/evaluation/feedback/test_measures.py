"""Positions, promises and where they were not kept, by hand."""

import math

import numpy as np
import polars as pl
import pytest

from evaluation.feedback.chances import wilson
from evaluation.feedback.positions import by_position, examined
from evaluation.feedback.promises import calibration, calibration_error, promised, promises
from evaluation.feedback.wrong import events_band, of_items, of_segments


def places(**columns):
    return pl.DataFrame(columns)


def test_wilson():
    """The interval of 1 in 10, from the formula: (0.1 + 0.1921 -+ 1.96 sqrt(0.009 + 0.0096)) / 1.3841."""
    rows = places(h=[1, 0, 0], n=[10, 10, 0])
    low, high = wilson(pl.col("h"), pl.col("n"))
    found = rows.select(low=low.round(4), high=high.round(4))
    assert found.rows() == [(0.0179, 0.4042), (0.0, 0.2775), (None, None)]


def test_hits_by_position():
    rows = places(type=["clicks"] * 4, rank=[1, 1, 2, 2], hit=[True, False, False, False])
    found = by_position(rows)
    assert found.select("type", "rank", "shown", "hits", "rate").rows() == [
        ("clicks", 1, 2, 1, 0.5),
        ("clicks", 2, 2, 0, 0.0),
    ]
    assert (found["low"] <= found["rate"]).all()


def shown_at_both(first, second, n=4_000):
    """One item at two places, `first` and `second` hits of `n` showings."""
    hits = [True] * first + [False] * (n - first) + [True] * second + [False] * (n - second)
    return places(type=["clicks"] * 2 * n, rank=[1] * n + [2] * n, item=["x"] * 2 * n, hit=hits)


def test_a_place_that_hits_half_as_often_with_the_same_item_is_looked_at_half_as_often():
    found = examined(shown_at_both(800, 400))
    assert found.select("type", "rank", "compared").rows() == [("clicks", 1, 1.0), ("clicks", 2, 1.0)]
    assert found["examined"].to_list() == [1.0, pytest.approx(0.5, abs=0.01)]


def test_a_better_item_is_no_better_place():
    """x is wanted twice as often as y, and both stand at both places, which are looked at alike."""
    x, y = shown_at_both(800, 800), shown_at_both(400, 400).with_columns(item=pl.lit("y"))
    found = examined(pl.concat([x, y.filter(pl.col("rank") == 2), y.filter(pl.col("rank") == 1).gather_every(10)]))
    assert found["examined"][1] == pytest.approx(1.0, abs=0.05)


def test_nothing_is_told_of_positions_without_a_hit():
    assert examined(shown_at_both(0, 0, 3)).is_empty()
    assert examined(shown_at_both(0, 0, 3)).columns == ["type", "rank", "examined", "compared"]


def test_items_that_never_move_are_not_compared():
    rows = places(type=["clicks"] * 3, rank=[1, 1, 2], item=["x", "y", "x"], hit=[True, False, False])
    assert examined(rows)["compared"].to_list() == [0.5, 1.0]


def earlier():
    return places(
        type=["clicks"] * 5 + ["orders"],
        score=[1.0, 2.0, 3.0, 4.0, None, 7.0],
        hit=[False, True, True, True, False, True],
    )


TOLD = promises(earlier(), bands=2)


def test_what_bands_of_scores_promise():
    assert TOLD.rows() == [
        ("clicks", 0, None, 1, 0, 0.0),
        ("clicks", 1, 1.0, 2, 1, 0.5),
        ("clicks", 2, 3.0, 2, 2, 1.0),
        ("orders", 1, 7.0, 1, 1, 1.0),
    ]


def test_equal_scores_are_of_one_band():
    rows = places(type=["clicks"] * 4, score=[5.0] * 4, hit=[True, False, False, False])
    assert promises(rows, bands=2).rows() == [("clicks", 1, 5.0, 4, 1, 0.25)]


def test_what_was_promised():
    rows = places(
        type=["orders", "clicks", "clicks", "clicks", "carts", "carts"],
        score=pl.Series([9.0, 0.5, 3.0, None, 1.0, None], dtype=pl.Float32),
    )
    found = promised(rows, TOLD)
    assert found["score"].to_list() == rows["score"].to_list()
    assert found.select("type", "band", "promised").rows() == [
        ("orders", 1, 1.0),
        ("clicks", 1, 0.5),  # below all that was seen
        ("clicks", 2, 1.0),
        ("clicks", 0, 0.0),
        ("carts", None, None),
        ("carts", None, None),
    ]


JUDGED = places(
    type=["clicks"] * 8,
    item=["x"] * 4 + ["y"] * 4,
    band=[1] * 4 + [2] * 4,
    promised=[0.5] * 4 + [None] * 4,
    hit=[True] * 4 + [True] + [False] * 3,
    visitor=["new"] * 2 + ["known"] * 6,
)


def test_promised_against_happened():
    """Four of four where two were promised: (4 - 2) / sqrt(4 * 0.25) standard errors."""
    bands = calibration(JUDGED)
    assert bands.select("type", "band", "shown", "hits", "promised", "happened", "z").rows() == [
        ("clicks", 1, 4, 4, 0.5, 1.0, 2.0)
    ]
    assert calibration_error(bands).rows() == [("clicks", 0.5)]


def test_where_items_went_wrong():
    missed = pl.DataFrame({"item": ["w", "x"], "unshown": [3, 1]}, schema_overrides={"unshown": pl.Int64})
    assert of_items(JUDGED, missed).rows() == [
        ("w", 0, 0, None, None, 3),
        ("x", 4, 4, 2.0, 2.0, 1),
        ("y", 4, 1, None, None, 0),  # nothing was promised of it
    ]


def test_where_segments_went_wrong():
    """Of the known, two of two places with a promise of a half: (2 - 1) / sqrt(0.5)."""
    found = of_segments(JUDGED, ["visitor"])
    assert found.drop("z").rows() == [("visitor", "known", 6, 3, 1.0), ("visitor", "new", 2, 2, 1.0)]
    assert np.allclose(found["z"].to_numpy(), [math.sqrt(2)] * 2)


def test_one_hit_where_next_to_none_was_promised_says_nothing():
    few = pl.DataFrame({"item": ["x", "x"], "hit": [True, False], "promised": [0.01, 0.01]})
    found = of_items(few, pl.DataFrame(schema={"item": pl.String, "unshown": pl.Int64}))
    assert found.rows() == [("x", 2, 1, 0.02, None, 0)]


def test_bands_of_events():
    rows = places(n=[1, 2, 3, 4, 10, 11, None])
    found = rows.select(events_band(pl.col("n")))["literal"].to_list()
    assert found == ["1", "2-3", "2-3", "4-10", "4-10", "over 10", None]
