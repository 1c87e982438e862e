import polars as pl
import pytest

from evaluation.profile.money import amounts, money_of_a_log
from tests.evaluation.profile.logs import valued


def test_every_kind_of_money():
    items = pl.LazyFrame({"price": [10.0, 5.0, None]})
    found = money_of_a_log(valued(), items, pl.Series([20.0, 0.0, 5.0, 0.0]))
    assert list(found) == ["item prices", "order lines", "sessions"]
    assert found["order lines"]["spread"]["mean"] == 12.5
    assert found["sessions"]["spread"]["rows"] == 2
    assert found["sessions"]["above_zero"] == 0.5


def test_a_log_without_prices_has_none():
    events = valued().with_columns(spend=pl.lit(0.0))
    assert money_of_a_log(events, pl.LazyFrame({"price": [None]}, schema={"price": pl.Float64}), pl.Series([0.0])) == {}


def test_pictures_hold_every_row():
    found = amounts([1.0, 2.0, 3.0, 1000.0])
    for picture in ("linear", "log"):
        assert sum(one["rows"] for one in found[picture]) == 4
    assert found["spread"]["skew"] == pytest.approx(1.1546, abs=1e-3)
