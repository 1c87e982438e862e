"""What a log's tables set aside and say, task by task."""

import json
import random
from dataclasses import replace

import polars as pl
import pytest

from data.errors import AisleError
from data.quality import Quality
from data.sessions import Sessions
from data.suspicions.leaks import Asking
from data.tables import scan
from data.warned import read_warnings
from pipeline.tasks.leaks import LogLeaks
from pipeline.tasks.moments import drawn_or_filed
from tests.oracle.frames import at

DAY = 24 * 60
EVEN = [(f"s{n // 5}", n % 7, 10 * n, "clicks", f"u{n // 10}") for n in range(2_000)]  # 14 days, five events a session


def summary(log):
    return json.loads((log.path / "summary.json").read_text())


def checks(log):
    return [warned["check"] for warned in summary(log)["warnings"]]


def rows(log, *columns):
    return scan(log.path / "events").select(*columns).collect().rows()


def receipts(arrange, names="abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", seed=3):
    dice = random.Random(seed)
    made = []
    for place, name in enumerate(names):
        items = dice.sample(range(50), dice.randint(4, 8))
        made += [(name, item, DAY * place // 4, "orders", None) for item in arrange(items)]
    return made


FAR = (("far", 1, 400 * DAY, "clicks", "x"), ("far", 2, 400 * DAY + 1, "clicks", "x"))
LONG = [("bot", n % 3, 3_000 + n, "clicks", "b") for n in range(40)]


class TestStrayTimes:
    def test_they_are_told(self, build):
        log = build.log("log", build.raw("raw", *EVEN, *FAR))
        assert checks(log) == ["stray_times"]
        assert summary(log)["last"].startswith("2025-02-04")

    @pytest.mark.parametrize("batch_rows", [7, 1_000_000])
    def test_or_set_aside_before_there_are_sessions(self, build, batch_rows):
        raw = build.raw("raw", *EVEN[:9], *FAR, *EVEN[9:], ("odd", None, 5, "clicks", None))
        log = build.log("log", raw, quality=Quality(stray_times="drop"), batch_rows=batch_rows)
        told = summary(log)
        assert told["quarantined"] == {"null item": 1, "stray time": 2}
        assert (told["rows"], told["events"], told["warnings"]) == (2_003, 2_000, [])
        aside = pl.read_parquet(log.path / "quarantine.parquet").filter(pl.col("reason") == "stray time")
        assert aside.select("row", "session", "item").rows() == [(10, "far", "1"), (11, "far", "2")]
        assert aside["file"].unique().to_list() == [str(raw.path)]
        assert "far" not in pl.read_parquet(log.path / "keys" / "session.parquet")["key"]
        assert rows(log, "session", "item", "ts") == rows(
            build.log("clean", build.raw("only", *EVEN)), "session", "item", "ts"
        )


class TestLongSessions:
    @pytest.mark.parametrize("shards", [1, 3])
    def test_the_events_after_so_many_are_dropped_and_counted(self, build, shards):
        raw = build.raw("raw", *EVEN, *reversed(LONG))
        log = build.log("log", raw, quality=Quality(max_session_events=30), shards=shards)
        told = summary(log)
        assert told["dropped"] == {"beyond `quality.max_session_events` 30 of a session": 10}
        assert told["rows"] == told["events"] + 10
        keys = pl.read_parquet(log.path / "keys" / "session.parquet").select("key", session="code")
        bot = scan(log.path / "events").collect().join(keys, on="session").filter(pl.col("key") == "bot")
        assert sorted(bot["ts"].to_list()) == [at(3_000 + n) for n in range(30)]
        assert told["warnings"][0]["said"].startswith("1 sessions have more than 30 events (`bot` 40)")

    def test_whole_users_and_test_files_are_not_cut(self, build):
        tight = Quality(max_session_events=3)
        users = build.log("users", build.raw("raw", *EVEN), sessions=Sessions("user"), quality=tight)
        assert summary(users)["dropped"] == {}
        log = build.log("log", build.raw("more", *EVEN), quality=tight)
        assert summary(log)["events"] == 1_200
        test = build.log("test", build.raw("test", *LONG), quality=tight, known=log)
        assert (summary(test)["events"], summary(test)["warnings"]) == (40, [])

    def test_a_key_that_stands_for_nobody_is_named(self, build):
        crowd = [(f"t{n}", n % 7, 10 * n, "clicks", "guest") for n in range(200)]
        log = build.log("log", build.raw("raw", *EVEN, *crowd))
        assert checks(log) == ["huge_user"]
        assert "`guest` 200 (9.1%)" in summary(log)["warnings"][0]["said"]


class TestOneMoment:
    def test_sorted_lines_are_put_into_one_order_with_those_in_no_order(self, build):
        logs = [
            build.log(name, build.raw(f"raw-{name}", *receipts(arrange)), quality=Quality(same_moment=rule))
            for name, arrange, rule in (("sorted", sorted, "auto"), ("mixed", list, "auto"), ("drawn", list, "hash"))
        ]
        assert [drawn_or_filed(log.path) for log in logs] == ["hash", "file", "hash"]
        assert [checks(log) for log in logs] == [["same_moment"], [], []]
        found = [rows(log, "session", "item", "ts") for log in logs]
        assert found[0] == found[2] != found[1]
        assert sorted(found[0]) == sorted(found[1])

    def test_a_setting_says_that_the_files_order_is_real(self, build):
        raw = build.raw("raw", *receipts(sorted))
        log = build.log("log", raw, quality=Quality(same_moment="file"))
        assert checks(log) == []
        assert rows(log, "session", "item") == sorted(rows(log, "session", "item"))

    def test_a_test_file_follows_its_log(self, build):
        asked = [("z1", item, 900 * DAY, "orders", None) for item in (3, 9, 14, 20)]
        raw = build.raw("test", *asked)
        for name, arrange in (("sorted", sorted), ("mixed", list)):
            log = build.log(name, build.raw(f"raw-{name}", *receipts(arrange)))
            test = build.log(f"test-{name}", raw, known=log)
            assert drawn_or_filed(test.path) == drawn_or_filed(log.path)
            assert (rows(test, "item") == sorted(rows(test, "item"))) == (name == "mixed")

    @pytest.mark.parametrize("shards", [2, 5])
    def test_shards_change_nothing(self, build, shards):
        whole, parts = (
            build.log(name, build.raw(f"raw-{name}", *receipts(sorted)), shards=n)
            for name, n in (("one", 1), ("many", shards))
        )
        assert summary(parts) == summary(whole)
        ordered = sorted(rows(parts, "session"))  # a session's own order is what must not change
        assert ordered == rows(whole, "session")
        for log in (whole, parts):
            frame = scan(log.path / "events").collect()
            items = frame.group_by("session", maintain_order=True).agg("item").sort("session")["item"].to_list()
            assert (
                items
                == scan(whole.path / "events")
                .collect()
                .group_by("session", maintain_order=True)
                .agg("item")
                .sort("session")["item"]
                .to_list()
            )


class TestLeaks:
    @pytest.fixture
    def made(self, build):
        log = build.log("log", build.raw("raw", *EVEN))
        again = build.log("again", build.raw("test", *EVEN[-10:], ("new", 1, 30_000, "clicks", None)), known=log)
        return LogLeaks(log, again, Asking("column", True, True), allowed=False)

    def test_a_log_that_holds_what_is_asked_is_refused(self, made, build):
        with pytest.raises(AisleError, match=r"2 of the test file's 3 sessions .* `s398`.* --allow-leaks") as error:
            build("leaks", made)
        assert "\n" not in str(error.value)

    def test_or_told(self, made, build):
        leaks = build("leaks", replace(made, allowed=True))
        assert [warned["check"] for warned in read_warnings(leaks.path)] == ["test_leaks"] * 2

    def test_nothing_is_found_in_a_later_file(self, made, build):
        later = build.log("later", build.raw("new", ("new", 1, 30_000, "clicks", None)), known=made.log)
        assert read_warnings(build("leaks", replace(made, test_log=later)).path) == []
