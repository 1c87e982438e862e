import math
from datetime import datetime

import polars as pl
import pytest

from features.nested.times import moments, times
from tests.features.nested.told import maps_of, told

NOON = datetime(2025, 10, 1, 12)
DAYS_30 = datetime(2025, 9, 1, 15)
TIME = pl.Datetime("us")


def test_days_as_of_the_rows_own_hour():
    rows = maps_of({"a": NOON, "b": DAYS_30}, {"a": DAYS_30}, {}, None, value=TIME)
    found, odd = told(times, rows, "times")
    assert odd == {}
    assert found["latest"] == [0.125, 30.0, None, None]
    assert found["earliest"] == [30.0, 30.0, None, None]
    assert found["recency"] == [pytest.approx(math.exp(-0.125 / 30)), pytest.approx(math.exp(-1)), None, None]
    assert found["count"] == [2, 1, 0, None]


def test_the_same_times_are_longer_ago_an_hour_later():
    rows = maps_of({"a": NOON}, {"a": NOON}, value=TIME)
    found, _ = told(times, rows, "times", moments=["2025-10-01-15-00", "2025-10-01-21-00"])
    assert found["latest"] == [0.125, 0.375]


def test_nothing_later_than_the_row_is_read():
    later = datetime(2025, 10, 1, 15, 0, 1)
    found, odd = told(times, maps_of({"a": later, "b": NOON}, {"a": later}, value=TIME), "times")
    assert odd == {"later than the row": 2}
    assert found["latest"] == [0.125, None]
    assert found["count"] == [1, 0]
    flat, odd = told(moments, pl.Series([later, NOON, None]), "time")
    assert odd == {"later than the row": 1}
    assert flat == {"days": [None, 0.125, None], "recency": [None, pytest.approx(math.exp(-0.125 / 30)), None]}


def test_the_rows_own_moment_is_0_days_ago():
    found, odd = told(moments, pl.Series([datetime(2025, 10, 1, 15)]), "time")
    assert (found["days"], found["recency"], odd) == ([0.0], [1.0], {})


def test_times_of_every_form():
    forms = [
        pl.Series([1_759_320_000]),
        pl.Series([1_759_320_000_000]),
        pl.Series([1_759_320_000.0]),
        pl.Series(["2025-10-01T12:00:00Z"]),
        pl.Series(["2025-10-01 14:00:00+02:00"]),
        pl.Series(["2025-10-01 12:00:00"]),
        pl.Series(["2025-10-01-12-00"]),
        pl.Series(["1759320000"]),
        pl.Series([NOON]).dt.replace_time_zone("UTC").dt.convert_time_zone("Europe/Berlin"),
    ]
    for form in forms:
        assert told(moments, form, "time")[0]["days"] == [0.125], form


def test_what_systems_write_for_never_is_unknown():
    never = [datetime(1970, 1, 1), datetime(1, 1, 1), datetime(2120, 1, 1)]
    found, odd = told(moments, pl.Series(never), "time")
    assert found["days"] == [None, None, None]
    assert odd == {"no time": 3}
    assert told(moments, pl.Series(["soon", "", "7"]), "time")[1] == {"no time": 2}


def test_a_row_without_a_moment_knows_no_time():
    found, _ = told(moments, pl.Series([NOON]), "time", moments=["never"])
    assert found["days"] == [None]
