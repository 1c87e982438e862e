import polars as pl
import pytest

from evaluation.beyond.popularity import BANDS, band_of, band_shares, item_popularity, mean_popularity, visitors_of
from tests.oracle.frames import events

# item 1: 4 events, item 2: 3, item 3: 2, item 4: 1; before them lie 0, .4, .7 and .9 of all events
HISTORY = events(
    *((0, 1, m, "clicks", 7) for m in range(3)),
    (1, 1, 5, "carts", 7),
    *((2, 2, m, "clicks") for m in range(3)),
    (3, 3, 1, "clicks", 8),
    (3, 3, 2, "clicks", 8),
    (3, 4, 3, "orders", 8),
).lazy()


def test_items_by_events_visitors_and_band():
    found = item_popularity(HISTORY).collect()
    assert found.rows() == [
        (1, 4, 1, "top 20 %"),
        (2, 3, 1, "20 to 50 %"),
        (3, 2, 1, "50 to 80 %"),
        (4, 1, 1, "tail"),
    ]
    assert visitors_of(HISTORY) == 3  # users 7 and 8, and session 2 without one


def test_what_the_history_lacks_is_new():
    items = pl.LazyFrame({"item": [4, 9]}, schema={"item": pl.UInt32})
    found = band_of(items, item_popularity(HISTORY)).sort("item").collect()
    assert found.select("item", "events", "visitors", "band").rows() == [(4, 1, 1, "tail"), (9, 0, 0, "new")]


def shown(*rows):
    schema = {"places": pl.Int64, "events": pl.Int64, "band": pl.Enum(BANDS)}
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def test_mean_popularity_is_over_places():
    assert mean_popularity(shown((3, 10, "tail"), (1, 50, "new"))) == (30 + 50) / 4
    assert mean_popularity(shown()) is None


def test_shares_of_places_by_band():
    found = band_shares(shown((3, 10, "tail"), (1, 50, "new"), (1, 9, "tail")))
    assert found == {**dict.fromkeys(BANDS, 0.0), "tail": pytest.approx(0.8), "new": pytest.approx(0.2)}
    assert set(band_shares(shown()).values()) == {None}
