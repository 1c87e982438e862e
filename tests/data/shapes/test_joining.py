from pathlib import Path

import polars as pl
import pytest

from data.errors import AisleError
from data.fault import FAULT
from data.formats import Columns, Join, LogFormat
from data.shapes.joined import files_joined, log_folder, offered, open_joins
from data.shapes.joining import join_tables, unjoined
from data.shapes.marks import DROPPED

LOG = Path("log.csv")
COLUMNS = Columns(item="product", session="order", user="user_id", category="aisle", ts="number")


def opened(folder, joins, columns=COLUMNS, **tables):
    for name, text in tables.items():
        (folder / name.replace("__", ".")).write_text(text)
    layout = LogFormat(columns=columns, joins=joins)
    return open_joins(layout, files_joined(layout, folder))


def joined(tables, rows, wanted=()):
    return join_tables(pl.DataFrame(rows), tables, wanted, LOG)


def refused(folder, joins, **tables):
    with pytest.raises(AisleError) as told:
        opened(folder, joins, **tables)
    assert "\n" not in str(told.value)
    return str(told.value).removeprefix(f"{folder}/")


def test_rows_get_what_the_table_says_of_their_key(tmp_path):
    orders = "order,user_id,number,day\n7,u1,1,mon\n 8 ,u2,2,tue\n,u3,3,wed\n"
    tables = opened(tmp_path, {"orders": Join("orders.csv", "order")}, orders__csv=orders)
    assert offered(tables) == {"user_id", "number", "orders.user_id", "orders.number"}  # nothing else is held
    rows = joined(tables, {"order": [8, 7, 9, None, 8], "product": ["a", "b", "c", "d", "e"]})
    assert rows.select("order", "product", "user_id", "number").rows() == [
        (8, "a", "u2", "2"),
        (7, "b", "u1", "1"),
        (9, "c", None, None),
        (None, "d", None, None),
        (8, "e", "u2", "2"),
    ]
    (warned,) = unjoined(tables)
    assert warned.counts == {"table": "orders", "rows": 5, "unjoined": 2}
    assert warned.said == (
        f"2 of 5 rows (40.0%) have no row in {tmp_path}/orders.csv by `order`, so its columns are empty there "
        "(see `input.format.joins.orders`)"
    )


def test_keys_are_compared_as_texts(tmp_path):
    tables = opened(tmp_path, {"orders": Join("orders.csv", "order")}, orders__csv="order,user_id\n7.0,u1\n008,u2\n")
    assert joined(tables, {"order": [7.0, None, 8.0]})["user_id"].to_list() == ["u1", None, None]
    assert joined(tables, {"order": ["7", "008", "8"]})["user_id"].to_list() == ["u1", "u2", None]


def test_several_keys_and_other_names(tmp_path):
    text = "id,shop,user_id\n1,a,u1\n1,b,u2\n"
    tables = opened(tmp_path, {"orders": Join("orders.csv", "id=order, shop")}, orders__csv=text)
    assert joined(tables, {"order": [1, 1, 2], "shop": ["b", "a", "a"]})["user_id"].to_list() == ["u2", "u1", None]


def test_a_table_may_be_joined_by_what_another_one_tells(tmp_path):
    joins = {"aisles": Join("aisles.csv", "aisle_id", "aisle"), "products": Join("products.csv", "product", "aisle_id")}
    texts = {"aisles__csv": "aisle_id,aisle\n1,fruit\n", "products__csv": "product,aisle_id\na,1\nb,2\n"}
    rows = joined(opened(tmp_path, joins, **texts), {"product": ["b", "a"]})
    assert rows["aisle"].to_list() == [None, "fruit"]


def test_a_name_of_both_is_the_logs_unless_the_table_is_named(tmp_path):
    columns = Columns(item="product", session="order", category="orders.note", brand="note")
    tables = opened(tmp_path, {"orders": Join("o.csv", "order")}, columns, o__csv="order,note\n7,theirs\n")
    rows = joined(tables, {"order": [7], "note": ["ours"]})
    assert rows.select("note", "orders.note").rows() == [("ours", "theirs")]


def test_a_name_that_is_asked_for_must_be_one(tmp_path):
    tables = opened(tmp_path, {"orders": Join("o.csv", "order", "user_id")}, o__csv="order,user_id\n7,u\n")
    with pytest.raises(AisleError, match=r"log.csv: has a column `user_id` as .*o.csv has: leave it out of"):
        joined(tables, {"order": [7], "user_id": ["v"]})


