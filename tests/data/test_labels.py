from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from data.labels import code_labels, label_texts, warn_of_strange
from data.schema import Labels

QUERIES = pl.DataFrame(
    {"query": [0, 1], "session_key": ["s", "01"]}, schema={"query": pl.UInt32, "session_key": pl.String}
)
ITEMS = pl.DataFrame({"item": [0, 1, 2], "key": ["7", "8", "x"]}, schema={"item": pl.UInt32, "key": pl.String})


def coded(*rows, schema=None, queries=QUERIES):
    given = pl.DataFrame(rows, schema=schema or ["session", "type", "item"], orient="row")
    found = code_labels(label_texts(given, Path("labels.csv")), queries, ITEMS)
    assert Labels.is_valid(found)
    return found.rows()


def test_keys_become_codes_sorted_by_query_type_and_item():
    rows = [("01", "orders", "x"), ("s", "carts", "8"), ("s", "carts", "7"), ("s", "clicks", "x"), ("s", "orders", "7")]
    assert coded(*rows) == [
        (0, "clicks", 2),
        (0, "carts", 0),
        (0, "carts", 1),
        (0, "orders", 0),
        (1, "orders", 2),
    ]


def test_of_several_clicks_the_first_given_counts():
    assert coded(("s", "clicks", "8"), ("01", "clicks", "x"), ("s", "clicks", "7")) == [
        (0, "clicks", 1),
        (1, "clicks", 2),
    ]


def test_a_repeated_label_counts_once():
    assert coded(("s", "orders", "8"), ("s", "orders", "8")) == [(0, "orders", 1)]


def test_items_that_the_catalogue_lacks_come_after_its_last():
    rows = [("s", "orders", "z"), ("s", "orders", "y"), ("s", "orders", "7"), ("01", "carts", "y")]
    assert coded(*rows) == [(0, "orders", 0), (0, "orders", 3), (0, "orders", 4), (1, "carts", 3)]


def test_other_sessions_and_nulls_are_left_out():
    rows = [("s", "clicks", "7"), ("elsewhere", "clicks", "7"), ("s", "carts", None), (None, "carts", "7")]
    assert coded(*rows) == [(0, "clicks", 0)]


def test_keys_match_whatever_type_the_labels_file_gives_them():
    numbers = QUERIES.with_columns(session_key=pl.Series(["5", "6"]))
    assert coded((5, "orders", 7), (6, "orders", 8), queries=numbers) == [(0, "orders", 0), (1, "orders", 1)]
    # as pandas writes a column of whole numbers that has a null
    floats = {"session": pl.Float64, "type": pl.String, "item": pl.Float64}
    assert coded((5.0, "orders", 7.0), (6.0, "orders", None), schema=floats, queries=numbers) == [(0, "orders", 0)]


def test_blanks_around_keys_do_not_count_as_they_do_not_in_the_log():
    assert coded((" s", "orders ", " x ")) == [(0, "orders", 2)]


def test_unknown_types_are_named():
    with pytest.raises(AisleError, match=r"labels have types \['buy', 'view'\]; use \['clicks', 'carts', 'orders'\]"):
        coded(("s", "view", "7"), ("s", "buy", "7"), ("s", "carts", "7"))


def test_labels_of_another_test_file():
    with pytest.raises(AisleError, match="no session of the labels is in the test file"):
        coded(("t", "clicks", "7"))


def test_a_float_of_a_known_whole_number_is_that_item():
    assert coded(("s", "orders", "8.0"), ("s", "carts", "x.0")) == [(0, "carts", 3), (0, "orders", 1)]


def test_most_of_them_unknown_is_told():
    def said(*items):
        given = pl.DataFrame({"session": "s", "type": "orders", "item": items})
        return warn_of_strange(code_labels(given, QUERIES, ITEMS), ITEMS.height)

    (warned,) = said("7", "0008", "0007")
    assert warned.said.startswith("2 of 3 labels (67%) are of items that neither the log nor the test file has")
    assert said("7", "0008") == []
