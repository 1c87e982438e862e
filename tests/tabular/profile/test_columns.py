import polars as pl

from learning.columns import columns_of, tidy
from tabular.profile.columns import distributions, kinds_of, levels_of, numbers_of

TABLE = tidy(
    pl.DataFrame(
        {
            "price": [1.0, None, 3.0, 3.0],
            "town": ["a", "b", "a", ""],
            "day": ["2025-03-01", "2025-03-02", "2025-03-02", "2025-03-04"],
            "same": ["x"] * 4,
        }
    )
)
COLUMNS = columns_of(TABLE, TABLE.columns)


def test_kinds_and_gaps():
    found = [tuple(one.values()) for one in kinds_of(TABLE, COLUMNS)]
    assert found == [
        ("price", "number", 4, 1, 0.25, 2, "1.0"),
        ("town", "few", 4, 1, 0.25, 2, "a"),
        ("day", "time", 4, 0, 0.0, 3, "2025-03-01 00:00:00"),
        ("same", "constant", 4, 0, 0.0, 1, "x"),
    ]


def test_numbers_and_times_have_histograms_others_levels():
    price, town, day, same = distributions(TABLE, COLUMNS)
    assert price["spread"]["rows"] == 3
    assert sum(one["rows"] for one in price["bars"]) == 3
    assert town == {
        "column": "town",
        "kind": "few",
        "spread": None,
        "bars": [{"level": "a", "rows": 2}, {"level": "b", "rows": 1}],
    }
    assert day["spread"]["least"] == 20148  # days from 1970-01-01 to 2025-03-01
    assert same["bars"] == [{"level": "x", "rows": 4}]


def test_levels_are_few_and_their_ties_ordered():
    assert levels_of(pl.Series(["b", "a", None, "a", "b", "c"])) == [("a", 2), ("b", 2), ("c", 1)]
    assert len(levels_of(pl.Series(map(str, range(100))))) == 12


def test_numbers_have_no_value_where_there_is_none():
    assert numbers_of(TABLE["price"]).tolist()[2:] == [3.0, 3.0]
    assert numbers_of(TABLE["price"])[1] != numbers_of(TABLE["price"])[1]
