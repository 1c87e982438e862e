import polars as pl
import pytest

from learning.columns import columns_of
from tabular.profile.bands import priced, target_by_band
from tabular.profile.target import target_of


def bands(values, target):
    table = pl.DataFrame({"x": values})
    found = target_by_band(table, ["x"], columns_of(table, ["x"]), target_of(pl.Series("y", target), "t.csv"))
    return [(one["band"], one["rows"], one["mean"], one["error"]) for one in found]


def test_by_level():
    assert bands(["a", "b", "a", None], [1.0, 5, 3, 7]) == [
        ("a", 2, 2.0, 1.0), ("b", 1, 5.0, None), ("(missing)", 1, 7.0, None),
    ]  # fmt: skip


def test_rare_levels_count_together():
    values = [f"l{n:02}" for n in range(14)] * 2
    found = bands(values, [float(n) for n in range(28)])
    assert [band for band, *_ in found][-2:] == ["l11", "(others)"]
    assert found[-1][1] == 4


def test_few_numbers_are_bands_themselves():
    assert bands([1, 2, 1, None], [1.0, 5, 3, 7]) == [
        ("1", 2, 2.0, 1.0), ("2", 1, 5.0, None), ("(missing)", 1, 7.0, None),
    ]  # fmt: skip


def test_many_numbers_fall_into_tenths():
    found = bands([float(n) for n in range(100)], [float(n) for n in range(100)])
    assert [(band, rows) for band, rows, *_ in found][:2] == [("0 to 9", 10), ("10 to 19", 10)]
    assert [mean for _, _, mean, _ in found] == pytest.approx([4.5 + 10 * n for n in range(10)])


def test_a_value_that_fills_a_band_has_its_own():
    found = bands([0.0] * 60 + [float(n) for n in range(1, 41)], [1.0] * 60 + [0.0] * 39 + [2.0])
    assert (found[0][0], found[0][1]) == ("0", 60)
    assert sum(rows for _, rows, *_ in found) == 100
    assert found[1][0].startswith("1 to ")


def test_every_class_has_its_mean():
    table = pl.DataFrame({"x": ["a", "a", "b"]})
    target = target_of(pl.Series("y", ["p", "q", "r"]), "t.csv")
    found = target_by_band(table, ["x"], columns_of(table, ["x"]), target)
    assert [(one["of"], one["band"], one["mean"]) for one in found][:2] == [("y = p", "a", 0.5), ("y = p", "b", 0.0)]


def test_prices_are_told_by_name_unless_they_are_given():
    table = pl.DataFrame({"list_price": [1.5, 2.5, 9.0], "n": [1, 2, 3], "price_tag": ["a", "b", "c"]})
    columns = columns_of(table, table.columns)
    assert priced(columns, "") == ["list_price"]
    assert priced(columns, "n") == ["n"]
