import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_series_equal

from data.values.time_range import END_MS, FIRST_MS, moment, within_range

BITS = st.integers(-(2**63), 2**63 - 1)


@pytest.mark.parametrize("unit", ["ms", "us"])
def test_the_years_1_to_9999_stay(unit):
    scale = {"ms": 1, "us": 1_000}[unit]
    ends = [FIRST_MS * scale - 1, FIRST_MS * scale, None, END_MS * scale - 1, END_MS * scale]
    found = within_range(pl.Series(ends).cast(pl.Datetime(unit, "UTC")))
    assert found.dt.year().to_list() == [None, 1, None, 9999, None]


def test_dates_and_times_of_day():
    days = pl.Series([-(2**31), -719_162, 2_932_896, 2**31 - 1], dtype=pl.Int32).cast(pl.Date)
    assert within_range(days).dt.year().to_list() == [None, 1, 9999, None]
    times = pl.Series([0, 86_399_999_999_999]).cast(pl.Time)
    assert within_range(times).null_count() == 0


@pytest.mark.parametrize(
    "series", [pl.Series(["a"]), pl.Series([2**62]), pl.Series([None]), pl.Series([], dtype=pl.Date)]
)
def test_what_is_no_time_stays(series):
    assert_series_equal(within_range(series), series)


@given(st.lists(st.none() | BITS, min_size=1), st.sampled_from(["ms", "us", "ns"]), st.sampled_from([None, "UTC"]))
def test_whatever_is_left_can_be_written(numbers, unit, zone):
    times = within_range(pl.Series(numbers, dtype=pl.Int64).cast(pl.Datetime(unit, zone)))
    texts = times.cast(pl.String)
    assert texts.null_count() == times.null_count() >= sum(number is None for number in numbers)
    times.dt.replace_time_zone("Europe/Berlin", ambiguous="earliest", non_existent="null")


def test_moments():
    found = pl.select(moment(pl.Series([FIRST_MS - 1.0, 1.9, float("nan"), 1e300, None, END_MS]))).to_series()
    assert found.to_list() == [None, 1, None, None, None, None]
