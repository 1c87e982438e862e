"""The table of columns that every run writes."""

from collections import Counter

import polars as pl

from data.labelled.config import Labelled
from data.labelled.index import Index
from data.labelled.inventory import described, inventory, kind_word, write_inventory

TABLE = Labelled(key="id", labels={"7": "d7"})
MAP = pl.List(pl.Struct({"key": pl.String, "value": pl.Float64}))
ROLES = {"id": "key", "d7": "label", "buyer": "outcome", "spent": "feature", "odd": "undeclared", "datetime": "moment"}
INDEX = Index((), None, pl.Schema({"spent": MAP}), ROLES)


def test_a_row_a_column(tmp_path):
    missing = {"spent": 3, "d7": 0, "buyer": 1}
    table = inventory(INDEX, TABLE, missing, {"spent": Counter({"no number": 2, "another type": 1})}, 4)
    assert table.rows() == [
        ("id", "key", "the key", None, ""),
        ("d7", "label", "a label, 7 days: never a feature", 0.0, ""),
        ("buyer", "outcome", "happens afterwards: never a feature", 0.25, ""),
        ("spent", "map", "a feature's column", 0.75, "1 another type, 2 no number"),
        ("odd", "undeclared", "left out: nobody declared it", None, ""),
        ("datetime", "moment", "the row's moment", None, ""),
    ]
    write_inventory(table, tmp_path)
    assert (tmp_path / "columns.csv").read_text().splitlines()[4] == (
        'spent,map,a feature\'s column,0.750000,"1 another type, 2 no number"'
    )


def test_what_a_describer_says_of_what_it_read():
    mine = inventory(INDEX, TABLE, {"spent": 3}, {"spent": Counter({"no number": 2})}, 4)
    theirs = pl.DataFrame(
        {
            "name": ["spent", "d7"],
            "kind": ["histogram", "number"],
            "became": ["spent__sum", "spent__x"],
            "set_aside": ["1 no key", ""],
        }
    )
    both = described(mine, theirs)
    assert both.columns == mine.columns
    assert both.row(3) == ("spent", "histogram", "spent__sum", 0.75, "2 no number, 1 no key")
    assert both.row(1) == mine.row(1)


def test_kinds_in_words():
    pairs = pl.List(pl.Struct({"_1": pl.String, "_2": pl.Datetime("us")}))
    kinds = [MAP, pairs, pl.List(pl.String), pl.Int8(), pl.Datetime("ms"), pl.String(), pl.Null(), pl.Object()]
    words = ["map", "pairs of times", "list", "number", "time", "text", "nothing", "unreadable"]
    assert [kind_word(kind) for kind in kinds] == words
