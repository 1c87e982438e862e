import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.formats import Columns, LogFormat
from data.readers.generic import GENERIC, read_generic_labels

CSV = """\
session,item,ts,type,colour
s1,shoe,2024-05-01 10:00:00,clicks,red
s1,"shirt, long",2024-05-01 10:01:00,carts,"dark ""navy"" blue"

s2,shoe,2024-05-01T10:02:00Z,clicks,
s2,,2024-05-01 10:03:00,orders,red
"""
JSONL = """\
{"session": 1, "item": "a", "ts": 1714557600, "type": "clicks", "page": {"kind": "home", "title": "7\\" nails"}}
{"session": 1, "item": "b", "ts": 1714557601, "type": "clicks", "page": null}

{"session": 2, "item": "a", "ts": 1714557602.5, "type": "orders", "price": 3, "page": {"kind": "item"}}
{"session": 2, "item": "c", "ts": 1714557603, "type": "carts", "price": 4.25}
"""
FILES = {
    "log.csv": CSV,
    "log.csv.gz": CSV,
    "log.jsonl": JSONL,
    "log.parquet": pl.DataFrame(
        {"session": [1, 2], "item": [7, 8], "ts": [1, 2], "type": pl.Series(["clicks", "carts"], dtype=pl.Categorical)}
    ),
}
LACKING = {"log.csv": "session,item,time,type\ns1,shoe,2024-05-01 10:00:00,clicks\n"}


@pytest.mark.parametrize("file", ["log.csv", "log.csv.gz"])
def test_csv(file, write, read):
    expected = pl.DataFrame(
        {
            "item": ["shoe", "shirt, long", "shoe", None],
            "ts": ["2024-05-01 10:00:00", "2024-05-01 10:01:00", "2024-05-01T10:02:00Z", "2024-05-01 10:03:00"],
            "session": ["s1", "s1", "s2", "s2"],
            "type": ["clicks", "carts", "clicks", "orders"],
        }
    )
    assert_frame_equal(read(GENERIC, write(file, CSV)), expected)


def test_jsonl_field_that_only_later_lines_have(write, read):
    columns = Columns(session="session", type="type", price="price")
    expected = pl.DataFrame(
        {
            "item": ["a", "b", "a", "c"],
            "ts": [1714557600.0, 1714557601.0, 1714557602.5, 1714557603.0],
            "session": [1, 1, 2, 2],
            "type": ["clicks", "clicks", "orders", "carts"],
            "price": [None, None, 3.0, 4.25],
        }
    )
    path = write("log.jsonl", JSONL)
    assert_frame_equal(read(GENERIC, path, columns=columns), expected)
    assert_frame_equal(read(GENERIC, path, columns=columns, batch_rows=1), expected)


def test_parquet_categories_become_texts(write, read):
    expected = pl.DataFrame({"item": [7, 8], "ts": [1, 2], "session": [1, 2], "type": ["clicks", "carts"]})
    assert_frame_equal(read(GENERIC, write("log.parquet", FILES["log.parquet"])), expected)


def test_without_a_type_all_are_clicks(write, read):
    columns = Columns(item="sku", ts="when", user="who", type=None)
    path = write("log.tsv", "who\twhen\tsku\nu1\t2024-05-01\tx\n")
    expected = pl.DataFrame({"item": ["x"], "ts": ["2024-05-01"], "user": ["u1"], "type": ["clicks"]})
    assert_frame_equal(read(GENERIC, path, columns=columns, separator="\t"), expected)


def test_missing_column_names_what_there_is(write, read):
    with pytest.raises(AisleError, match=r"column `ts` is missing; the file has \['session', 'item', 'time', 'type'\]"):
        read(GENERIC, write("log.csv", LACKING["log.csv"]))


def test_labels(write):
    path = write("labels.csv", "item,session,type\n5,1,clicks\n6,1,orders\n")
    expected = pl.DataFrame({"session": ["1", "1"], "type": ["clicks", "orders"], "item": ["5", "6"]})
    assert_frame_equal(read_generic_labels(path, LogFormat()), expected)


def test_labels_without_type(write):
    with pytest.raises(AisleError, match="column `type` is missing"):
        read_generic_labels(write("labels.csv", "session,item\n1,5\n"), LogFormat())


def test_a_log_needs_sessions_or_users(write, read):
    with pytest.raises(AisleError, match=r"`input.format.columns.session`, or of users"):
        read(GENERIC, write("log.csv", "item,ts\n1,2\n"), columns=Columns())
