"""From lists that were shown to questions that rankers learn from, on a log of five sessions."""

import json

import polars as pl
import pytest

from data.boundaries import Folds
from data.sampling import Sampling
from data.tables import scan
from data.warned import read_warnings
from pipeline.store.task import RawFile
from pipeline.tasks.fold import FoldTables
from pipeline.tasks.served import ServedQuestions
from pipeline.tasks.window import Window
from tests.oracle.frames import at

ROWS = (
    ("old", 1, 90, "clicks", "u"),  # begins in the history
    ("old", 2, 150, "orders", "u"),
    ("a", 1, 100, "clicks", "v"),
    ("a", 2, 110, "clicks", "v"),
    ("a", 3, 120, "clicks", "v"),
    ("a", 2, 130, "carts", "v"),
    ("b", 3, 105, "clicks", "w"),
    ("b", 1, 106, "clicks", "w"),
    ("late", 4, 250, "clicks", "x"),  # the test fold's
    ("late", 5, 251, "clicks", "x"),
)
VALID = Window("valid", at(100), at(100), at(200), "first_n")
FOLDS = Folds(cut="first_n", first_n=1, tune=1e-9, stop=1e-9)
"""With parts so small that everybody is learnt from."""


def lists(*shown):
    """Served lists of (session, minute, items), a row a place."""
    rows = [
        {"session": session, "shown": at(minute), "type": "clicks", "rank": place, "item": str(item)}
        for session, minute, items in shown
        for place, item in enumerate(items, start=1)
    ]
    return pl.DataFrame(rows)


@pytest.fixture
def asked(build):
    def ask(*shown, rows=ROWS, name="", folds=FOLDS, shards=1, enough=100, **sampling):
        log = build.log(f"log{name}", build.raw(f"raw{name}", *rows), shards=shards)
        fold = build(f"fold{name}", FoldTables(log, log, VALID, folds, Sampling(**sampling), shards))
        file = build.folder / f"served{name}.parquet"
        lists(*shown).write_parquet(file)
        how = VALID, folds, Sampling(**sampling), shards, None, enough
        return fold, build(f"asked{name}", ServedQuestions(RawFile(file), log, fold, *how))

    return ask


def told(made):
    return {name: count for name, count in json.loads((made.path / "served.json").read_text()).items() if count}


def keyed(made, table, *columns):
    """Rows of a table with the shop's keys, which do not depend on what else is in the log."""
    queries = scan(made.path / "queries").select("query", "session_key", "events")
    items = scan(made.path / "items.parquet").select("item", "key")
    rows = scan(made.path / table).join(queries, on="query").join(items, on="item")
    return rows.select("session_key", "events", "key", *columns).sort("session_key", "events", "key").collect().rows()


def test_a_list_is_asked_at_its_moment(asked):
    """At 115 two events are visible; then 3 is clicked and 2 carted."""
    fold, made = asked(("a", 115, (4, 3, 1)))
    assert told(made) == {"lists": 1, "joined": 1, "questions": 1}
    columns = ("session_key", "start_ts", "cut_ts", "events", "part")
    assert scan(made.path / "queries").select(columns).collect().rows() == [("a", at(100), at(110), 2, "fit")]
    assert keyed(made, "prefixes", "position", "ts") == [("a", 2, "1", 0, at(100)), ("a", 2, "2", 1, at(110))]
    assert keyed(made, "labels", "type") == [("a", 2, "2", "carts"), ("a", 2, "3", "clicks")]
    own = set(scan(fold.path / "queries").collect()["query"])
    assert not own & set(scan(made.path / "queries").collect()["query"])


def test_what_was_shown_counts_if_the_log_knew_it_by_then(asked):
    """4 is first seen at 250, which nobody knew at 115; 9 never; 3 at 105; repeated, it counts once."""
    _, made = asked(("a", 115, (4, 3, 9, 1, 3)))
    assert keyed(made, "shown.parquet", "place") == [("a", 2, "1", 2), ("a", 2, "3", 1)]


