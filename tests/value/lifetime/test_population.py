import polars as pl

from tests.oracle.customers import DAY, day, ordered
from tests.oracle.visits import closed
from value.lifetime.population import bought_before, customer_queries

LINES = ordered((9, 1, 0, 1, 1.0, 5.0), (7, 40, 1, 1, 1.0, 5.0), (8, 50, 2, 1, 1.0, 5.0), (7, 60, 3, 1, 1.0, 5.0))


def test_those_with_an_order_before_the_origin():
    assert bought_before(LINES, day(50)).to_list() == [7, 9]
    assert bought_before(LINES, day(51)).to_list() == [7, 8, 9]


def test_those_with_one_in_the_window():
    assert bought_before(LINES, day(50), day(50) - day(10)).to_list() == [7]
    assert bought_before(LINES, day(90), day(90) - day(60)).to_list() == [7]
    assert bought_before(LINES, day(100), day(30) - day(0)).to_list() == []


def test_the_segment_is_the_latest_that_was_named():
    visits = closed(
        {"session": 0, "user": 7, "ts": 1 * DAY, "segment": "at"},
        {"session": 1, "user": 7, "ts": 2 * DAY, "segment": "de"},
        {"session": 2, "user": 7, "ts": 3 * DAY},
        {"session": 3, "user": 9, "ts": 3 * DAY},
    )
    found = customer_queries(pl.Series([7, 9], dtype=pl.UInt32), day(50), visits)
    assert found.rows() == [(0, 7, day(50), "de"), (1, 9, day(50), None)]
