"""A log's tables where a row is not an event of itself: lists, flags, joined tables, orders and ids of events."""

import json

import polars as pl
import pytest

from data.errors import AisleError
from data.formats import Columns, Flag, Join, LogFormat
from data.quality import Quality
from data.readers.generic import GENERIC
from data.sessions import Sessions
from data.shapes import joined
from data.tables import scan
from pipeline.store.task import RawFile
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log import LogTables


def log(build, name, files, columns, *, sessions=None, shards=1, known=None, quality=None, joined=None, **layout):
    ingest = Ingest(
        GENERIC, LogFormat(columns=columns, **layout), sessions or Sessions(), quality or Quality(1.0), shards
    )
    raw = tuple(RawFile(file) for file in files)
    tables = {name: RawFile(file) for name, file in (joined or {}).items()}
    return build(name, LogTables(raw, None, ingest, known, "bad-rows.parquet", tables))


def events(made, *names):
    keys = pl.scan_parquet(made.path / "items.parquet").select("item", "key")
    return scan(made.path / "events").join(keys, on="item", how="left", maintain_order="left").select(names).collect()


def write(build, name, text):
    file = build.folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    return file


ITEMS = '{{"t": {t}, "u": "u{u}", "e": "{e}", "items": [{items}]}}\n'


def visit(t, u, e, *items):
    return ITEMS.format(t=t, u=u, e=e, items=", ".join(f'{{"id": "{i}", "price": 2.5}}' for i in items))


NESTED = Columns(item="items[].id", ts="t", user="u", type="e", price="items[].price")
NAMES = {"view": "clicks", "buy": "orders"}


class TestLists:
    TEXT = visit(1, 1, "view", "a", "b") + visit(2, 1, "start") + visit(3, 2, "buy", "b", "", "c") + visit(4, 2, "view")

    @pytest.mark.parametrize("batch_rows", [1, 1_000])
    def test_entries_are_events_and_all_rows_are_accounted_for(self, build, batch_rows):
        file = write(build, "log.jsonl", self.TEXT)
        layout = {"events": NAMES, "unit": "s", "batch_rows": batch_rows}
        made = log(build, "log", [file], NESTED, sessions=Sessions("user"), **layout)
        assert events(made, "key", "type", "price").rows() == [
            ("a", "clicks", 2.5),
            ("b", "clicks", 2.5),
            ("b", "orders", 2.5),
            ("c", "orders", 2.5),
        ]
        summary = build.about["log"]
        assert (summary["rows"], summary["exploded"], summary["events"]) == (4, 3, 4)
        assert summary["dropped"] == {"no entry in `items`": 2}
        assert summary["quarantined"] == {"null item": 1}
        assert summary["rows"] + summary["exploded"] == summary["events"] + 2 + 1
        bad = pl.read_parquet(made.path / "quarantine.parquet")
        assert bad["row"].to_list() == [3]

    def test_rows_keep_their_place_over_files(self, build):
        files = [write(build, f"{n}.jsonl", visit(5, 1, "view", *items)) for n, items in enumerate(("ab", "cd"))]
        made = log(build, "log", files, NESTED, sessions=Sessions("user"), events=NAMES, unit="s")
        assert events(made, "key")["key"].to_list() == ["a", "b", "c", "d"]


def test_flags_are_accounted_for(build):
    file = write(build, "log.csv", "u,i,t,seen,bought\n1,a,1,1,1\n1,b,2,0,0\n2,c,3,maybe,1\n2,d,4,0,1\n")
    columns = Columns(item="i", ts="t", user="u")
    flags = {"bought": "orders", "seen": "clicks"}
    made = log(build, "log", [file], columns, sessions=Sessions("user"), flags=flags, unit="s")
    assert events(made, "key", "type").rows() == [("a", "clicks"), ("a", "orders"), ("d", "orders")]
    summary = build.about["log"]
    assert (summary["rows"], summary["exploded"], summary["events"]) == (4, 1, 3)
    assert summary["dropped"] == {"no flag is set": 1}
    assert summary["quarantined"] == {"`seen` is neither yes nor no": 1}
    assert pl.read_parquet(made.path / "quarantine.parquet").select("row", "type").rows() == [(3, "maybe")]


