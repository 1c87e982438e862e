"""A log of nine events that the tests of its portrait work by hand."""

from datetime import UTC, datetime

import polars as pl

from data.schema import Events

A, B, C = 0, 1, 2


def at(day, hour=0, minute=0):
    return datetime(2025, 3, day, hour, minute, tzinfo=UTC)


def log():
    """Visitor 0 comes on Monday the 3rd and on the 5th, visitor 1 on the 5th; nobody knows who session 3 is."""
    rows = [
        # session, item, ts, type, user, price, quantity
        (0, A, at(3, 10), "clicks", 0, 10.0, None),
        (0, A, at(3, 10, 5), "carts", 0, 10.0, None),
        (0, A, at(3, 10, 6), "orders", 0, 10.0, 2.0),
        (1, B, at(5, 10), "clicks", 0, None, None),
        (2, A, at(5, 12), "clicks", 1, None, None),
        (2, B, at(5, 12, 1), "clicks", 1, None, None),
        (2, B, at(5, 12, 2), "orders", 1, 5.0, None),
        (3, C, at(7, 12), "clicks", None, None, None),
        (3, A, at(7, 13), "clicks", None, None, None),
    ]
    names = ["session", "item", "ts", "type", "user", "price", "quantity"]
    made = pl.DataFrame(rows, schema=names, orient="row").with_columns(category=pl.lit(None))
    return Events.validate(made.select(Events.column_names()), cast=True)


def valued():
    """The same with what each event brings: the first session 20, the third 5."""
    worth = pl.when(pl.col("type") == "orders").then(pl.col("price") * pl.col("quantity").fill_null(1.0)).otherwise(0.0)
    return log().with_columns(spend=worth, value=worth).lazy()
