from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_series_equal

from data.repeats import repeated_orders, repeated_rows
from data.schema import TypeEnum
from tests.oracle.frames import at


def typed(*rows):
    names = ("event_id", "item", "type", "ts", "session", "price")
    made = [dict(zip(names, row, strict=True)) for row in rows]
    frame = pl.DataFrame(made, schema_overrides={"event_id": pl.String}, infer_schema_length=None)
    return frame.with_columns(user=pl.lit(None, pl.String), quantity=pl.lit(1.0)).with_row_index("row").lazy()


ROWS = (
    ("o1", 1, "orders", at(5), "s", 2.0),
    ("o1", 1, "orders", at(3), "s", 2.0),
    ("o1", 2, "orders", at(5), "s", 2.0),
    ("o1", 1, "carts", at(5), "s", 2.0),
    (None, 1, "orders", at(5), "s", 2.0),
    (None, 1, "orders", at(5), "s", 2.0),
    ("o2", 1, "orders", at(5), "s", 2.0),
    ("o2", 1, "orders", at(5), "s", 2.0),
    ("o2", 1, "orders", at(5), "s", 1.0),
)


@pytest.mark.parametrize("parts", [1, 3])
def test_all_but_the_first_of_an_id_an_item_and_a_type_repeat_it(parts):
    found = repeated_rows(typed(*ROWS), parts)
    assert_series_equal(found, pl.Series("row", [0, 7], dtype=pl.UInt32))


def test_money_that_goes_back_repeats_no_order():
    rows = typed(("o1", 1, "orders", at(3), "s", 2.0), ("o1", 1, "orders", at(5), "s", 2.0))
    back = rows.with_columns(quantity=pl.when(pl.col("row") == 0).then(1.0).otherwise(-1.0))
    assert repeated_rows(back, 1).to_list() == []
    assert repeated_rows(rows, 1).to_list() == [1]


def test_the_order_of_files_decides_nothing():
    kept = []
    for rows in (ROWS, ROWS[::-1]):
        events = typed(*rows)
        once = events.filter(~pl.col("row").is_in(repeated_rows(events, 2).implode())).drop("row").collect()
        kept.append(sorted(once.rows(), key=str))
    assert kept[0] == kept[1]


def events(pause, *, count=30, twice=30, quantity=1.0, user=None):
    """So many orders, the first of them again after a pause."""
    rows = [(n, at(n)) for n in range(count)] + [(n, at(n) + pause) for n in range(twice)]
    frame = pl.DataFrame({"item": [r[0] for r in rows], "ts": [r[1] for r in rows]})
    again = pl.int_range(pl.len()) >= count
    return frame.lazy().with_columns(
        session=pl.when(again & pl.lit(user is not None)).then(1).otherwise(0),
        user=pl.lit(user, pl.UInt32),
        type=pl.lit("orders", TypeEnum),
        price=pl.lit(2.0),
        quantity=pl.when(again).then(quantity).otherwise(1.0),
    )


def test_orders_that_come_again_within_minutes_are_told():
    (warned,) = repeated_orders(events(timedelta(seconds=40)))
    assert warned.check == "repeated_orders"
    assert warned.counts == {"order_lines": 60, "repeated": 30}
    assert warned.said == (
        "30 of 60 order lines (50.0%) repeat an item, quantity and price that the same visitor ordered less than 10 "
        "minutes before: if orders were recorded twice, name the column of their numbers as "
        "`input.format.columns.event_id`"
    )


def test_of_a_user_in_another_session_too():
    assert repeated_orders(events(timedelta(minutes=10), user=7))


@pytest.mark.parametrize(
    "fine",
    [
        events(timedelta(0), count=151),  # two pieces on one receipt
        events(timedelta(minutes=10, milliseconds=1)),
        events(timedelta(seconds=40), quantity=2.0),
        events(timedelta(seconds=40), twice=19),
        events(timedelta(seconds=40), count=3_000, twice=20),
        events(timedelta(seconds=40)).with_columns(type=pl.lit("carts", TypeEnum)),
        events(timedelta(seconds=40)).clear(),
    ],
)
def test_nothing_else_is(fine):
    assert repeated_orders(fine) == []


def test_nor_are_many_of_one_moment_passed_over():
    (warned,) = repeated_orders(events(timedelta(0)))
    assert warned.counts == {"order_lines": 60, "repeated": 30}
    assert "equal another of the same visitor and moment" in warned.said
    assert "`input.quality.duplicates: drop`" in warned.said
