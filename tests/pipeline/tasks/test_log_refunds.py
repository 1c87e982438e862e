"""A log's refunds: no events of their own, matched to the orders that they take back."""

import json
from dataclasses import replace

import polars as pl
import pytest

from data.formats import Columns
from data.quality import Quality
from data.refunds import within_reach
from data.sessions import Sessions
from tests.pipeline.tasks.test_log_layouts import events, log, told, write

COLUMNS = Columns(item="i", ts="t", user="u", type="e", price="p", quantity="q", event_id="n")
NAMES = {"view": "clicks", "buy": "orders", "back": "refund"}
HEAD = "t,u,e,i,p,q,n\n"
BEFORE = "1,a,view,x,,,\n2,a,buy,x,5,2,n1\n3,a,buy,y,4,1,n1\n4,b,buy,x,6,1,n2\n"


def refunds(made):
    keys = pl.scan_parquet(made.path / "items.parquet").select("item", "key")
    rows = pl.scan_parquet(made.path / "refunds.parquet").join(keys, on="item", maintain_order="left")
    seconds = (pl.col(name).dt.epoch("s") for name in ("order_ts", "ts"))
    return rows.select("key", *seconds, "pieces", "amount").collect().rows()


@pytest.mark.parametrize("shards", [1, 3])
@pytest.mark.parametrize("batch_rows", [1, 1_000])
def test_refunds_by_name(build, shards, batch_rows):
    file = write(build, "log.csv", HEAD + BEFORE + "5,a,back,x,5,1,n1\n6,c,back,y,4,1,n1\n7,b,back,z,1,1,n9\n")
    layout = {"events": NAMES, "unit": "s", "batch_rows": batch_rows}
    made = log(build, "log", [file], COLUMNS, sessions=Sessions("user"), shards=shards, **layout)
    assert sorted(events(made, "key", "type", "price", "quantity").rows()) == [
        ("x", "clicks", None, None),
        ("x", "orders", 5.0, 2.0),
        ("x", "orders", 6.0, 1.0),
        ("y", "orders", 4.0, 1.0),
    ]
    assert refunds(made) == [("x", 2, 5, 1.0, 5.0), ("y", 3, 6, 1.0, 4.0)]  # the second by its order's number
    summary = json.loads((made.path / "summary.json").read_text())
    assert summary["dropped"] == {"refund, set against its order": 3}
    assert summary["rows"] == summary["events"] + 3
    assert summary["refunds"] == {"lines": 2, "unmatched": 1, "revenue": 20.0, "refunded": 9.0}
    assert (summary["sessions"], summary["items"]) == (2, 2)  # who only gives back, and what, is not there
    assert [warned["check"] for warned in told(build, "log")] == ["unmatched_refunds"]


@pytest.mark.parametrize("row", ["5,a,buy,x,5,-1,", "5,a,buy,x,-5,1,", "5,a,buy,x,-5,-1,"])
def test_negative_orders_are_refunds_by_setting(build, row):
    file = write(build, "log.csv", HEAD + BEFORE + row + "\n6,a,view,x,-5,,\n")
    layout = {"events": NAMES, "unit": "s"}
    made = log(build, "log", [file], COLUMNS, sessions=Sessions("user"), negative="refund", **layout)
    assert refunds(made) == [("x", 2, 5, 1.0, 5.0)]
    summary = json.loads((made.path / "summary.json").read_text())
    assert summary["quarantined"] == {"impossible price": 1}  # a view of a negative price is no refund
    bad = log(
        build,
        "bad",
        [file],
        COLUMNS,
        sessions=Sessions("user"),
        **(layout | {"events": {"view": "clicks", "buy": "orders"}}),
    )
    summary = json.loads((bad.path / "summary.json").read_text())
    assert "refunds" not in summary
    [warned] = told(build, "bad")
    assert warned["said"].startswith("1 orders of a negative quantity or price were set aside")


