from datetime import timedelta

from data.visits import with_visits
from tests.oracle.frames import events


def test_a_visit_begins_after_a_long_pause():
    rows = events((1, 0, 0, "clicks"), (1, 0, 30, "clicks"), (1, 0, 61, "orders"), (2, 0, 61, "clicks"))
    found = with_visits(rows.lazy(), timedelta(minutes=30)).collect()
    assert found["visit"].to_list() == [0, 0, 1, 0]


def test_the_order_of_rows_does_not_matter():
    rows = events((1, 0, 61, "orders"), (1, 0, 0, "clicks"), (1, 0, 90, "clicks"))
    assert with_visits(rows.lazy(), timedelta(minutes=30)).collect()["visit"].to_list() == [1, 0, 1]