def test_a_name_of_two_tables_must_say_whose(tmp_path):
    joins = {"a": Join("a.csv", "order"), "b": Join("b.csv", "order")}
    tables = opened(tmp_path, joins, a__csv="order,user_id\n7,u\n", b__csv="order,user_id\n7,v\n")
    assert joined(tables, {"order": [7]}, ["order"])["b.user_id"].to_list() == ["v"]
    with pytest.raises(AisleError, match=r"`user_id` stands in several joined tables: .*`a.user_id` and `b.user_id`"):
        joined(tables, {"order": [7]}, ["user_id"])


def test_rows_that_say_the_same_are_one(tmp_path):
    text = "order,user_id,day\n7,u1,mon\n7,u1,tue\n"
    tables = opened(tmp_path, {"orders": Join("orders.csv", "order")}, orders__csv=text)
    assert joined(tables, {"order": [7]})["user_id"].to_list() == ["u1"]


def test_rows_that_do_not_are_refused(tmp_path):
    text = "order,user_id\n6,u0\n7,u1\n7.0,u2\n"
    assert refused(tmp_path, {"orders": Join("orders.csv", "order")}, orders__csv=text) == (
        "orders.csv: `order` '7' stands in two rows, whose `user_id` are 'u1' and 'u2'; a joined table says one "
        "thing of a key (`input.format.joins.orders`)."
    )


@pytest.mark.parametrize(
    ("join", "said"),
    [
        (Join("o.csv", "ordr"), "o.csv: no column `ordr` (`input.format.joins.o.key`); did you mean `order`?"),
        (Join("o.csv", "order", "usr_id"), "o.csv: no column `usr_id` (`input.format.joins.o.take`); did you mean"),
        (Join("o.csv", " "), "`input.format.joins.o.key` is empty"),
        (Join("p.csv", "order"), "p.csv: there is no such file"),
    ],
)
def test_what_is_not_there(tmp_path, join, said):
    assert refused(tmp_path, {"o": join}, o__csv="order,user_id\n7,u\n").startswith(said)


def test_the_log_lacks_the_key(tmp_path):
    tables = opened(tmp_path, {"o": Join("o.csv", "order")}, o__csv="order,user_id\n7,u\n")
    with pytest.raises(
        AisleError, match=r"log.csv: `input.format.joins.o.key`: no column `order`; did you mean `ordr`"
    ):
        joined(tables, {"ordr": [7]})


def test_no_row_finds_anything(tmp_path):
    tables = opened(tmp_path, {"o": Join("o.csv", "order")}, o__csv="order,user_id\nA7,u\n")
    joined(tables, {"order": [7, 8]})
    with pytest.raises(AisleError, match=r"2 of 2 rows \(100.0%\) have no row in .* its keys look like \['A7'\]: mend"):
        unjoined(tables)


def test_rows_left_out_are_not_counted(tmp_path):
    tables = opened(tmp_path, {"o": Join("o.csv", "order")}, o__csv="order,user_id\n7,u\n")
    joined(tables, {"order": [7, 8, 9], DROPPED: [None, "rule", None], FAULT: [None, None, "line 3 is cut"]})
    assert unjoined(tables) == []
    assert (tables[0].rows, tables[0].missed) == (1, 0)


def test_a_table_has_its_own_separator_and_header(tmp_path):
    join = Join("o.csv", "order", separator="|", header="order,user_id")
    tables = opened(tmp_path, {"o": join}, o__csv="7|u\n")
    assert joined(tables, {"order": [7]})["user_id"].to_list() == ["u"]


def test_nested_keys_are_refused(tmp_path):
    pl.DataFrame({"order": [[7]], "user_id": ["u"]}).write_parquet(tmp_path / "o.parquet")
    with pytest.raises(AisleError, match=r"o.parquet: `order` holds List"):
        opened(tmp_path, {"o": Join("o.parquet", "order")})


def test_where_relative_paths_begin(tmp_path):
    assert log_folder(tmp_path / "log.csv") == tmp_path
    assert log_folder(tmp_path) == tmp_path
    assert log_folder(tmp_path / "day=*" / "log.csv") == tmp_path
    layout = LogFormat(joins={"a": Join("a.csv", "k"), "b": Join("/b.csv", "k")})
    assert files_joined(layout, tmp_path) == {"a": tmp_path / "a.csv", "b": Path("/b.csv")}
