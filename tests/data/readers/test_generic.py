import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.fault import FAULT, VALUE
from data.formats import Columns, Join, LogFormat
from data.readers.generic import GENERIC, read_generic_labels
from data.shapes.marks import FILE_ROW, ORDER

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


def test_labels_with_the_parts_of_a_key(write):
    layout = LogFormat(columns=Columns(session="visitor,visit"))
    path = write("labels.csv", "visitor,visit,item,type\nu1,7,5,clicks\n")
    expected = pl.DataFrame({"session": ["u1,7"], "type": ["clicks"], "item": ["5"]})
    assert_frame_equal(read_generic_labels(path, layout), expected)


def test_labels_without_type(write):
    with pytest.raises(AisleError, match="column `type` is missing"):
        read_generic_labels(write("labels.csv", "session,item\n1,5\n"), LogFormat())


def test_a_log_needs_sessions_or_users(write, read):
    with pytest.raises(AisleError, match=r"`input.format.columns.session`, or of users"):
        read(GENERIC, write("log.csv", "item,ts\n1,2\n"), columns=Columns())


VISITS = "visitor,visit,sku,time\nu1,1,a,2024-05-01\nu2,1,b,2024-05-01\nu1,,c,2024-05-01\n"


def test_a_key_of_several_columns(write, read):
    columns = Columns(item="sku", ts="time", session="visitor,visit", user="visitor")
    rows = read(GENERIC, write("log.csv", VISITS), columns=columns)
    assert rows["session"].to_list() == ["u1,1", "u2,1", None]
    assert rows["user"].to_list() == ["u1", "u2", "u1"]


def test_a_null_token_in_a_key_of_several(write, read):
    columns = Columns(item="sku", ts="time", session="visitor,visit")
    rows = read(GENERIC, write("log.csv", VISITS.replace("u2", "Undefined")), columns=columns, null_tokens="undefined")
    assert rows["session"].to_list() == ["u1,1", "Undefined", None]


def test_a_column_with_a_comma_in_its_name(write, read):
    path = write("log.csv", '"last, first",sku,time\nx,a,2024-05-01\n')
    for user in ("last, first", '"last, first"'):
        rows = read(GENERIC, path, columns=Columns(item="sku", ts="time", user=user))
        assert rows["user"].to_list() == ["x"]


def test_a_log_of_money_alone_is_of_one_item(write, read):
    path = write("log.csv", "user,ts,price\nu,1,2.5\nv,2,3\n")
    rows = read(GENERIC, path, columns=Columns(item=None, user="user", price="price"), every_row="orders")
    assert rows.select("user", "item", "price", "type").rows() == [
        ("u", "all", "2.5", "orders"),
        ("v", "all", "3", "orders"),
    ]


def test_every_row_is_what_the_configuration_says(write, read):
    rows = read(
        GENERIC, write("log.csv", VISITS), columns=Columns(item="sku", ts="time", user="visitor"), every_row="orders"
    )
    assert rows["type"].to_list() == ["orders"] * 3


def test_flags_in_place_of_names(write, read):
    text = "user,item,ts,seen,bought\nu,a,1,1,1\nu,b,2,0,0\nu,c,3,x,1\n"
    columns = Columns(user="user")
    rows = read(GENERIC, write("log.csv", text), columns=columns, flags={"seen": "clicks", "bought": "orders"})
    assert rows.select("item", "type", "dropped", FAULT, FILE_ROW).rows() == [
        ("a", "clicks", None, None, 0),
        ("a", "orders", None, None, 0),
        ("b", None, "no flag is set", None, 1),
        ("c", "x", None, f"`seen` is neither yes nor no{VALUE}x", 2),
    ]


def test_a_missing_flag_is_told(write, read):
    with pytest.raises(AisleError, match="column `seen` is missing"):
        read(
            GENERIC, write("log.csv", VISITS), columns=Columns("sku", "time", user="visitor"), flags={"seen": "clicks"}
        )


def test_an_order_in_place_of_a_time(write, read):
    path = write("log.csv", "order,line,user,sku\n2,1,u,a\n2,2,u,b\nx,1,u,c\n,1,u,d\n")
    rows = read(GENERIC, path, columns=Columns(item="sku", ts=None, user="user", order="order,line"))
    assert rows["ts"].dt.to_string("%H:%M:%S").to_list() == ["00:00:02", "00:00:02", None, None]
    assert rows[FAULT].to_list() == [None, None, f"unparsable order `order`{VALUE}x", "null order"]
    assert [name for name in rows.columns if name.startswith(ORDER)] == [
        *(f"{ORDER}0", f"{ORDER}0_rest", f"{ORDER}1", f"{ORDER}1_rest")
    ]


def test_joined_tables_lie_beside_the_log(write, read):
    write("orders.csv", "order,user,number\n7,u1,3\n")
    path = write("log.csv", "order,sku\n7,a\n8,b\n")
    columns = Columns(item="sku", ts="number", session="order", user="user")
    rows = read(GENERIC, path, columns=columns, joins={"orders": Join("orders.csv", "order")})
    assert rows.select("item", "ts", "user").rows() == [("a", "3", "u1"), ("b", None, None)]


def test_a_name_of_the_log_that_readers_use_too(write, read):
    rows = read(
        GENERIC, write("log.csv", "user,item,ts,dropped\nu,a,1,x\n"), columns=Columns(user="user", brand="dropped")
    )
    assert rows.columns == ["item", "ts", "user", "brand", "type"]
