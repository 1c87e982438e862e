import polars as pl

from candidates.union import members_of, unite
from data.schema import Proposals
from tests.oracle.frames import table


def proposed(*rows):
    return table(Proposals, *rows).lazy()


A = proposed((0, 1, 1, 0.9), (0, 2, 2, 0.5), (1, 7, 1, 0.3))
B = proposed((0, 2, 1, 8.0), (0, 3, 2, 6.0))


def test_one_row_an_item_with_every_members_columns():
    rows = unite({"a": A, "b": B}).collect().sort("query", "item")
    assert rows.columns == ["query", "item", "a__rank", "a__score", "b__rank", "b__score"]
    assert rows.select("query", "item", "a__rank", "b__rank", "b__score").rows() == [
        (0, 1, 1, None, None),
        (0, 2, 2, 1, 8.0),
        (0, 3, None, 2, 6.0),
        (1, 7, 1, None, None),
    ]
    assert rows.schema["a__rank"] == pl.UInt16
    assert rows.schema["b__score"] == pl.Float32


def test_members_are_named_in_their_order():
    united = unite({"b": B, "a": A})
    assert members_of(united) == members_of(united.collect()) == ["b", "a"]
