from datetime import UTC, datetime

import polars as pl
from polars.testing import assert_frame_equal

from data.items import ATTRIBUTES, first_seen, known_before, late_names

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
    assert found.columns == ["item", *ATTRIBUTES, *(f"{name}_since" for name in ATTRIBUTES)]
    assert found.select("item", *ATTRIBUTES).rows() == [(1, 8, "early", "a shoe", 2.0), (2, None, None, None, None)]


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


def moment(second):
    return datetime(2024, 1, 1, 0, 0, second, tzinfo=UTC)


def test_what_was_named_late_is_not_known_before():
    """Item 1 gets its category at second 20 and its text at 30, though seen at 10; item 2 is new at 25, with both."""
    rows = [
        (1, moment(10), 0, None, None, None, 2.0),
        (1, moment(20), 1, 7, None, None, None),
        (1, moment(30), 2, 8, None, "shoe", None),
        (2, moment(25), 3, 9, None, "hat", None),
    ]
    log = pl.LazyFrame(rows, schema=LOG.schema | {"ts": pl.Datetime("ms", "UTC")}, orient="row")
    seen = first_seen(log)
    late = late_names(seen)
    assert late.collect().rows() == [(1, moment(20), None, moment(30), None)]
    items = seen.select("item", pl.lit("k").alias("key"), *ATTRIBUTES).sort("item")
    known = {s: known_before(items, late, moment(s)).drop("key").collect().rows() for s in (20, 21, 31)}
    new = (2, 9, None, "hat", None)
    assert known[20] == [(1, None, None, None, 2.0), new]
    assert known[21] == [(1, 7, None, None, 2.0), new]
    assert known[31] == [(1, 7, None, "shoe", 2.0), new]
