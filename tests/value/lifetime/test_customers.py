import numpy as np
import polars as pl
import pytest

from tests.oracle.customers import day
from value.lifetime.customers import customer_features, lifetime_rows

TABLE = pl.DataFrame(
    {
        "customer": ["a", "b"],
        "user": pl.Series([0, 1], dtype=pl.UInt32),
        "origin": pl.Series([day(10), day(20)]).cast(pl.Datetime("ms", "UTC")),
        "customer_recency__once": pl.Series([1.0, None], dtype=pl.Float32),
        "customer_spend__spend": pl.Series([5.0, 7.0], dtype=pl.Float32),
        "known__d30__past_average": [1.0, 2.0],
        "known__d90__past_average": [3.0, 4.0],
        "target__d30": [0.0, 3.0],
        "target__d90": [2.0, None],
        "level__d30": [1.0, 0.9],
        "taught_level__d30": [1.2, 0.9],
        "level__d90": [1.0, 0.8],
        "taught_level__d90": [1.1, 0.8],
        "scored": [False, False],
    }
)


def test_features_are_what_is_no_target_level_or_answer():
    assert customer_features(TABLE) == ["customer_recency__once", "customer_spend__spend"]
    assert customer_features(TABLE, ["customer_spend"]) == ["customer_recency__once"]


def test_rows_that_teach():
    rows = lifetime_rows(TABLE, (30, 90))
    assert rows.features.columns == customer_features(TABLE)
    assert rows.horizons == ("d30", "d90")
    np.testing.assert_array_equal(rows.targets["d90"], [2.0, np.nan])
    assert rows.group.tolist() == [0, 1]
    assert rows.time.tolist() == [day(n).timestamp() * 1000 for n in (10, 20)]
    assert rows.known == {
        "d30": {"past_average": pytest.approx([1, 2])},
        "d90": {"past_average": pytest.approx([3, 4])},
    }
    assert rows.level["d90"].tolist() == [1.1, 0.8]


def test_rows_as_their_origins_knew_the_season():
    told = {"d30": {"btyd": np.array([1.0, 2.0])}}
    rows = lifetime_rows(TABLE, (30,), names=["customer_spend__spend"], taught=False, told=told)
    assert rows.level["d30"].tolist() == [1.0, 0.9]
    assert rows.features.columns == ["customer_spend__spend"]
    assert rows.told["d30"]["btyd"].tolist() == [1, 2]
