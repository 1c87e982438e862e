import polars as pl
from polars.testing import assert_frame_equal

from data.items import ATTRIBUTES, first_seen

LOG = pl.DataFrame(
    [
        # item, ts, row, category, brand, text, price
        (1, 20, 0, 7, "late", None, 3.0),
        (1, 10, 1, None, "early", "a shoe", None),
        (1, 10, 2, 8, "later in the file", "shoe", 2.0),
        (2, 5, 3, None, None, None, None),
    ],
    schema={
        "item": pl.UInt32,
        "ts": pl.Int64,
        "row": pl.UInt64,
        "category": pl.UInt32,
        "brand": pl.String,
        "text": pl.String,
        "price": pl.Float64,
    },
    orient="row",
)


def test_each_attribute_is_that_of_the_first_event_that_names_it():
    found = first_seen(LOG.lazy()).collect().sort("item")
    assert found.columns == ["item", *ATTRIBUTES]
    assert found.rows() == [(1, 8, "early", "a shoe", 2.0), (2, None, None, None, None)]


def test_the_order_of_rows_does_not_count():
    expected = first_seen(LOG.lazy()).collect().sort("item")
    for seed in range(5):
        shuffled = LOG.sample(fraction=1, shuffle=True, seed=seed)
        assert_frame_equal(first_seen(shuffled.lazy()).collect().sort("item"), expected)


def test_later_events_change_nothing_that_is_known():
    later = LOG.head(1).with_columns(ts=pl.lit(99, pl.Int64), category=pl.lit(1, pl.UInt32), text=pl.lit("new"))
    found = first_seen(pl.concat([later, LOG]).lazy()).collect().sort("item")
    assert_frame_equal(found, first_seen(LOG.lazy()).collect().sort("item"))


def test_none():
    assert first_seen(LOG.clear().lazy()).collect().is_empty()
