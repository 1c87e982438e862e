"""From a log of four sessions to a fold's queries, prefixes and labels."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from data import folds as folds_module
from data.boundaries import Boundaries, Folds
from data.draw import Needs
from data.errors import AisleError
from data.quality import Quality
from data.sampling import Sampling
from data.schema import PARTS
from data.sessions import Sessions
from data.tables import scan
from data.warned import read_warnings
from pipeline.tasks.fold import FoldTables
from pipeline.tasks.window import Window, boundaries_of, windows_of
from tests.oracle.frames import at
from tests.pipeline.tasks.conftest import Builder

ROWS = (
    ("a", 1, 0, "clicks", "u"),  # begins in the history and goes on
    ("a", 2, 150, "orders", "u"),
    ("c", 9, 101, "clicks", "v"),  # of 9 the history knows nothing
    ("c", 2, 102, "clicks", "v"),
    ("c", 1, 103, "clicks", "v"),
    ("b", 1, 100, "clicks", None),
    ("b", 2, 110, "carts", None),
    ("b", 2, 120, "clicks", None),
    ("b", 1, 199, "clicks", None),
    ("b", 9, 200, "orders", None),  # the test begins
)
VALID = Window("valid", at(100), at(100), at(200), "first_n")
FOLDS = Folds(cut="first_n", first_n=1)


@pytest.fixture
def log(build):
    return build.log("log", build.raw("raw", *ROWS))


def fold_of(build, log, window=VALID, folds=FOLDS, asked=None, shards=1, name="fold", **sampling):
    return build(name, FoldTables(log, asked or log, window, folds, Sampling(**sampling), shards))


def rows(fold, table, *columns):
    return scan(fold.path / table).select(*columns).collect().rows()


def test_sessions_that_begin_inside_are_asked_and_their_events_stop_at_the_end(build, log):
    fold = fold_of(build, log)
    queries = rows(fold, "queries", "query", "session_key", "user", "start_ts", "cut_ts", "events")
    assert queries == [(0, "b", None, at(100), at(100), 1), (1, "c", 1, at(101), at(101), 1)]
    assert rows(fold, "prefixes", "query", "position", "item", "ts", "type") == [
        (0, 0, 0, at(100), "clicks"),
        (1, 0, 2, at(101), "clicks"),
    ]
    assert rows(fold, "labels", "query", "type", "item") == [(0, "clicks", 1), (0, "carts", 1), (1, "clicks", 1)]
    assert build.about["fold"] == {"queries": 2, "prefixes": 2, "labels": 3}


def test_every_moment_is_asked(build, log):
    fold = fold_of(build, log, replace(VALID, cut="all"), replace(FOLDS, cut="all"))
    assert rows(fold, "queries", "query", "session_key", "events") == [
        *((n, "b", n + 1) for n in range(3)),
        *((n, "c", n - 2) for n in (3, 4)),
    ]
    assert rows(fold, "prefixes", "query", "item")[:6] == [(0, 0), (1, 0), (1, 1), (2, 0), (2, 1), (2, 1)]
    assert rows(fold, "labels", "query", "type", "item")[2:] == [
        (1, "clicks", 1),
        (2, "clicks", 0),
        (3, "clicks", 1),
        (4, "clicks", 0),
    ]


def test_items_without_a_history_are_dropped_before_cutting(build, log):
    fold = fold_of(build, log, folds=replace(FOLDS, known_items_only=True))
    # the history is `a`'s click on 1: `c` keeps one event, too few to ask, and `b` its clicks on 1
    assert rows(fold, "queries", "session_key", "events") == [("b", 1)]
    assert rows(fold, "prefixes", "item") == [(0,)]
    assert rows(fold, "labels", "type", "item") == [("clicks", 0)]


def test_a_test_files_sessions_are_asked_whole(build, log):
    test = build.log("test", build.raw("late", ("z", 7, 300, "clicks"), ("z", 2, 301, "carts")), known=log)
    fold = fold_of(build, log, Window("test", at(201), None, None, None), asked=test)
    assert rows(fold, "queries", "session_key", "events", "part") == [("z", 2, None)]
    assert rows(fold, "prefixes", "item") == [(3,), (1,)]
    assert rows(fold, "labels", "item") == []
    assert pl.read_parquet(fold.path / "items.parquet")["key"].to_list() == ["1", "2", "9", "7"]


def test_only_what_trains_has_parts(build, log):
    assert {part for (part,) in rows(fold_of(build, log), "queries", "part")} <= set(PARTS)
    test = fold_of(build, log, replace(VALID, name="test"), name="test")
    assert rows(test, "queries", "part") == [(None,), (None,)]


def test_a_user_lies_in_one_part(build):
    visits = [(f"s{n}", 1, 100 + n, "clicks", f"u{n % 2}") for n in range(5)]
    log = build.log("log", build.raw("raw", *visits, *((s, 2, m + 9, t, u) for s, _, m, t, u in visits)))
    part = rows(fold_of(build, log, folds=replace(FOLDS, tune=0.45, stop=0.45)), "queries", "user", "part")
    assert len(part) == 5
    assert len(set(part)) == 2


def test_shards_ask_the_same(build):
    raw = build.raw("raw", *ROWS)
    tables = []
    for shards in (1, 3):
        log = build.log(f"log{shards}", raw, shards=shards)
        fold = fold_of(build, log, shards=shards, name=f"fold{shards}")
        assert len(list((fold.path / "queries").iterdir())) == shards
        tables.append([sorted(rows(fold, table, pl.all())) for table in ("queries", "prefixes", "labels")])
    assert tables[0] == tables[1]


def test_a_sample_asks_fewer_and_the_same(build, log):
    whole = rows(fold_of(build, log), "queries", "session_key")
    one = rows(fold_of(build, log, name="one", max_sessions=1), "queries", "query", "session_key")
    assert one in ([(0, name)] for (name,) in whole)


def test_what_is_named_late_is_not_known_before(build):
    said = {"brand": pl.Series([None, "acme", "bolt"])}
    log = build.log(
        "log", build.raw("raw", ("b", 1, 100, "clicks"), ("b", 1, 120, "clicks"), ("b", 2, 130, "carts"), **said)
    )
    early = fold_of(build, log)
    late = fold_of(build, log, replace(VALID, until=at(121)), name="late")
    brands = [pl.read_parquet(fold.path / "items.parquet")["brand"].to_list() for fold in (early, late)]
    assert brands == [[None, "bolt"], ["acme", "bolt"]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": at(300), "end": at(400)}, "the valid fold cannot ask: of 3 sessions none has more than . events"),
        ({"start": None, "name": "test"}, "the test fold cannot ask: of 3 sessions none has more than . events"),
    ],
)
def test_a_fold_without_a_session_is_refused(change, message, build, log):
    with pytest.raises(AisleError, match=message):
        fold_of(build, log, replace(VALID, **change), replace(FOLDS, min_prefix=5))


def test_windows():
    resolved = Boundaries(at(100), at(200), at(300))
    folds = Folds(cut="share", cut_test_file="first_n")
    assert windows_of(resolved, folds, test_file=False) == {
        "valid": Window("valid", at(100), at(100), at(200), "share"),
        "test": Window("test", at(200), at(200), at(300), "share"),
    }
    assert windows_of(resolved, folds, test_file=True) == {
        "valid": Window("valid", at(100), at(100), at(200), "share"),
        "test": Window("test", at(300), None, None, "first_n"),
    }


def test_boundaries_are_those_of_the_logs_span(build, log):
    found = boundaries_of(log.path, Folds(valid=at(50) - at(0), test=at(60) - at(0)), test_file=False)
    millisecond = (at(1) - at(0)) / 60_000
    assert found.end == at(200) + millisecond
    assert found.test_start == found.end - (at(60) - at(0))
    assert found.valid_start == found.test_start - (at(50) - at(0))
    with pytest.raises(AisleError, match="which leaves no history"):
        boundaries_of(log.path, Folds(), test_file=False)


class TestAFileIsAnsweredWhole:
    """A test file with a session of one event, one of unknown items, and one without a readable row."""

    ROWS = (
        ("one", 1, 300, "clicks", "u"),
        ("two", 1, 301, "clicks", "v"),
        ("two", 2, 302, "carts", "v"),
        ("new", 9, 303, "clicks", "w"),
        ("bad", None, 304, "clicks", "w"),
        *((f"more{n}", 1, 310 + n, "clicks", None) for n in range(3)),
    )
    WINDOW = Window("test", at(201), None, None, None)

    def file(self, build, log, shards=1, quality=None, name="test"):
        raw = build.raw(f"{name}raw", *self.ROWS)
        return build.log(name, raw, known=log, shards=shards, quality=quality or Quality(max_quarantine=0.5))

    def test_all_are_asked_whatever_they_show(self, build):
        log = build.log("log", build.raw("raw", *ROWS[:2]))
        fold = fold_of(
            build, log, self.WINDOW, replace(FOLDS, min_prefix=3, known_items_only=True), self.file(build, log)
        )
        asked = {
            key: rest for key, *rest in rows(fold, "queries", "session_key", "events", "start_ts", "cut_ts", "user")
        }
        assert asked["one"] == [1, at(300), at(300), 0]
        assert asked["two"] == [2, at(301), at(302), 1]
        assert asked["new"] == [0, at(201), at(201), 2]
        assert asked["bad"] == [0, at(201), at(201), None]
        assert len(asked) == 7
        (said,) = read_warnings(fold.path)
        assert said["check"] == "silent_sessions"
        assert (said["sessions"], said["of"]) == (2, 7)
        assert said["said"].startswith("2 of 7 sessions of the test file show no event that counts")

    def test_shards_ask_the_same(self, build):
        told = []
        for shards in (1, 3):
            log = build.log(f"log{shards}", build.raw(f"raw{shards}", *ROWS[:2]), shards=shards)
            asked = self.file(build, log, shards, name=f"test{shards}")
            folds = replace(FOLDS, known_items_only=True)
            fold = fold_of(build, log, self.WINDOW, folds, asked, shards=shards, name=f"fold{shards}")
            told.append([sorted(rows(fold, table, pl.all()), key=str) for table in ("queries", "prefixes")])
        assert told[0] == told[1]

    def test_one_that_is_cut_here_says_who_is_too_short(self, build):
        log = build.log("log", build.raw("raw", *ROWS[:2]))
        fold = fold_of(build, log, replace(self.WINDOW, cut="first_n"), FOLDS, self.file(build, log))
        assert rows(fold, "queries", "session_key", "events") == [("two", 1)]
        (said,) = read_warnings(fold.path)
        assert said["check"] == "short_sessions"
        assert (said["sessions"], said["of"]) == (6, 7)
        assert "fewer than 2 events" in said["said"]

    @pytest.mark.parametrize("shards", [1, 2])
    def test_of_one_too_long_to_be_shown_the_latest_events_are(self, build, monkeypatch, shards):
        monkeypatch.setattr(folds_module, "MOST_VISIBLE", 2)
        log = build.log("log", build.raw("raw", *ROWS[:2]), shards=shards)
        long = [("long", item, 320 + item, "clicks", "x") for item in (1, 2, 3, 4, 5)]
        file = build.log("test", build.raw("testraw", *self.ROWS[:3], *long), known=log, shards=shards)
        fold = fold_of(build, log, self.WINDOW, FOLDS, file, shards=shards)
        asked = rows(fold, "queries", "session_key", "events", "start_ts", "cut_ts")
        assert sorted(asked)[0] == ("long", 2, at(324), at(325))
        shown = scan(fold.path / "prefixes").join(scan(fold.path / "queries"), on="query").collect()
        assert shown.filter(pl.col("session_key") == "long").select("position", "ts").rows() == [
            (0, at(324)),
            (1, at(325)),
        ]
        assert rows(fold, "labels", "query") == []
        (said,) = read_warnings(fold.path)
        assert (said["check"], said["sessions"]) == ("long_sessions", 1)
        assert "they are asked by their latest ones" in said["said"]

    def test_a_clean_file_says_nothing(self, build):
        log = build.log("log", build.raw("raw", *ROWS[:2]))
        clean = build.log("test", build.raw("testraw", *self.ROWS[:3]), known=log)
        assert not (clean.path / "silent.parquet").exists()
        fold = fold_of(build, log, self.WINDOW, FOLDS, clean)
        assert rows(fold, "queries", "session_key", "events") == [("one", 1), ("two", 2)]
        assert read_warnings(fold.path) == []


class TestThoseWhoComeBack:
    ROWS = (
        ("a", 1, 10, "clicks", "a"),
        ("a", 2, 20, "orders", "a"),
        ("a", 3, 110, "orders", "a"),
        ("b", 1, 30, "clicks", "b"),  # never again
        ("c", 1, 120, "clicks", "c"),  # new in the valid fold
        ("c", 2, 130, "clicks", "c"),
        ("c", 2, 210, "orders", "c"),  # and back in the scored one
    )

    def told(self, build, window, returning, **sampling):
        log = build.log("log", build.raw("raw", *self.ROWS), sessions=Sessions(by="user"))
        fold = fold_of(build, log, window, replace(FOLDS, returning=returning), **sampling)
        return rows(fold, "queries", "session_key", "cut_ts", "events"), rows(fold, "labels", "query", "type", "item")

    def test_as_the_fold_begins(self, build):
        valid = self.told(build, VALID, "start")
        assert valid == ([("a", at(100), 2), ("c", at(120), 1)], [(0, "orders", 2), (1, "clicks", 1)])

    def test_everyone_known_is_scored(self, build):
        window = Window("test", at(200), at(200), at(300), "first_n")
        asked, labels = self.told(build, window, "start")
        assert asked == [("a", at(200), 3), ("b", at(200), 1), ("c", at(200), 2)]
        assert labels == [(2, "orders", 1)]

    def test_after_their_first_event(self, build):
        window = Window("test", at(200), at(200), at(300), "first_n")
        assert self.told(build, window, "first_event") == ([("c", at(210), 3)], [])

    def test_only_new_ones(self, build):
        assert self.told(build, VALID, "new") == ([("c", at(120), 1)], [(0, "clicks", 1)])
        (build.folder / "by default").mkdir()
        assert self.told(Builder(build.folder / "by default"), VALID, None)[0] == [("c", at(120), 1)]

    def test_a_test_file_asks_when_all_before_it_is_known(self, build):
        log = build.log("log", build.raw("raw", *self.ROWS[:4]), sessions=Sessions(by="user"))
        file = build.log("test", build.raw("again", *self.ROWS[:4]), known=log, sessions=Sessions(by="user"))
        window = Window("test", at(111), None, None, None)
        fold = fold_of(build, log, window, replace(FOLDS, returning="start"), file)
        assert rows(fold, "queries", "session_key", "cut_ts", "events") == [("a", at(111), 3), ("b", at(111), 1)]


def test_a_thin_fold_is_told_and_stray_times_take_the_blame(build):
    even = [(f"s{n // 5}", n % 7, 10 * n, "clicks") for n in range(2_000)]
    late = (("x", 1, 23 * 1_440, "clicks"), ("x", 2, 23 * 1_440 + 1, "clicks"))
    log = build.log("log", build.raw("raw", *even, *late))
    fold = fold_of(build, log, Window("test", at(20_000), at(23_000), at(33_122), "first_n"))
    assert [warned["check"] for warned in read_warnings(fold.path)] == ["thin_fold"]
    assert read_warnings(fold_of(build, log, replace(VALID, end=at(12_000)), name="full").path) == []
    with pytest.raises(
        AisleError, match=r"because stray times place them: 2 of 2,002 events .* `folds\.end: 2024-01-1"
    ):
        fold_of(build, log, replace(VALID, start=at(25_000), end=at(26_000)), name="empty")
    with pytest.raises(AisleError, match="stray times"):
        boundaries_of(log.path, Folds(valid=timedelta(days=20), test=timedelta(days=20)), test_file=False)


def test_a_fold_that_trains_asks_no_more_than_is_needed(build):
    visits = [(f"s{n:02}", 1, 100 + n, "clicks", None) for n in range(30)]
    later = [(s, 1, m + 30, "orders" if n < 15 else "carts", None) for n, (s, _, m, *_) in enumerate(visits)]
    log = build.log("log", build.raw("raw", *visits, *later), shards=3)
    whole = FoldTables(log, log, VALID, FOLDS, Sampling(), 3)
    some = build("some", replace(whole, needs=Needs(tune=1, fit=1, stop=1, any=10, most=20)))
    every, kept = build("all", whole), rows(some, "queries", "session_key", "events", "part")
    assert len(kept) == 10
    assert set(kept) < set(rows(every, "queries", "session_key", "events", "part"))
    assert build.about["some"] == {"queries": 10, "prefixes": 10, "labels": 10, "not drawn": 20}
    assert sorted(rows(some, "labels", "query")) == [(n,) for n in range(10)]
