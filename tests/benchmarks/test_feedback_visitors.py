"""How the generated shop's visitors answer lists, worked by hand."""

from datetime import timedelta

import polars as pl

from benchmarks.feedback_visitors import WILLING, answered, clicked
from tests.oracle.frames import at

CLUSTERS = pl.DataFrame({"item": [1, 2, 3], "cluster": [0, 0, 9]})
TASTES = pl.DataFrame({"session": [5], "cluster": [0], "share": [1.0]})
GOODS = pl.DataFrame({"item": [1, 2, 3]}).with_columns(
    price=pl.lit(2.0), category=pl.lit("c"), brand=pl.lit("b"), text=pl.lit("t")
)


def lists(count, *items):
    """So many lists of the same items, a minute after the other."""
    places = pl.DataFrame({"rank": range(1, len(items) + 1), "item": items})
    moments = pl.DataFrame({"session": [5] * count, "shown": [at(minute) for minute in range(count)]})
    return moments.join(places, how="cross")


def test_only_what_suits_is_clicked_and_lower_places_less():
    served = lists(4_000, 3, 1, 2)
    found = clicked(served, CLUSTERS, TASTES, 1)
    assert found.equals(clicked(served.sample(fraction=1, shuffle=True, seed=3), CLUSTERS, TASTES, 1))
    assert not found.equals(clicked(served, CLUSTERS, TASTES, 2))
    assert found.select("session", "shown").is_unique().all()
    counts = dict(found.group_by("item").len().rows())
    assert set(counts) == {1, 2}
    assert abs(counts[1] / 4_000 - WILLING / 2) < 0.03
    assert abs(counts[2] / 4_000 - (1 - WILLING / 2) * WILLING / 3) < 0.03


def own(*minutes):
    """Clicks of one visitor on item 2."""
    rows = [{"session": 5, "user": "u", "item": 2, "ts": at(minute), "type": "clicks"} for minute in minutes]
    more = pl.DataFrame(rows).with_columns(pl.col("ts").dt.cast_time_unit("ms"))
    return more.with_columns(price=1.0, quantity=1.0, category=pl.lit("c"), brand=pl.lit("b"), text=pl.lit("t"))


def test_a_click_comes_before_the_next_event():
    """5 s after it was shown; halfway to the next event of 4 s later; never where that is of the same moment."""
    log = own(0, 10, 10 + 4 / 60, 20)
    moments = [at(0), at(10), at(20)]
    clicks = pl.DataFrame({"session": [5] * 3, "shown": moments, "item": [1, 3, 1]})
    found = answered(log, clicks.with_columns(pl.col("shown").dt.cast_time_unit("ms")), GOODS)
    assert found.columns == log.columns
    new = found.filter(pl.col("item") != 2)
    seconds = [timedelta(seconds=5), timedelta(seconds=2), timedelta(seconds=5)]
    assert new["ts"].to_list() == [moment + later for moment, later in zip(moments, seconds, strict=True)]
    assert found["ts"].is_sorted()
    assert found.filter(pl.col("item") == 2).equals(log)
