"""What is worth looking at, by hand; and that what comes back is a file of rules."""

import polars as pl

from data.rules.reading import read_rules
from pipeline.tasks.review import review_rows

ITEMS = pl.DataFrame(
    {
        "item": ["a", "b", "c", "d", "e"],
        "shown": [90, 50, 50, 50, 0],
        "hits": [0, 9, 5, 3, 0],
        "promised": [10.04, 2.0, 5.0, None, None],
        "z": [-3.2, 5.0, 0.1, None, None],
        "unshown": [0, 1, 2, 3, 9],
        "text": ["A", None, None, None, None],
        "category": ["x", "x", None, None, None],
    }
)
SEGMENTS = pl.DataFrame(
    {
        "segment": ["day", "category"],
        "value": ["2025-03-01", "x"],
        "shown": [240, 140],
        "hits": [17, 9],
        "promised": [17.0, 30.0],
        "z": [9.0, -4.0],
    }
)


def test_what_is_looked_at():
    found = review_rows(ITEMS, SEGMENTS)
    assert found.select("on", "key", "suggested", "why").rows() == [
        ("item", "b", "boost", "9 hits where 2.0 were promised"),
        ("category", "x", None, "9 hits where 30.0 were promised"),
        ("item", "a", "block", "0 hits where 10.0 were promised"),
        ("item", "e", "boost", "wanted 9 times by who was not shown it"),
        ("item", "d", "boost", "wanted 3 times by who was not shown it"),
    ]


def test_filled_in_it_is_a_file_of_rules(tmp_path):
    found = review_rows(ITEMS, SEGMENTS)
    found.write_csv(tmp_path / "review.csv")
    assert read_rules(tmp_path / "review.csv") == ()
    kind = pl.when(pl.col("key") == "a").then(pl.lit("block"))
    found.with_columns(kind=kind).write_csv(tmp_path / "review.csv")
    (rule,) = read_rules(tmp_path / "review.csv")
    assert (rule.row, rule.kind, rule.on, rule.key, rule.whom) == (3, "block", "item", "a", "all")
