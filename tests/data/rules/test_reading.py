"""A file of rules: what is read from it, and the one line that says what is wrong with it."""

from datetime import UTC, datetime

import polars as pl
import pytest

from data.errors import AisleError
from data.formats import LogFormat
from data.rules.reading import read_rules
from data.rules.rule import Rule


@pytest.fixture
def write(tmp_path):
    def written(text):
        (tmp_path / "rules.csv").write_text(text)
        return tmp_path / "rules.csv"

    return written


def test_rules_of_every_kind(write):
    file = write(
        "kind,on,key,from,until,whom,places\n"
        "block,item,0007,,,,\n"
        "Pin,category,shoes,2025-03-01,2025-03-08T12:00:00Z,new,2\n"
        ",item,8,,,,\n"
        "boost,brand,Acme,,,user: u1,\n"
    )
    assert read_rules(file) == (
        Rule(1, "block", "item", "0007", 0),
        Rule(
            *(2, "pin", "category", "shoes", 2),
            *(datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 3, 8, 12, tzinfo=UTC), "new"),
        ),
        Rule(4, "boost", "brand", "Acme", 5, whom="user:u1"),
    )


def test_only_the_columns_that_are_needed_and_those_of_a_review(write):
    file = write("why;key;on;kind\nnever clicked;5;item;block\nfine;6;item;\n")
    assert [rule.key for rule in read_rules(file)] == ["5"]


def test_times_are_of_the_logs_zone(write):
    file = write("kind,on,key,from\nblock,item,5,2025-03-01T08:00\n")
    (rule,) = read_rules(file, LogFormat(timezone="Europe/Berlin"))
    assert rule.since == datetime(2025, 3, 1, 7, tzinfo=UTC)
    assert rule.told["since"] == 1_740_812_400_000


def test_a_parquet_with_times(tmp_path):
    rows = pl.DataFrame({"kind": ["pin"], "on": ["item"], "key": [5], "until": [datetime(2025, 3, 1)], "places": [3]})
    rows.write_parquet(tmp_path / "rules.parquet")
    (rule,) = read_rules(tmp_path / "rules.parquet")
    assert rule == Rule(1, "pin", "item", "5", 3, until=datetime(2025, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("blok,item,5,,,,\n", r"row 1: `kind` is 'blok'; write one of block, pin, boost, or nothing for no rule\."),
        ("block,items,5,,,,\n", r"row 1: `on` is 'items'; write one of item, category, brand\."),
        ("block,item,,,,,\n", r"row 1: `key` is ''; name the item by the shop's own key\."),
        ("block,item,5,soon,,,\n", r"row 1: `from` is 'soon'; a time is written like 2025-03-01 or"),
        ("block,item,5,2025-03-02,2025-03-02,,\n", r"row 1: `until` is '2025-03-02'; it must lie after `from`\."),
        ("pin,item,5,,,,0\n", r"row 1: `places` is '0'; give a whole number from 1 to 1,000\."),
        ("boost,item,5,,,,2.5\n", r"row 1: `places` is '2.5'; give a whole number"),
        ("block,item,5,,,nwe,\n", r"row 1: `whom` is 'nwe'; write one of all, new, returning, carting, or user:KEY"),
        ("block,item,5,,,user:,\n", r"row 1: `whom` is 'user:'"),
        ("block,item,4,,,,\nbloc,item,5,,,,\n", r"row 2: `kind` is 'bloc'"),
    ],
)
def test_what_is_wrong_with_a_row(write, text, said):
    with pytest.raises(AisleError, match=said):
        read_rules(write("kind,on,key,from,until,whom,places\n" + text))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("5\n6\n", "`rules` needs a first line with the columns kind, on, key"),
        ("kind,key\nblock,5\n", r"`rules` lacks the columns \['on'\]"),
        ("kind,on,key,form\nblock,item,5,\n", "`rules` has a column 'form' that means nothing; did you mean `from`"),
    ],
)
def test_what_is_wrong_with_a_file(write, text, said):
    with pytest.raises(AisleError, match=said):
        read_rules(write(text))


def test_a_table_for_review_in_which_nothing_is_to_be_looked_at_has_no_rules(write):
    assert read_rules(write("kind,on,key,from,until,whom,places,suggested,why\n")) == ()
