import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.listed import joined, listed


@pytest.mark.parametrize(
    ("names", "found"),
    [
        (" a, b,,c ", ["a", "b", "c"]),
        ("", []),
        (" , ", []),
        ('"a,b", c', ["a,b", "c"]),
        ('"a ""b"", c"', ['a "b", c']),
        ('27" x, b', ['27" x', "b"]),
        ('"a, b', ['"a', "b"]),
        ('"a"b,c', ['"a"b', "c"]),
    ],
)
def test_names_with_commas_between(names, found):
    assert listed(names) == found


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(str.strip)))
def test_what_was_joined_is_listed(names):
    assert listed(joined(names)) == names
