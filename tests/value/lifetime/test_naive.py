import polars as pl

from tests.oracle.customers import day, purchases
from value.lifetime.naive import naive_answers


def test_by_hand():
    bought = purchases(
        {"user": 7, "ts": 0, "value": 10.0, "back": 2.0},
        {"user": 7, "ts": 150, "value": 30.0},
        {"user": 8, "ts": 195, "value": 6.0},
        {"user": 9, "ts": 10, "value": 99.0},
    )
    users = pl.Series([8, 7], dtype=pl.UInt32)
    found = naive_answers(bought, users, day(200), (30, 60), "gross")
    assert found["d30"]["all_zeros"].tolist() == [0, 0]
    assert found["d30"]["past_average"].tolist() == [6.0, 42 * 30 / 200]  # known for 5 days, which count as 30
    assert found["d60"]["past_average"].tolist() == [6.0, 42 * 60 / 200]
    assert found["d30"]["past_stretch"].tolist() == [6, 0]
    assert found["d60"]["past_stretch"].tolist() == [6, 30]
    assert naive_answers(bought, users, day(200), (30,), "value")["d30"]["past_average"].tolist() == [6, 6]