def test_flags_with_times_and_numbers_of_their_own(build):
    """A sale that three impressions tell of is one order, at its own time; clicks are not told apart by its number."""
    text = (
        "u,i,t,seen,bought,bought_at,sale\n"
        "1,a,1,1,1,9,s1\n1,a,2,1,1,9,s1\n1,b,3,0,1,9,s1\n"
        "1,a,4,1,0,-1,-1\n1,a,5,0,1,,s2\n2,a,6,1,1,7,\n2,a,6,0,1,8,\n"
    )
    file = write(build, "log.csv", text)
    flags = {"bought": Flag("orders", "bought_at", "sale"), "seen": "clicks"}
    columns = Columns(item="i", ts="t", user="u")
    for name, size in (("log", 1), ("whole", 1000)):
        made = log(build, name, [file], columns, sessions=Sessions("user"), flags=flags, unit="s", batch_rows=size)
        found = events(made, "key", "type", pl.col("ts").dt.epoch("s"))
        assert found.rows() == [
            ("a", "clicks", 1),
            ("a", "clicks", 2),
            ("a", "clicks", 4),
            ("a", "orders", 9),
            ("b", "orders", 9),
            ("a", "clicks", 6),
            ("a", "orders", 7),
            ("a", "orders", 8),
        ]
        summary = build.about[name]
        assert summary["dropped"] == {"repeated event_id": 1}
        assert summary["quarantined"] == {"null time": 1}
        assert summary["rows"] + summary["exploded"] == summary["events"] + 2


class TestJoined:
    ORDERS = "order,user,number\n7,u1,1\n8,u2,1\n9,u1,2\n"
    COLUMNS = Columns(item="sku", ts=None, session="order", user="user", order="number,line")

    def made(self, build, name, lines, **how):
        tables = {"orders": write(build, "orders.csv", self.ORDERS)}
        files = [write(build, f"{name}-{n}.csv", "order,sku,line\n" + text) for n, text in enumerate(lines)]
        joins = {"orders": Join("orders.csv", "order")}
        return log(build, name, files, self.COLUMNS, joined=tables, joins=joins, every_row="orders", **how)

    def test_a_table_is_read_once_and_rows_without_it_are_said(self, build, monkeypatch):
        read, real = [], joined._read
        monkeypatch.setattr(joined, "_read", lambda *args: read.append(args[1].file) or real(*args))
        self.made(build, "log", ["9,c,1\n7,b,2\n", "7,a,1\n5,x,1\n"], batch_rows=1)
        assert read == ["orders.csv"]
        summary = build.about["log"]
        (warned,) = summary["warnings"]
        assert (warned["check"], warned["rows"], warned["unjoined"]) == ("unjoined", 4, 1)
        assert summary["quarantined"] == {"null order": 1}
        assert json.loads((build.folder / "log" / "summary.json").read_text()) == summary

    @pytest.mark.parametrize("shards", [1, 3])
    def test_an_order_stands_for_the_time_whatever_the_files_order(self, build, shards):
        lines = ["9,c,1\n7,b,2\n", "8,d,10\n7,a,1\n8,e,9\n"]
        found = []
        for name, files in (("one", lines), ("other", lines[::-1])):
            made = self.made(build, name, files, shards=shards)
            keys = pl.read_parquet(made.path / "keys" / "session.parquet").select(session="code", order="key")
            told = events(made, "session", "ts", "key").join(keys, on="session", maintain_order="left")
            told = told.sort("session", maintain_order=True)
            found.append([(order, ts.second, item) for _, ts, item, order in told.rows()])
        assert found[0] == [("7", 1, "a"), ("7", 1, "b"), ("8", 1, "e"), ("8", 1, "d"), ("9", 2, "c")]
        assert found[1] == found[0]

    def test_none_that_is_joined_stops(self, build):
        with pytest.raises(AisleError, match=r"2 of 2 rows \(100.0%\) have no row in"):
            self.made(build, "log", ["1,c,1\n2,b,2\n"])


