import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving.keys import KeyTable

WHOLE = st.integers(-(2**63), 2**63 - 1)
TEXTS = st.text(max_size=4)
NUMBERS = pl.Series("key", [30, -4, 7])


def stored(folder, keys, codes=None):
    """A dictionary as `prepare` writes it: new keys follow after the known ones, so codes are in no order of keys."""
    codes = range(len(keys)) if codes is None else codes
    table = pl.DataFrame([keys.alias("key"), pl.Series("code", codes, dtype=pl.UInt32)])
    table.with_columns(hash=pl.lit(0, pl.UInt64)).write_parquet(folder / "item.parquet")
    return KeyTable.open(folder / "item.parquet")


def as_dict(table, asked):
    codes = dict(zip(table.keys.to_list(), table.codes.tolist(), strict=True))
    return [codes.get(key, -1) for key in asked]


@pytest.mark.parametrize(("kind", "keys"), [(pl.Int64, WHOLE), (pl.String, TEXTS)])
def test_it_finds_what_a_dict_finds(kind, keys, tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")

    @given(known=st.lists(keys, unique=True), asked=st.lists(st.none() | keys))
    def check(known, asked):
        table = stored(folder, pl.Series(known, dtype=kind))
        both = [*asked, *known]
        assert table.size == len(known)
        assert table.find(pl.Series(both, dtype=kind)).tolist() == as_dict(table, both)

    check()


def test_codes_are_those_of_the_file(tmp_path):
    table = stored(tmp_path, NUMBERS, [2, 0, 1])
    assert table.keys.to_list() == [-4, 7, 30]
    assert table.find(pl.Series([30, 7, 8, None, -4])).tolist() == [2, 1, -1, -1, 0]


def test_zero_and_an_empty_text_are_keys_like_any_other(tmp_path):
    assert stored(tmp_path, pl.Series([0])).find(pl.Series([None, 0], dtype=pl.Int64)).tolist() == [-1, 0]
    assert stored(tmp_path, pl.Series([""])).find(pl.Series([None, ""], dtype=pl.String)).tolist() == [-1, 0]


@pytest.mark.parametrize("kind", [pl.Int64, pl.String, pl.Null])
def test_an_empty_dictionary_knows_nothing(kind, tmp_path):
    table = stored(tmp_path, pl.Series([], dtype=kind))
    assert table.size == 0
    assert table.find(pl.Series([1, None], dtype=pl.Int64).cast(kind, strict=False)).tolist() == [-1, -1]


@pytest.mark.parametrize(
    ("known", "given", "fitted"),
    [
        (NUMBERS, pl.Series([7, None], dtype=pl.Int32), pl.Series([7, None], dtype=pl.Int64)),
        (NUMBERS, pl.Series(["7", " 7", "x"]), pl.Series([7, 7, None], dtype=pl.Int64)),
        (NUMBERS, pl.Series([2**63], dtype=pl.UInt64), pl.Series([None], dtype=pl.Int64)),
        (NUMBERS, pl.Series([7.0, None, float("nan")]), pl.Series([7, None, None], dtype=pl.Int64)),
        (NUMBERS, pl.Series([7.0, 7.5]), pl.Series([7.0, 7.5])),
        (pl.Series(["7", "a"]), pl.Series([7.0, None]), pl.Series(["7", None])),
        (pl.Series(["7", "a"]), pl.Series([7, None], dtype=pl.Int64), pl.Series(["7", None])),
        (pl.Series(["7", "a"]), pl.Series(["a"], dtype=pl.Categorical), pl.Series(["a"])),
    ],
)
def test_keys_are_fitted_to_the_dictionary(known, given, fitted, tmp_path):
    found = stored(tmp_path, known).fit(given)
    assert found.dtype == fitted.dtype
    assert found.to_list() == fitted.to_list()
