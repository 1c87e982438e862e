"""From a few raw rows to a log's tables."""

import json

import polars as pl
import pytest

from data.errors import AisleError, BadInputError
from data.quality import Quality
from data.sessions import Sessions
from data.tables import scan
from tests.oracle.frames import at

ROWS = (("b", 20, 5, "clicks"), ("a", 5, 3, "clicks"), ("b", 5, 1, "carts"), ("b", 20, 5, "clicks"))


def events(log):
    return scan(log.path / "events").select("session", "item", "ts", "type", "user").collect().rows()


def keys(log, name):
    return pl.read_parquet(log.path / "keys" / f"{name}.parquet").select("key", "code").rows()


def files_of(log):
    return {str(path.relative_to(log.path)): path.read_bytes() for path in log.path.rglob("*") if path.is_file()}


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

    def test_keys_of_another_kind_are_refused(self, build):
        log = build.log("log", build.raw("raw", *ROWS))
        with pytest.raises(AisleError, match="the test file's `item` keys are String where the log's are Int64"):
            build.log("test", build.raw("late", ("a", "7", 9, "clicks")), known=log)


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