def test_lists_between_the_same_events_are_one_question(asked):
    _, made = asked(("a", 110, (3, 1)), ("a", 112, (2, 3)), ("a", 120, (1,)))
    assert told(made) == {"lists": 3, "joined": 3, "questions": 2}
    assert keyed(made, "shown.parquet") == [("a", 2, "1"), ("a", 2, "2"), ("a", 2, "3"), ("a", 3, "1")]


def test_a_moment_that_the_fold_asks_itself_keeps_its_number(asked):
    fold, made = asked(("a", 105, (3,)), ("b", 105, (1,)))
    own = scan(fold.path / "queries").collect()
    assert scan(made.path / "queries").collect().equals(own)
    assert scan(made.path / "labels").collect().equals(scan(fold.path / "labels").collect())


def test_what_is_left_aside_is_counted(asked):
    _, made = asked(
        *(("a", minute, (1,)) for minute in (99, 200)),
        ("late", 251, (1,)),
        ("nobody", 120, (1,)),
        ("old", 120, (1,)),
        ("b", 101, (1,)),
        ("b", 106, (3,)),
    )
    assert told(made) == {"lists": 7, "outside": 3, "unknown": 1, "elsewhere": 1, "unasked": 1, "nothing_after": 1}
    assert scan(made.path / "queries").collect().is_empty()
    (warned,) = read_warnings(made.path)
    assert warned["check"] == "served_aside"
    assert "none of the 7 lists of `rankers.served`" in warned["said"]
    assert "(3 outside): lists join where they were shown from 2024-01-01 01:40:00" in warned["said"]


def test_only_users_who_are_learnt_from(asked):
    """What others are tuned on, or training stops by, is asked as the fold asks it, and nothing of it is learnt."""
    _, made = asked(("a", 115, (3,)), ("b", 105, (1,)), folds=Folds(cut="first_n", tune=0.5, stop=0.49999))
    assert told(made) == {"lists": 2, "held_out": 2}


def test_a_sample_of_sessions(asked):
    _, made = asked(("a", 115, (3,)), ("b", 105, (1,)), max_sessions=1)
    assert told(made) == {"lists": 2, "joined": 1, "not_sampled": 1, "questions": 1}


def test_no_more_than_rankers_learn_from(asked):
    """Either session has a click: one such question is enough."""
    _, made = asked(("a", 115, (3,)), ("b", 105, (1,)), enough=1)
    assert told(made) == {"lists": 2, "joined": 1, "not_sampled": 1, "questions": 1}


def test_shards_are_the_same(asked):
    shown = (("a", 115, (3,)), ("b", 105, (1,)))
    (_, one), (_, three) = asked(*shown), asked(*shown, name="3", shards=3)
    for table in ("prefixes", "labels", "shown.parquet"):
        assert keyed(one, table) == keyed(three, table)


def test_later_events_change_nothing_that_was_seen(asked):
    """Hostile futures: the session goes on otherwise, others begin, new items come, an item is first seen later."""
    shown = (("a", 115, (4, 3, 9, 1)), ("b", 105, (1,)))
    kept = [row for row in ROWS if row[2] <= 115]
    other = [
        *(("a", 9, 116, "orders", "v"), ("a", 1, 117, "clicks", "v"), ("b", 9, 116, "carts", "w")),
        *(("new", 8, 118, "clicks", "y"), ("new", 3, 119, "orders", "y"), ("old", 8, 190, "carts", "u")),
    ]
    (_, one), (_, two) = asked(*shown), asked(*shown, rows=(*kept, *other), name="other")
    for table, columns in (("prefixes", ("position", "ts", "type")), ("shown.parquet", ("place",))):
        assert keyed(one, table, *columns) == keyed(two, table, *columns)
    columns = ("session_key", "start_ts", "cut_ts", "events", "part")
    told_by = [scan(made.path / "queries").select(columns).sort("session_key").collect() for made in (one, two)]
    assert told_by[0].equals(told_by[1])
    assert keyed(one, "labels", "type") != keyed(two, "labels", "type")
