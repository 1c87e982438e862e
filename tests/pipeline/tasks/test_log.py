"""From a few raw rows to a log's tables."""

import json
import re
from datetime import datetime
from itertools import permutations

import polars as pl
import pytest

from data.errors import AisleError, BadInputError
from data.formats import Columns, LogFormat
from data.quality import Quality
from data.readers.generic import GENERIC
from data.sessions import Sessions
from data.tables import scan
from data.warned import Warned
from pipeline.store.task import RawFile
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log import LogTables
from pipeline.tasks.log_tables import _write
from tests.oracle.frames import at

ROWS = (("b", 20, 5, "clicks"), ("a", 5, 3, "clicks"), ("b", 5, 1, "carts"), ("b", 20, 5, "clicks"))


def events(log):
    return scan(log.path / "events").select("session", "item", "ts", "type", "user").collect().rows()


def keys_of(log, name):
    return pl.read_parquet(log.path / "keys" / f"{name}.parquet")["key"].to_list()


def keys(log, name):
    return pl.read_parquet(log.path / "keys" / f"{name}.parquet").select("key", "code").rows()


def files_of(log):
    return {str(path.relative_to(log.path)): path.read_bytes() for path in log.path.rglob("*") if path.is_file()}


def test_the_pieces_that_a_table_lies_in_do_not_show_in_its_file(tmp_path):
    rows = pl.DataFrame({"item": range(100_000)})  # smaller pieces are written as one anyway
    for name, table in (("one", rows), ("two", pl.concat([rows[:30_000], rows[30_000:]], rechunk=False))):
        _write(table, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_codes_follow_the_sorted_keys_and_events_stand_by_session_and_time(build):
    log = build.log("log", build.raw("raw", *ROWS))
    assert keys(log, "session") == [("a", 0), ("b", 1)]
    assert keys(log, "item") == [(5, 0), (20, 1)]
    assert keys(log, "user") == []
    assert events(log) == [
        (0, 0, at(3), "clicks", None),
        (1, 0, at(1), "carts", None),
        (1, 1, at(5), "clicks", None),
        (1, 1, at(5), "clicks", None),
    ]
    assert build.about["log"] == json.loads((log.path / "summary.json").read_text())
    assert build.about["log"] == {
        "rows": 4,
        "events": 4,
        "quarantined": {},
        "dropped": {},
        "nulled": {},
        "usual": {"from_ms": 1_704_067_260_000, "until_ms": 1_704_067_560_000, "events": 4},
        "warnings": [],
        "sessions": 2,
        "items": 2,
        "users": 0,
        "first": "2024-01-01 00:01:00.000",
        "last": "2024-01-01 00:05:00.000",
        "duplicates": 1,
        "out_of_order": 1,
    }


def test_repeated_events_are_dropped_on_demand(build):
    log = build.log("log", build.raw("raw", *ROWS), quality=Quality(duplicates="drop"))
    assert events(log) == [
        (0, 0, at(3), "clicks", None),
        (1, 0, at(1), "carts", None),
        (1, 1, at(5), "clicks", None),
    ]
    assert (build.about["log"]["events"], build.about["log"]["duplicates"]) == (3, 1)


def test_equal_times_keep_the_order_of_the_files(build):
    files = build.raw("one", ("s", 9, 1, "clicks"), ("s", 2, 1, "clicks")), build.raw("two", ("s", 5, 1, "clicks"))
    assert [row[1] for row in events(build.log("log", *files))] == [2, 0, 1]
    assert [row[1] for row in events(build.log("turned", *reversed(files)))] == [1, 2, 0]


def test_shards_hold_the_same_rows_and_codes(build):
    rows = [(f"s{n % 7}", n % 3, n, "clicks") for n in range(10)]
    one = build.log("one", build.raw("raw", *rows))
    three = build.log("three", build.raw("raw", *rows), shards=3)
    shards = [pl.read_parquet(file) for file in sorted((three.path / "events").iterdir())]
    assert len(shards) == 3
    assert sum(shard.height > 0 for shard in shards) > 1
    assert sum(shard["session"].n_unique() for shard in shards) == 7
    assert sorted(events(three)) == sorted(events(one))
    mine, theirs = files_of(one), files_of(three)
    for files in (mine, theirs):
        for name in [name for name in files if name.startswith("events")]:
            files.pop(name)
    assert mine == theirs


def test_batches_change_nothing(build):
    raw = build.raw("raw", *ROWS)
    assert files_of(build.log("one", raw)) == files_of(build.log("many", raw, batch_rows=1))


def test_nothing_half_done_is_left(build):
    log = build.log("log", build.raw("raw", *ROWS))
    names = {"events", "keys", "items.parquet", "late_names.parquet", "notes.parquet", "quarantine.parquet"}
    assert {path.name for path in log.path.iterdir()} == names | {"summary.json"}


BAD = (("b", None, 5, "clicks"), ("a", 5, 3, "clicks"), (None, 5, 1, "carts"))


def test_too_many_bad_rows_stop_and_outlive_the_folder(build):
    with pytest.raises(BadInputError, match=r"2 of 3 rows are bad \(null item 1, null session 1\).*bad-rows") as told:
        build.log("log", build.raw("raw", *BAD))
    assert told.value.kept == {"bad-rows.parquet": build.folder / "log" / "quarantine.parquet"}
    kept = pl.read_parquet(told.value.kept["bad-rows.parquet"])
    assert kept.select("row", "reason", "item").rows() == [(1, "null item", None), (3, "null session", "5")]


def test_a_few_bad_rows_are_set_aside(build):
    log = build.log("log", build.raw("raw", *BAD), quality=Quality(max_quarantine=0.7))
    assert events(log) == [(0, 0, at(3), "clicks", None)]
    assert build.about["log"]["quarantined"] == {"null item": 1, "null session": 1}
    assert pl.read_parquet(log.path / "quarantine.parquet")["row"].to_list() == [1, 3]


def test_rows_dropped_by_rule_are_counted_apart(build):
    raw = build.raw("raw", ("a", 5, 3, "clicks"), ("a", 6, 4, "wish"))
    log = build.log("log", raw, events={"wish": "ignore"})
    assert build.about["log"]["dropped"] == {"event wish is ignored": 1}
    assert keys(log, "item") == [(5, 0)]


def test_an_unknown_event_stops(build):
    with pytest.raises(AisleError, match=r"unknown event names: stare \(1\)"):
        build.log("log", build.raw("raw", ("a", 5, 3, "stare")), quality=Quality(max_quarantine=1))


class TestTestFile:
    def test_new_keys_follow_after_the_logs(self, build):
        log = build.log("log", build.raw("raw", *ROWS))
        late = build.raw("late", ("a", 7, 9, "clicks"), ("0", 20, 9, "clicks"), ("0", 3, 10, "orders"))
        test = build.log("test", late, known=log)
        assert keys(test, "item") == [(5, 0), (20, 1), (3, 2), (7, 3)]
        assert keys(test, "session") == [("a", 0), ("b", 1), ("0", 2)]
        assert [row[:2] for row in events(test)] == [(0, 3), (2, 1), (2, 2)]
        assert pl.read_parquet(test.path / "items.parquet")["key"].to_list() == ["5", "20", "3", "7"]

    def test_what_the_log_said_of_an_item_stays(self, build):
        log = build.log("log", build.raw("raw", ("a", 5, 0, "clicks"), brand=pl.lit("acme")))
        late = build.raw("late", ("b", 5, 1, "clicks"), ("b", 1, 2, "clicks"), brand=pl.lit("bolt"))
        test = build.log("test", late, known=log)
        assert pl.read_parquet(test.path / "items.parquet").select("key", "brand").rows() == [
            ("5", "acme"),
            ("1", "bolt"),
        ]

    def test_a_test_file_without_users_beside_a_log_that_has_them(self, build):
        log = build.log("log", build.raw("raw", ("a", 5, 0, "clicks", 7)))
        late = build.raw("late", ("b", 5, 1, "clicks"), ("b", 6, 2, "clicks"))
        test = build.log("test", late, known=log)
        assert keys(test, "user") == [(7, 0)]
        assert [row[4] for row in events(test)] == [None, None]
        unnamed = RawFile(build.folder / "unnamed.parquet")
        pl.read_parquet(late.path).drop("user").write_parquet(unnamed.path)
        assert events(build.log("unnamed", unnamed, known=log)) == events(test)

    def test_a_test_file_with_users_beside_a_log_without(self, build):
        log = build.log("log", build.raw("raw", ("a", 5, 0, "clicks")))
        test = build.log("test", build.raw("late", ("b", 5, 1, "clicks", 7)), known=log)
        assert keys(test, "user") == [(7, 0)]
        assert events(test) == [(1, 0, at(1), "clicks", 0)]

    def test_keys_come_in_the_logs_type(self, build):
        log = build.log("log", build.raw("raw", *ROWS))
        for name, keys in (("texts", ("20", "7")), ("floats", (20.0, 7.0)), ("texts of floats", ("20.0", "7.0"))):
            late = build.raw(f"late {name}", *(("a", key, 9, "clicks") for key in keys))
            test = build.log(f"test {name}", late, known=log)
            assert keys_of(test, "item") == [5, 20, 7]
            assert (build.about[f"test {name}"]["unknown_items"], build.about[f"test {name}"]["items"]) == (1, 2)

    @pytest.mark.parametrize("key", ["x7", "0007", "+7", "7.5", "9" * 20])
    def test_keys_of_another_kind_are_refused(self, build, key):
        log = build.log("log", build.raw("raw", *ROWS))
        said = f"late.parquet: `item` keys are texts such as {key!r} where the log's are whole numbers: write both"
        with pytest.raises(AisleError, match=re.escape(said)):
            build.log("test", build.raw("late", ("a", key, 9, "clicks")), known=log)

    def test_whole_numbers_are_texts_where_the_logs_are(self, build):
        log = build.log("log", build.raw("raw", ("a", "7", 1, "clicks"), ("a", "x", 2, "clicks")))
        test = build.log("test", build.raw("late", ("b", 7, 9, "clicks")), known=log)
        assert keys_of(test, "item") == ["7", "x"]

    def test_texts_of_floats_take_the_logs_form(self, build):
        plain = build.log("plain", build.raw("raw", ("a", "7", 1, "clicks"), ("a", "8", 2, "clicks")))
        point = build.log("point", build.raw("floats", ("a", "7.0", 1, "clicks"), ("a", "8.0", 2, "clicks")))
        late = build.raw("late", ("b", "7.0", 9, "clicks"), ("b", "9.0", 9, "clicks"))
        assert keys_of(build.log("test", late, known=plain), "item") == ["7", "8", "9"]
        assert [warned["check"] for warned in build.about["test"]["warnings"]] == ["key_forms"]
        assert keys_of(build.log("same", late, known=point), "item") == ["7.0", "8.0", "9.0"]
        assert build.about["same"]["warnings"] == []
        bare = build.raw("bare", ("b", "7", 9, "clicks"), ("b", "9", 9, "clicks"))
        assert keys_of(build.log("bare", bare, known=point), "item") == ["7.0", "8.0", "9"]

    def test_a_file_without_users_is_read_beside_a_log_that_has_them(self, build):
        log = build.log("log", build.raw("raw", ("a", 5, 1, "clicks", 12)))
        test = build.log("test", build.raw("late", ("b", 5, 9, "clicks", None)), known=log)
        assert keys_of(test, "user") == [12]

    def test_strangers_are_counted_and_said(self, build):
        log = build.log("log", build.raw("raw", *ROWS))
        late = build.raw("late", *(("a", item, 9, "clicks") for item in (5, 7, 8)))
        build.log("test", late, known=log)
        assert build.about["test"]["unknown_items"] == 2
        (warned,) = build.about["test"]["warnings"]
        assert warned["said"].startswith("2 of the test file's 3 items (67%) are unknown to the log")


def test_a_part_without_rows_is_passed_over(build):
    rows, none = build.raw("rows", *ROWS), RawFile(build.folder / "none.parquet")
    pl.read_parquet(rows.path).clear().write_parquet(none.path)
    assert files_of(build.log("some", none, rows, none)) == files_of(build.log("log", rows))
    with pytest.raises(AisleError, match=r"none\.parquet: the file has no rows"):
        build.log("nothing", none, none)


def test_items_keep_what_was_first_said_and_since_when(build):
    said = {"category": pl.Series([None, "hats", "shoes", "hats"]), "price": pl.Series([None, None, 4.0, 3.0])}
    rows = (("a", 5, 0, "clicks"), ("a", 5, 2, "clicks"), ("a", 5, 1, "clicks"), ("b", 6, 1, "clicks"))
    log = build.log("log", build.raw("raw", *rows, **said))
    assert keys(log, "category") == [("hats", 0), ("shoes", 1)]
    items = pl.read_parquet(log.path / "items.parquet").select("item", "key", "category", "price")
    assert items.rows() == [(0, "5", 1, 4.0), (1, "6", 0, 3.0)]
    late = pl.read_parquet(log.path / "late_names.parquet").select(
        "item", "category_since", "price_since", "brand_since"
    )
    assert late.rows() == [(0, at(1), at(1), None)]


def test_notes_are_what_is_said_of_whole_sessions(build):
    said = {"session_value": pl.Series([None, 7.5, 9.0, None]), "segment": pl.Series(["de", None, "at", None])}
    rows = (("b", 5, 0, "clicks"), ("b", 5, 2, "clicks"), ("b", 5, 3, "clicks"), ("a", 6, 1, "clicks"))
    log = build.log("log", build.raw("raw", *rows, **said))
    assert pl.read_parquet(log.path / "notes.parquet").rows() == [(1, 7.5, "de")]


def test_visits_are_cut_by_the_gap_and_shards_follow_the_user(build):
    rows = [(None, 5, minute, "clicks", user) for user in ("u", "v", "w") for minute in (0, 30, 61)]
    raw = build.raw("raw", *rows)
    by_gap = {"sessions": Sessions("gap")}
    one, three = build.log("one", raw, **by_gap), build.log("three", raw, shards=3, **by_gap)
    names = [f"{user}@2024-01-01T0{moment}:00.000Z" for user in ("u", "v", "w") for moment in ("0:00", "1:01")]
    assert [key for key, _ in keys(one, "session")] == names
    assert keys(three, "session") == keys(one, "session")
    assert sorted(events(three)) == events(one)
    assert build.about["one"]["sessions"] == 6


def test_the_same_rows_give_the_same_bytes(build):
    raw = build.raw("raw", *ROWS, brand=pl.lit("acme"))
    assert files_of(build.log("one", raw)) == files_of(build.log("two", raw))


class TestKeysOfSeveralFiles:
    @staticmethod
    def in_any_order(build, *files):
        """The logs' items, which must not depend on the order of the files."""
        found = []
        for number, order in enumerate(permutations(files)):
            log = build.log(f"log {number} of {files[1].path.stem}", *order)
            found.append(keys_of(log, "item"))
        assert all(items == found[0] for items in found)
        return found[0]

    def test_whole_numbers_beside_texts_are_texts(self, build):
        files = [build.raw(f"raw {key}", ("a", key, 1, "clicks")) for key in (7, "7", "x")]
        assert self.in_any_order(build, *files) == ["7", "x"]

    def test_a_file_without_keys_has_no_say(self, build):
        none = build.raw("none", ("a", 1, 1, "clicks", None), ("b", None, 1, "wish"))
        some = build.raw("some", ("a", 7, 1, "clicks", 12))
        for number, order in enumerate(permutations((none, some))):
            log = build.log(f"log {number}", *order, events={"wish": "ignore"})
            assert keys_of(log, "user") == [12]
            assert keys_of(log, "item") == [1, 7]

    def test_floats_beside_whole_numbers_are_whole_numbers(self, build):
        files = build.raw("floats", ("a", 7.0, 1, "clicks")), build.raw("whole", ("a", 8, 1, "clicks"))
        assert self.in_any_order(build, *files) == [7, 8]

    def test_texts_of_floats_and_of_whole_numbers_are_one_key(self, build):
        floats = build.raw("floats", ("a", "7.0", 1, "clicks"), ("a", "8.0", 2, "clicks"))
        assert self.in_any_order(build, floats, build.raw("whole", ("a", "7", 1, "clicks"))) == ["7", "8"]
        (warned,) = build.about["log 0 of whole"]["warnings"]
        assert (warned["check"], warned["key"], warned["keys"]) == ("key_forms", "item", 2)
        assert self.in_any_order(build, floats, build.raw("numbers", ("a", 7, 1, "clicks"))) == ["7", "8"]
        assert keys_of(build.log("alone", floats), "item") == ["7.0", "8.0"]

    def test_zeros_before_a_number_are_lost_in_another_file(self, build):
        zeros, numbers = build.raw("zeros", ("a", "0007", 1, "clicks")), build.raw("numbers", ("a", 7, 1, "clicks"))
        for number, order in enumerate(permutations((zeros, numbers))):
            with pytest.raises(
                AisleError, match=r"numbers\.parquet has the `item` key 7 and .*zeros\.parquet has '0007'"
            ):
                build.log(f"log {number}", *order)

    def test_zeros_in_texts_are_told(self, build):
        zeros, texts = build.raw("zeros", ("a", "0007", 1, "clicks")), build.raw("texts", ("a", "7", 1, "clicks"))
        assert self.in_any_order(build, zeros, texts) == ["0007", "7"]
        (warned,) = build.about["log 1 of texts"]["warnings"]
        assert warned["said"].endswith("(1 such keys); they count as different.")
        both = build.raw("both", ("a", "0007", 1, "clicks"), ("a", "7", 2, "clicks"))
        build.log("both", both, texts)
        assert build.about["both"]["warnings"] == []

    @pytest.mark.parametrize("keys", [["1.2345678901234568e+18", "5"], ["12345678901234568.0", "5"]])
    def test_texts_that_have_lost_digits_are_refused(self, build, keys):
        with pytest.raises(AisleError, match=r"1 of 2 `item` keys, such as '1.*', have been floats and lost digits"):
            build.log("log", build.raw("raw", *(("a", key, 1, "clicks") for key in keys)))

    def test_batches_change_nothing(self, build):
        raw = build.raw("raw", ("a", "7.0", 1, "clicks"), ("a", "8", 1, "clicks"), ("b", "7", 2, "clicks"))
        numbers = build.raw("numbers", ("c", 8, 1, "clicks"), ("c", 9, 1, "clicks"))
        assert files_of(build.log("one", raw, numbers)) == files_of(build.log("many", raw, numbers, batch_rows=1))


class TestTimes:
    @staticmethod
    def log(build, name, texts, **settings):
        """A log whose events have these texts as times, all of one session."""
        rows = [(session, item, 0, "clicks") for item, (session, _) in enumerate(texts)]
        raw = build.raw(f"{name} raw", *rows, ts=pl.Series([text for _, text in texts]))
        return build.log(name, raw, **settings)

    def test_the_repeated_hour_follows_the_file(self, build):
        clock = ["02:10", "02:50", "02:05", "02:55", "03:00"]
        texts = [("a", f"2024-10-27 {shown}:00") for shown in clock]
        texts.insert(2, ("b", "2024-10-27 02:20:00"))
        for batch_rows in (1, 100):
            log = self.log(build, f"log {batch_rows}", texts, timezone="Europe/Berlin", batch_rows=batch_rows)
            found = scan(log.path / "events").sort("session", "ts").select(pl.col("ts").dt.strftime("%H:%M")).collect()
            assert found["ts"].to_list() == ["00:10", "00:50", "01:05", "01:55", "02:00", "00:20"]

    def test_a_row_written_a_moment_late_is_no_second_hour(self, build):
        texts = [("a", f"2024-10-27 02:{shown}") for shown in ("10:00", "20:01", "20:00", "30:00")]
        log = self.log(build, "log", texts, timezone="Europe/Berlin")
        assert scan(log.path / "events").collect()["ts"].dt.hour().to_list() == [0, 0, 0, 0]

    @pytest.mark.parametrize("batch_rows", [1, 1000])
    def test_a_row_is_read_by_itself(self, build, batch_rows):
        texts = ["1700026000", "1700026060.5", "1.7000261e9", "1e3", "+1700026070", " 1700026080"]
        log = self.log(
            build, "log", [("a", text) for text in texts], unit="s", batch_rows=batch_rows, quality=Quality(0.5)
        )
        assert scan(log.path / "events").collect().height == 4
        assert build.about["log"]["quarantined"] == {"unparsable time": 2}

    @pytest.mark.parametrize("batch_rows", [1, 1000])
    def test_two_units_are_refused_with_a_row_of_each(self, build, batch_rows):
        texts = [("a", str(1_700_000_000 + n)) for n in range(3)] + [("a", f"{1_700_000_100 + n}000") for n in range(3)]
        for unit in ("s", "ms"):
            with pytest.raises(AisleError, match=r"row 4: 1700000100000 counts ms .*row 1: 1700000000 counts s"):
                self.log(build, unit, texts, unit=unit, batch_rows=batch_rows, quality=Quality(1.0))

    def test_a_unit_that_is_another(self, build):
        said = r"row 1: 1700000000000 counts ms, not s: set `input\.format\.unit` to ms"
        with pytest.raises(AisleError, match=said):
            self.log(build, "log", [("a", "1700000000000")], unit="s")

    def test_clocks_of_their_own_start_are_believed(self, build):
        days = [("a", str(day * 86_400_000)) for day in range(30)]  # ms, some of which would be times in s
        assert self.log(build, "ms", days, unit="ms")
        assert self.log(build, "s", [("a", "5"), ("b", "70")], unit="s")
        log = self.log(build, "epoch", [("a", "800000000")], unit="s", epoch=datetime(1980, 1, 6))
        assert build.about["epoch"]["first"] == "2005-05-13 06:13:20.000"
        assert log

    def test_a_cut_line_is_no_sign_of_the_logs_zone(self, build):
        texts = [("a", "2024-02-21T10:00:00Z")] * 200
        build_log = self.log(build, "log", [*texts, ("a", "2024-02-2"), ("a", "2024")], quality=Quality(0.02))
        assert build.about["log"]["quarantined"] == {"time names no zone": 1, "time is a number of no unit": 1}
        assert build_log
        with pytest.raises(AisleError, match=r"times name no zone: .*the first is '2024-02-21 10:00' in row 1\."):
            self.log(build, "none", [("a", "2024-02-21 10:00")] * 3)


def test_words_for_nobody_are_left_out_and_told(build):
    rows = [("a", 5, 1, "clicks"), ("undefined", 5, 1, "clicks"), ("NULL", 5, 1, "clicks"), ("b", 5, 1, "clicks")]
    log = build.log("log", build.raw("raw", *rows))
    assert keys_of(log, "session") == ["a", "b"]
    about = build.about["log"]
    assert (about["dropped"], about["nulled"]) == ({"session is a null token": 2}, {"session": 2})
    (warned,) = about["warnings"]
    assert warned["said"].startswith("2 of 4 rows (50.0%) name no session but a word such as `undefined`")


def test_lines_that_cannot_be_read_are_quarantined_by_number(build, tmp_path):
    log = tmp_path / "log.csv"
    lines = [f"s{n},i{n % 7},2024-01-01T00:{n:02}:00Z,clicks" for n in range(50)]
    lines[10] += ",more"
    lines[20] = "session,item,ts,type"
    lines[30] += ",more,and more"
    log.write_text("\n".join(["session,item,ts,type", *lines]) + "\n")
    columns = Columns(session="session", type="type")
    how = Ingest(GENERIC, LogFormat(columns=columns), Sessions(), Quality(max_quarantine=0.1), 1)
    said = Warned("files_left_out", "1 file is not read", {"files": 1})
    made = build("log", LogTables((RawFile(log),), None, how, None, "bad.parquet", left_out=(said,)))
    summary = json.loads((made.path / "summary.json").read_text())
    assert (summary["rows"], summary["events"]) == (50, 47)
    assert summary["quarantined"] == {
        "a line has more fields than the header (the first: line 12)": 2,
        "line 22 is the header again": 1,
    }
    assert {"check": "files_left_out", "said": "1 file is not read", "files": 1} in summary["warnings"]
    bad = pl.read_parquet(made.path / "quarantine.parquet")
    assert bad.select("row", "reason").rows() == [
        (11, "line 12 has more fields than the header"),
        (21, "line 22 is the header again"),
        (31, "line 32 has more fields than the header"),
    ]


def test_too_many_lines_that_cannot_be_read_are_named(build, tmp_path):
    log = tmp_path / "log.jsonl"
    log.write_text('{"session": 1, "item": 2, "ts": 1700000000, "type": "clicks"}\n' + "[]\n" * 3)
    columns = Columns(session="session", type="type")
    how = Ingest(GENERIC, LogFormat(columns=columns, unit="s"), Sessions(), Quality(), 1)
    with pytest.raises(BadInputError, match=r"3 of 4 rows are bad \(a line is not a JSON object 3, such as 'line 2'"):
        build("log", LogTables((RawFile(log),), None, how, None, str(tmp_path / "bad.parquet")))