def test_an_order_decides_within_a_moment_only(build):
    file = write(build, "log.csv", "s,i,t,n\nv,c,1,3\nv,a,1,1\nv,z,1,\nv,b,1,2\nv,d,0,9\n")
    made = log(build, "log", [file], Columns(item="i", ts="t", session="s", order="n"), unit="s")
    assert events(made, "key")["key"].to_list() == ["d", "z", "a", "b", "c"]


class TestIds:
    LINES = ("o1,u1,a,5,buy", "o1,u1,b,5,buy", "o1,u1,a,45,buy", "o1,u1,a,3,view", "o2,u2,a,9,buy", ",u2,a,9,view")
    COLUMNS = Columns(item="i", ts="t", user="u", type="e", event_id="o")

    def made(self, build, name, files, **how):
        written = [write(build, f"{name}-{n}.csv", "o,u,i,t,e\n" + "\n".join(lines)) for n, lines in enumerate(files)]
        how = {"sessions": Sessions("user"), "events": NAMES, "unit": "s"} | how
        return log(build, name, written, self.COLUMNS, **how)

    @pytest.mark.parametrize("shards", [1, 3])
    @pytest.mark.parametrize("batch_rows", [1, 1_000])
    @pytest.mark.parametrize("files", [(LINES,), (LINES[:2], LINES[2:]), (LINES[2:], LINES[:2])])
    def test_the_same_order_counts_once(self, build, shards, batch_rows, files):
        made = self.made(build, "log", files, shards=shards, batch_rows=batch_rows)
        rows = events(made, "key", "type", "ts").with_columns(pl.col("ts").dt.second()).sort("ts", "type", "key").rows()
        assert rows == [
            *(("a", "clicks", 3), ("a", "orders", 5), ("b", "orders", 5), ("a", "clicks", 9), ("a", "orders", 9))
        ]
        summary = build.about["log"]
        assert (summary["rows"], summary["events"]) == (6, 5)
        assert summary["dropped"] == {"repeated event_id": 1}

    def test_ids_are_one_in_whatever_form(self, build):
        lines = ("7,u1,a,5,buy", "7.0,u1,a,6,buy", "null,u1,a,7,buy", "NULL,u1,a,8,buy")
        self.made(build, "log", [lines])
        assert build.about["log"]["dropped"] == {"repeated event_id": 1}


def told(build, name):
    """What was said of a log, but for its times, which begin in 1970."""
    return [warned for warned in build.about[name]["warnings"] if warned["check"] != "early_times"]


class TestWarnings:
    def test_strangers_in_a_session(self, build):
        lines = "".join(f"{visit},{user},a,{visit}\n" for visit in range(1, 5) for user in ("u", "v"))
        file = write(build, "log.csv", "s,u,i,t\n" + lines)
        log(build, "log", [file], Columns(item="i", ts="t", session="s", user="u"), unit="s")
        (warned,) = told(build, "log")
        assert (warned["check"], warned["several"]) == ("several_users", 4)
        assert '"u,s"' in warned["said"]
        log(build, "mended", [file], Columns(item="i", ts="t", session="u,s", user="u"), unit="s")
        assert told(build, "mended") == []
        assert build.about["mended"]["sessions"] == 8

    def test_orders_that_came_twice(self, build):
        lines = "".join(f"u{n},i{n},{t},{n}\n" for n in range(40) for t in (n, n + 40))
        file = write(build, "log.csv", "u,i,t,o\n" + lines)
        columns = {"item": "i", "ts": "t", "user": "u"}
        how = {"sessions": Sessions("user"), "unit": "s", "every_row": "orders"}
        log(build, "log", [file], Columns(**columns), **how)
        (warned,) = told(build, "log")
        assert (warned["check"], warned["repeated"]) == ("repeated_orders", 40)
        log(build, "mended", [file], Columns(**columns, event_id="o"), **how)
        assert told(build, "mended") == []
        assert build.about["mended"]["events"] == 40
