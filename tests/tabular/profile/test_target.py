import polars as pl
import pytest

from data.errors import AisleError
from tabular.profile.target import target_of


def test_a_number_is_averaged_itself():
    target = target_of(pl.Series("paid", [0.0, 2.5, 4.0]), "t.csv")
    assert (target.kind, target.orders) == ("number", True)
    assert {name: list(y) for name, y in target.means.items()} == {"paid": [0.0, 2.5, 4.0]}


def test_of_two_classes_the_later_is_told():
    target = target_of(pl.Series("bought", ["true", "false", "true"]), "t.csv")
    assert (target.kind, target.orders) == ("two", True)
    assert {name: list(y) for name, y in target.means.items()} == {"bought = true": [1, 0, 1]}


def test_of_several_classes_each_of_the_commonest():
    target = target_of(pl.Series("next", ["b", "a", "b", "c"]), "t.csv")
    assert (target.kind, target.orders) == ("classes", False)
    assert list(target.means) == ["next = b", "next = a", "next = c"]
    assert list(target.means["next = b"]) == [1, 0, 1, 0]


def test_what_tells_no_row_from_another_is_refused():
    with pytest.raises(AisleError, match="`same` has 1 different values in 2 rows; set `target`"):
        target_of(pl.Series("same", ["x", "x"]), "t.csv")
    with pytest.raises(AisleError, match="`word` has 51 different values, and is no number"):
        target_of(pl.Series("word", [f"w{n}" for n in range(51)]), "t.csv")
