import math
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from learning.columns import NO_VALUE, as_pandas, columns_of, conform, tidy

ROWS = 60
TABLE = tidy(
    pl.DataFrame(
        {
            "price": [str(n / 4) if n % 7 else "" for n in range(ROWS)],
            "visits": [str(n) for n in range(ROWS)],
            "day": [f"2024-03-{n % 28 + 1:02d}" for n in range(ROWS)],
            "flag": [n % 2 == 0 for n in range(ROWS)],
            "colour": [("red", "blue", None)[n % 3] for n in range(ROWS)],
            "brand": [f"brand{n % 25}" for n in range(ROWS)],
            "title": [f"a fine pair of shoes {n}" for n in range(ROWS)],
            "session": [f"s{n}" for n in range(ROWS)],
            "shop": ["here"] * ROWS,
            "nothing": ["N/A", "", None] * (ROWS // 3),
            "region": [n % 4 for n in range(ROWS)],
            "sometimes": [None, "yes"] * (ROWS // 2),
        }
    )
)
KINDS = {
    "price": "number",
    "visits": "number",
    "day": "time",
    "flag": "few",
    "colour": "few",
    "brand": "many",
    "title": "text",
    "session": "key",
    "shop": "constant",
    "nothing": "empty",
    "region": "number",
    "sometimes": "few",
}


def test_kinds():
    assert columns_of(TABLE, TABLE.columns).kinds == KINDS


def test_numbers_that_are_names():
    assert columns_of(TABLE, ["region", "visits"], ["region", "visits"]).kinds == {"region": "few", "visits": "many"}


def test_what_is_not_learnt_from():
    assert columns_of(TABLE, TABLE.columns).used == [c for c in KINDS if c not in ("session", "shop", "nothing")]


@pytest.mark.parametrize("row", range(0, ROWS, 13))
def test_values_as_scikit_learn_takes_them(row):
    found = as_pandas(TABLE, columns_of(TABLE, TABLE.columns)).iloc[row]
    moment = date(2024, 3, row % 28 + 1)
    assert found["price"] == row / 4 if row % 7 else math.isnan(found["price"])
    assert found["day"] == (moment - date(1970, 1, 1)).days
    assert (found["day hour"], found["day weekday"]) == (0, moment.isoweekday())
    assert found["colour"] == ("red", "blue", NO_VALUE)[row % 3]
    assert found["flag"] == ("true" if row % 2 == 0 else "false")


def test_tidied_values():
    found = tidy(pl.DataFrame({"a": [" x ", "NULL", "?"], "b": [1.0, math.inf, math.nan], "c": [[1], None, [2, 3]]}))
    assert found.to_dict(as_series=False) == {
        "a": ["x", None, None],
        "b": [1.0, None, None],
        "c": ["[1]", None, "[2, 3]"],
    }


def test_types_of_parquet_stay():
    table = pl.DataFrame({"at": [datetime(2024, 1, 1), None], "took": [timedelta(1), None], "n": [1, 2]})
    assert tidy(table).schema == table.schema
    assert columns_of(table, table.columns, ()).kinds == {"at": "time", "took": "number", "n": "number"}


def test_another_table_takes_the_firsts_types():
    like = tidy(pl.DataFrame({"n": ["1", "2"], "c": ["x", "y"], "day": ["2024-01-02", "2024-01-03"]}))
    other = pl.DataFrame({"c": [5, None], "n": ["3", "many"], "day": ["2024-01-04", "soon"], "more": [1, 2]})
    found = conform(other, like)
    assert found.select("n", "c").to_dict(as_series=False) == {"n": [3, None], "c": ["5", None]}
    assert found["day"].to_list() == [datetime(2024, 1, 4), None]
