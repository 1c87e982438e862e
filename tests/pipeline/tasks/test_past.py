"""A fold's history, a shard at a time: sampled, and with what the scored sessions show."""

from datetime import timedelta

import polars as pl
import pytest

from data.boundaries import Folds
from data.sampling import Sampling
from pipeline.tasks.fold import FoldTables
from pipeline.tasks.past import Past
from pipeline.tasks.window import Window
from tests.oracle.frames import at

ROWS = (
    ("a", 1, 0, "clicks", "u"),
    ("a", 2, 150, "orders", "u"),
    ("b", 1, 99, "clicks", "v"),
    ("c", 1, 120, "carts", "v"),
    ("c", 2, 130, "clicks", "v"),
    ("c", 1, 140, "orders", "v"),
)


def events(past):
    return sorted(pl.concat(past.events()).select("session", "item", "ts", "type", "user").collect().rows())


@pytest.fixture
def log(build):
    return build.log("log", build.raw("raw", *ROWS), shards=2)


def past_of(log, before=100, seen=None, **sampling):
    return Past(log, at(before), Sampling(**sampling), 2, seen)


def test_it_ends_before_the_fold(log):
    past = past_of(log)
    assert len(past.events()) == 2
    assert events(past) == [(0, 0, at(0), "clicks", 0), (1, 0, at(99), "clicks", 1)]
    assert past.until == past.whole.until == at(100)
    assert past.whole.events.collect().height == 2
    assert events(past_of(log, before=99)) == [(0, 0, at(0), "clicks", 0)]


def test_whole_sessions_are_sampled_out_of_those_with_a_past(log):
    every = events(past_of(log, before=160))
    found = events(past_of(log, before=160, max_history_sessions=1))
    kept = {row[0] for row in found}
    assert len(kept) == 1
    assert found == [row for row in every if row[0] in kept]
    assert {row[0] for row in events(past_of(log, max_history_sessions=2))} == {0, 1}  # and `c` takes no place
    assert events(past_of(log, sample_history=1e-9)) == []


def test_items_are_those_known_then(build):
    raw = build.raw("raw", ("a", 1, 0, "clicks"), ("a", 1, 50, "clicks"), brand=pl.Series([None, "acme"]))
    log = build.log("log", raw, shards=2)
    brands = [past_of(log, before=before).whole.items.collect()["brand"].to_list() for before in (50, 51)]
    assert brands == [[None], ["acme"]]


def test_visible_events_of_the_fold_join_as_sessions_of_their_own(build, log):
    window = Window("test", at(100), at(100), None, "first_n")
    fold = build("fold", FoldTables(log, log, window, Folds(cut="first_n", first_n=2), Sampling(), 2))
    past = past_of(log, seen=fold)
    assert len(past.events()) == 3
    # `c` has the code 2; the visible one is the fourth session, as the log has three
    assert events(past)[2:] == [(3, 0, at(120), "carts", 1), (3, 1, at(130), "clicks", 1)]
    assert past.until == at(130) + timedelta(milliseconds=1)
    schemas = {tuple(frame.collect_schema().items()) for frame in past.events()}
    assert len(schemas) == 1


def test_what_a_fold_shows_before_its_begin_moves_no_end(build, log):
    fold = build("fold", FoldTables(log, log, Window("test", at(500), None, None, None), Folds(), Sampling(), 2))
    assert past_of(log, before=500, seen=fold).until == at(500)
