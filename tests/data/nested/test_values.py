import polars as pl

from data.nested.values import read_keys, read_numbers


def test_keys_of_every_type_are_texts():
    assert read_keys(pl.Series([" a ", "7.0", "7", "", "1.50", "x.0", "007.00"])).to_list() == [
        *("a", "7", "7", None, "1.50", "x.0", "007")
    ]
    assert read_keys(pl.Series([7, None])).to_list() == ["7", None]
    assert read_keys(pl.Series([7.0, 2.5, float("nan"), float("inf")])).to_list() == ["7", "2.5", None, None]
    assert read_keys(pl.Series([True])).to_list() == ["true"]
    assert read_keys(pl.Series(["a"], dtype=pl.Categorical)).to_list() == ["a"]
    assert read_keys(pl.Series([b"a", b"\xff"])).to_list() == ["a", None]
    assert read_keys(pl.Series([None])).to_list() == [None]
    assert read_keys(pl.Series([["a"]])).to_list() == [None]


def test_numbers_of_every_type():
    assert read_numbers(pl.Series([True, None])).value.to_list() == [1.0, None]
    assert read_numbers(pl.Series([1, 2], dtype=pl.UInt8)).value.to_list() == [1.0, 2.0]
    decimals = pl.Series(["1.5", None]).cast(pl.Decimal(10, 2))
    assert read_numbers(decimals).value.to_list() == [1.5, None]
    strange = read_numbers(pl.Series([[1], None]))
    assert (strange.value.to_list(), strange.odd) == ([None, None], {"no number": 1})
