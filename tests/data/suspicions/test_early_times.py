from datetime import UTC, datetime

import polars as pl
import pytest

from data.suspicions.early_times import suspect
from data.values.clock import Clock

SPAN = 100


def said(first, unit="s", **clock):
    step = {"s": 1_000, "ms": 1}[unit]
    ts = pl.Series([(first + n) * step for n in range(SPAN)]).cast(pl.Datetime("ms", "UTC"))
    return [warned.said for warned in suspect(pl.LazyFrame({"ts": ts}), Clock(unit, **clock))]


@pytest.mark.parametrize(
    ("first", "mend"),
    [
        (20_231_114, "set `input.format.time_format` to '%Y%m%d'"),
        (45_244, "set `input.format.unit` to d and `input.format.epoch` to 1899-12-30"),
        (0, "set `input.format.unit` to what they count, or `input.format.epoch` to when they begin"),
    ],
)
def test_numbers_that_count_something_else(first, mend):
    (one,) = said(first)
    assert one.startswith(f"all times lie before 1990 (the first row's is {first}, which is 1970-")
    assert mend in one


def test_the_number_is_told_as_it_stands_in_the_log():
    assert "the first row's is 20231114, which is 1970-01-01 05:37:11 UTC if it counts ms" in said(20_231_114, "ms")[0]


def test_times_of_today_and_clocks_that_may_show_any_year():
    assert said(1_700_000_000) == said(0, epoch=datetime(2020, 1, 1, tzinfo=UTC)) == []
    assert suspect(pl.LazyFrame({"ts": [datetime(1971, 1, 1, tzinfo=UTC)]}), Clock()) == []