@pytest.mark.parametrize("batch_rows", [1, 1_000])
def test_refunds_by_flag(build, batch_rows):
    text = "t,u,i,p,q,seen,bought,returned\n1,a,x,,,1,0,0\n"
    text += "2,a,x,5,2,1,1,0\n3,a,x,5,1,0,0,1\n4,b,y,7,1,0,1,1\n5,b,z,1,1,0,0,0\n"
    columns = Columns(item="i", ts="t", user="u", price="p", quantity="q")
    flags = {"seen": "clicks", "bought": "orders", "returned": "refund"}
    layout = {"flags": flags, "unit": "s", "batch_rows": batch_rows}
    made = log(build, "log", [write(build, "log.csv", text)], columns, sessions=Sessions("user"), **layout)
    assert sorted(events(made, "key", "type").rows()) == [
        *(("x", "clicks"), ("x", "clicks"), ("x", "orders"), ("y", "orders"))
    ]
    assert refunds(made) == [("x", 2, 3, 1.0, 5.0), ("y", 4, 4, 1.0, 7.0)]
    summary = json.loads((made.path / "summary.json").read_text())
    assert summary["dropped"] == {"refund, set against its order": 2, "no flag is set": 1}
    assert summary["rows"] + summary["exploded"] == summary["events"] + 3


def test_refunds_of_no_log_leave_nothing(build):
    file = write(build, "log.csv", HEAD + BEFORE)
    made = log(build, "log", [file], COLUMNS, sessions=Sessions("user"), events=NAMES, unit="s", negative="refund")
    assert not (made.path / "refunds.parquet").exists()


def test_what_rankers_learn_from_is_as_without_refunds(build):
    """An order is an act: that it went back makes it none the less one, in labels, sources and features."""
    rows = BEFORE + "7,b,view,y,,,\n"
    layout = {"sessions": Sessions("user"), "events": NAMES, "unit": "s"}
    plain = log(build, "plain", [write(build, "plain.csv", HEAD + rows)], COLUMNS, **layout)
    back = "5,a,back,x,5,2,n1\n6,a,back,y,4,1,n1\n"
    made = log(build, "made", [write(build, "made.csv", HEAD + rows + back)], COLUMNS, **layout)
    assert (made.path / "refunds.parquet").exists()
    for name in ("events/000", "items", "late_names", "notes", "keys/item", "keys/session", "keys/user"):
        one, other = (folder.path / f"{name}.parquet" for folder in (plain, made))
        assert one.read_bytes() == other.read_bytes(), name


def test_lines_that_no_refund_can_mean_are_left_out_of_the_search():
    names = {"row": pl.Int64, "session": pl.String, "user": pl.String, "item": pl.String}
    orders = pl.LazyFrame(
        [(1, "s", "u", "x"), (2, "s", "u", "y"), (3, "t", "u", "x"), (4, "t", "v", "x")], names, orient="row"
    )
    refunds = pl.DataFrame([(9, "t", None, "x"), (9, None, "u", "x")], names, orient="row")
    assert sorted(within_reach(orders, refunds).collect()["row"]) == [1, 3, 4]


def test_an_order_that_counts_once_goes_back_once(build):
    text = HEAD + "2,a,buy,x,5,1,\n2,a,buy,x,5,1,\n3,a,back,x,3,1,\n4,a,back,x,5,1,\n"
    layout = {"sessions": Sessions("user"), "events": NAMES, "unit": "s"}
    columns = replace(COLUMNS, event_id=None)
    file = write(build, "log.csv", text)
    kept = log(build, "kept", [file], columns, **layout)
    assert refunds(kept) == [("x", 2, 3, 1.0, 3.0), ("x", 2, 4, 1.0, 5.0)]
    once = log(build, "once", [file], columns, quality=Quality(1.0, duplicates="drop"), **layout)
    assert refunds(once) == [("x", 2, 3, 1.0, 3.0)]
