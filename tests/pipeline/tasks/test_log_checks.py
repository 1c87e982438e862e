"""What a log's tables set aside and say, task by task."""

import json
import random
from dataclasses import replace

import polars as pl
import pytest

from data.boundaries import FirstFold, Folds
from data.errors import AisleError
from data.quality import Quality
from data.sessions import Sessions
from data.suspicions.leaks import Asking
from data.tables import scan
from data.warned import read_warnings
from pipeline.tasks.leaks import LogLeaks
from pipeline.tasks.log import LogTables
from pipeline.tasks.moments import DrawnLog, MomentOrder, is_drawn
from tests.oracle.frames import at
from tests.pipeline.tasks.conftest import ingest

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

    def test_those_of_a_test_file_are_told_alone(self, build):
        log = build.log("log", build.raw("raw", *EVEN))
        test = build.log("test", build.raw("test", *EVEN, *FAR), quality=Quality(stray_times="drop"), known=log)
        assert (summary(test)["events"], summary(test)["quarantined"], checks(test)) == (2_002, {}, ["stray_times"])
        assert "a test file is answered whole" in summary(test)["warnings"][0]["said"]

    @pytest.mark.parametrize(("valid_start", "kept"), [(at(DAY // 2), 15), (at(13 * DAY), 0), (None, 0)])
    def test_early_ones_are_judged_as_of_the_first_fold(self, build, valid_start, kept):
        early = [(f"e{n}", n % 3, n - 2 * DAY, "clicks", "x") for n in range(15)]
        folds = None if valid_start is None else FirstFold.of(Folds(valid_start=valid_start), test_file=True)
        raw = build.raw("raw", *early, *EVEN)
        task = LogTables(
            (raw,), None, ingest([raw], quality=Quality(stray_times="drop")), None, "bad", first_fold=folds
        )
        told = summary(build("log", task))
        assert told["events"] == 2_000 + kept
        assert told["rows"] == told["events"] + sum(told["quarantined"].values())


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
    def made(self, build, name, arrange, shards=1, until=DAY * 99):
        """Whether lines are sorted, and the log with their order drawn."""
        log = build.log(name, build.raw(f"raw-{name}", *receipts(arrange)), shards=shards)
        order = build(f"{name}-order", MomentOrder(log, at(until)))
        return log, order, build(f"{name}-drawn", DrawnLog(log))

    def test_sorted_lines_are_told_and_those_in_no_order_are_not(self, build):
        found = [self.made(build, name, arrange)[1].path for name, arrange in (("a", sorted), ("b", list))]
        assert [[one["check"] for one in read_warnings(path)] for path in found] == [["same_moment"], []]
        assert [json.loads((path / "order.json").read_text())["sorted"] for path in found] == [True, False]

    def test_what_happens_after_the_first_fold_begins_decides_nothing(self, build):
        _, early, _ = self.made(build, "early", sorted, until=5)
        assert read_warnings(early.path) == []

    def test_the_drawn_order_is_the_same_whatever_the_files_was(self, build):
        logs = [self.made(build, name, arrange) for name, arrange in (("a", sorted), ("b", list))]
        drawn = [rows(log, "session", "item", "ts") for _, _, log in logs]
        assert drawn[0] == drawn[1] != rows(logs[0][0], "session", "item", "ts")
        assert sorted(drawn[0]) == sorted(rows(logs[0][0], "session", "item", "ts"))
        assert [is_drawn(log.path) for log in (logs[0][0], logs[0][2])] == [False, True]
        assert (logs[0][2].path / "keys" / "item.parquet").exists()

    def test_a_test_file_draws_as_its_log(self, build):
        _, _, drawn = self.made(build, "a", sorted)
        asked = build.raw("test", *(row for row in receipts(sorted) if row[0] == "c"))
        test = build("test-drawn", DrawnLog(build.log("test", asked, known=drawn)))
        assert rows(test, "item") == [
            (item,) for session, item in rows(drawn, "session", "item") if session == rows(test, "session")[0][0]
        ]

    @pytest.mark.parametrize("shards", [2, 5])
    def test_shards_change_nothing(self, build, shards):
        one, many = (self.made(build, f"n{n}", sorted, n) for n in (1, shards))
        assert read_warnings(one[1].path) == read_warnings(many[1].path)
        assert sorted(by_session(one[2])) == sorted(by_session(many[2]))


def by_session(log):
    grouped = scan(log.path / "events").collect().group_by("session", maintain_order=True).agg("item")
    return grouped.rows()


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

    def test_a_stray_time_that_makes_it_seem_so_is_told_first(self, made, build):
        early = ("new", 1, -4_000_000, "clicks", None), *(("new", 1, 30_000 + n, "clicks", None) for n in range(200))
        later = build.log("later", build.raw("new", *early), known=made.log)
        with pytest.raises(AisleError, match=r"or stray times make it seem so: 1 of 201 events .* The log ends"):
            build("leaks", replace(made, test_log=later))

    def test_nothing_is_found_in_a_later_file(self, made, build):
        later = build.log("later", build.raw("new", ("new", 1, 30_000, "clicks", None)), known=made.log)
        assert read_warnings(build("leaks", replace(made, test_log=later)).path) == []
