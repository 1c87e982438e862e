from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from data.fault import VALUE
from data.formats import Columns, LogFormat
from data.shapes.ordering import clock_times, order_columns, unordered, untimed

DAYS = LogFormat(columns=Columns(ts=None, order="n"), clock_step=timedelta(days=1))


def parts(series):
    rows = pl.DataFrame({"n": series})
    whole, rest = rows.select(order_columns(["n"], rows.schema)).get_columns()
    assert (whole.dtype, rest.dtype) == (pl.Int64, pl.Float64)
    return list(zip(whole.to_list(), rest.to_list(), strict=True))


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (pl.Series([3, None, -2]), [(3, 0.0), (None, None), (-2, 0.0)]),
        (pl.Series([2.5, -0.25, float("nan"), float("inf")]), [(2, 0.5), (-1, 0.75), (None, None), (None, None)]),
        (pl.Series(["7", " +7 ", "2.5", "", "x", None]), [(7, 0), (7, 0), (2, 0.5), *[(None, None)] * 3]),
        (pl.Series(["1e3", "9223372036854775807"]), [(1000, 0), (2**63 - 1, 0)]),
        (pl.Series([2**53, 2**53 + 1]), [(2**53, 0), (2**53 + 1, 0)]),
        (pl.Series([datetime(1970, 1, 1, 0, 0, 1)]), [(1_000_000, 0)]),
        (pl.Series([None, None]), [(None, None)] * 2),
    ],
)
def test_numbers_keep_their_order(series, expected):
    assert parts(series) == expected


def test_digits_beyond_64_bits_have_no_place():
    assert parts(pl.Series(["9223372036854775808"]))[0][0] is None


def test_what_is_no_number_is_told():
    rows = pl.DataFrame({"n": ["1", "x", None, " ", "NaN"], "m": [1.0, 1.0, float("nan"), float("inf"), None]})
    assert rows.select(unordered(["n", "m"], rows.schema)).to_series().to_list() == [
        *(None, "unparsable order `n`" + VALUE + "x", None, "unparsable order `m`" + VALUE + "inf", None)
    ]


def test_a_clock_of_steps():
    rows = pl.DataFrame({"n": [1.0, 2.5, None, 40_000.0, -11_000.0]})
    rows = rows.with_columns(order_columns(["n"], rows.schema))
    found = rows.select(ts=clock_times(DAYS), why=untimed(DAYS))
    assert found["ts"].to_list() == [
        *(datetime(2000, 1, 2, tzinfo=UTC), datetime(2000, 1, 3, 12, tzinfo=UTC), None, None, None)
    ]
    assert found["why"].to_list()[:3] == [None, None, "null order"]
    assert found["why"][3].startswith("impossible order")
    assert found["why"][4].startswith("impossible order")
