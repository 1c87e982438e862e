from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.values.key_text import joined_key, key_text


def texts(series):
    return pl.DataFrame({"k": series}).select(key_text(pl.col("k"), series.dtype)).to_series().to_list()


@pytest.mark.parametrize(
    ("series", "expected"),
    [
        (pl.Series([7, None]), ["7", None]),
        (pl.Series([7.0, 7.5, None, float("nan"), float("inf")]), ["7", None, None, None, None]),
        (pl.Series([" 7 ", "7.0", "7.50", "007", "", " "]), ["7", "7", "7.50", "007", None, None]),
        (pl.Series([True, None]), ["true", None]),
        (pl.Series(["a"], dtype=pl.Categorical), ["a"]),
        (pl.Series([None, None]), [None, None]),
        (pl.Series([Decimal(7)]), ["7"]),
    ],
)
def test_a_key_has_one_text(series, expected):
    assert texts(series) == expected


def joined(*parts, tokens=()):
    frame = pl.DataFrame({f"p{n}": pl.Series(part, dtype=pl.String) for n, part in enumerate(parts)})
    return frame.select(joined_key([pl.col(c) for c in frame.columns], tokens)).to_series().to_list()


def test_parts_stand_between_commas_and_a_missing_one_leaves_no_key():
    assert joined(["u1", "u1", None], ["5", None, "5"]) == ["u1,5", None, None]
    assert joined(["u1", "NULL", "NULL"], ["5", "6", None], tokens=["null"]) == ["u1,5", "NULL", "NULL"]


def test_a_part_with_a_comma_is_no_two_parts():
    assert joined(["a,b"], ["c"]) == ["a\\,b,c"]
    assert joined(["a"], ["b,c"]) == ["a,b\\,c"]


PART = st.text(alphabet="a,\\", max_size=4)


@settings(deadline=None)
@given(st.lists(st.tuples(PART, PART), unique=True, max_size=20))
def test_different_keys_stay_different(keys):
    told = joined([a for a, _ in keys], [b for _, b in keys])
    assert len(set(told)) == len(keys)
