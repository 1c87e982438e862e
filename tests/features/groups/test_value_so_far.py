import math

import polars as pl
import pytest

from data.schema import Items
from features.groups.value_so_far import value_so_far
from tests.features.reading import read
from tests.oracle.frames import prefixes, table

ITEMS = table(Items, (1, "a", None, None, None, 5.0), (2, "b", None, None, None, None))


def test_by_hand():
    visits = prefixes(
        (0, 1, 0, "clicks"), (0, 1, 1, "carts"), (0, 1, 2, "orders"), (0, 2, 3, "orders"), (1, 2, 0, "clicks")
    ).with_columns(
        price=pl.when(pl.col("position") == 3).then(2.0),
        quantity=pl.when(pl.col("position") == 3).then(3.0),
    )
    bought, looked = read(value_so_far, prefixes=visits.reverse(), items=ITEMS)
    logs = [math.log(2), math.log(4)]  # of 1 + one piece, where none is named, and 1 + three
    assert bought == pytest.approx(
        {
            "query": 0,
            "spent": 11,  # one piece at the listed 5, three at 2
            "carted": 5,
            "waiting": 0,  # what was in the cart is ordered
            "seen": 17,
            "lines": 2,
            "max_line": 6,
            "min_line": 5,
            "median_line": 5.5,
            "first_line": 5,
            "last_line": 6,
            "pieces": 4,
            "max_pieces": 3,
            "min_pieces": 1,
            "min_price": 2,
            "max_price": 5,
            "median_price": 3.5,
            "taken": 11,
            "log_spent": math.log(12),
            "spent_per_line": 5.5,
            "pieces_per_line": 2,
            "log_pieces": sum(logs) / 2,
            "pieces_sd": (logs[1] - logs[0]) / 2,
            "mean_price": 11 / 4,
            "max_share": 6 / 11,
            "line_slope": math.log(7 / 6),
        },
        rel=1e-5,
    )
    assert (looked["spent"], looked["lines"], looked["seen"]) == (0, 0, 0)
    assert looked["max_line"] is looked["spent_per_line"] is looked["line_slope"] is looked["pieces_sd"] is None


def test_what_waits_in_the_cart():
    visits = prefixes((0, 1, 0, "carts"), (0, 1, 1, "carts"), (0, 2, 2, "carts"), (0, 2, 3, "orders"))
    visits = visits.with_columns(price=pl.when(pl.col("item") == 2).then(8.0))
    (row,) = read(value_so_far, prefixes=visits, items=ITEMS)
    assert (row["waiting"], row["carted"], row["spent"], row["taken"]) == (5, 18, 8, 13)
