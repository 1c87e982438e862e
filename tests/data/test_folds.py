from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data import folds as folds_module
from data.boundaries import Folds
from data.folds import cut_sessions, fold_events, history_of, labels_of, part_of, prefixes_of, shown_events
from data.keys import key_hash
from data.schema import PARTS, TYPES, Events, Labels, Prefixes, Timestamp
from tests.oracle import folds as oracle
from tests.oracle import hashes
from tests.oracle.folds import Event

CUTS = (None, "random", "all", "first_n", "share")
C, A, O = TYPES  # noqa: E741


def at(ms):
    return datetime.fromtimestamp(ms / 1000, UTC)


def table(log, user=None):
    """EVENTS of (session, item, ms, type) rows, sorted by (session, ts, input order)."""
    rows = sorted((Event(*row) for row in log), key=lambda event: (event.session, event.ts))
    frame = pl.DataFrame(rows, schema=["session", "item", "ts", "type"], orient="row")
    empty = [pl.lit(None).alias(name) for name in ("price", "quantity", "category")]
    return Events.validate(frame.with_columns(*empty, user=pl.lit(user)), cast=True).lazy()


def hash_table(sessions):
    numbers = pl.Series(sorted(sessions), dtype=pl.Int64)
    return pl.DataFrame({"session": numbers.cast(pl.UInt32), "hash": key_hash(numbers)}).lazy()


def cut_fold(log, folds, cut, *, start=0, end=10**9, known=None):
    """(fold events, queries with their numbers)."""
    items = None if known is None else pl.LazyFrame({"item": sorted(known)}, schema={"item": pl.UInt32})
    events = fold_events(table(log), at(start), at(end), items)
    hashed = hash_table({row[0] for row in log})
    cuts = cut_sessions(events, hashed, folds, cut).collect()
    return events, cuts.with_columns(query=pl.int_range(pl.len(), dtype=pl.UInt32)).lazy()


def visible(queries):
    return queries.select("session", "events").collect().rows()


def one_session(types, first=0):
    """A session 0 with items 10, 11, ... at 0, 1, ... ms."""
    return [(0, 10 + n, first + n, kind) for n, kind in enumerate(types)]


class TestHistory:
    def test_running_sessions_are_trimmed(self):
        log = [(0, 1, 5, C), (0, 2, 10, C), (1, 3, 9, A), (2, 1, 10, C), (3, 1, 11, C)]
        found = history_of(table(log), at(10)).select("session", "item").collect()
        assert found.rows() == [(0, 1), (1, 3)]


class TestFoldEvents:
    log = (
        (0, 1, 9, C),
        (0, 2, 12, C),
        (1, 1, 10, C),
        (1, 2, 19, A),
        (1, 3, 20, O),
        (2, 1, 20, C),
        (3, 9, 15, C),
        (3, 1, 16, C),
    )

    def test_sessions_that_begin_in_the_window_trimmed_at_its_end(self):
        found = fold_events(table(self.log), at(10), at(20)).select("session", "item", "position").collect()
        assert found.rows() == [(1, 1, 0), (1, 2, 1), (3, 9, 0), (3, 1, 1)]
        assert found.schema["position"] == pl.UInt32

    def test_only_known_items(self):
        known = pl.LazyFrame({"item": [1]}, schema={"item": pl.UInt32})
        found = fold_events(table(self.log), at(10), at(20), known).select("session", "item", "position").collect()
        assert found.rows() == [(1, 1, 0), (3, 1, 0)]

    def test_an_unknown_first_item_still_tells_when_the_session_begins(self):
        known = pl.LazyFrame({"item": [1]}, schema={"item": pl.UInt32})
        log = [(0, 9, 9, C), (0, 1, 12, C), (0, 1, 13, C)]
        assert fold_events(table(log), at(10), at(20), known).collect().is_empty()


class TestCuts:
    def test_random_asks_each_session_once(self):
        log = [*one_session([C] * 5), (1, 7, 3, C), (2, 7, 3, C), (2, 8, 4, C)]
        _, queries = cut_fold(log, Folds(), "random")
        shown = 1 + hashes.mix(hashes.mix(0), 1 + 16 * 42) % 4
        assert visible(queries) == [(0, shown), (2, 1)]

    def test_random_follows_the_seed_and_reaches_every_moment(self):
        log = one_session([C] * 5)
        found = {visible(cut_fold(log, Folds(seed=seed), "random")[1])[0][1] for seed in range(40)}
        assert found == {1, 2, 3, 4}

    def test_all(self):
        log = [*one_session([C, A, C, C]), (1, 7, 3, C)]
        _, queries = cut_fold(log, Folds(), "all")
        assert visible(queries) == [(0, 1), (0, 2), (0, 3)]
        assert queries.collect()["cut_ts"].to_list() == [at(0), at(1), at(2)]
        assert visible(cut_fold(log, Folds(min_prefix=3), "all")[1]) == [(0, 3)]

    @pytest.mark.parametrize(("first_n", "shown"), [(1, 1), (2, 2), (3, 3), (4, 3), (70_000, 3)])
    def test_first_n_leaves_one_event_at_least(self, first_n, shown):
        assert visible(cut_fold(one_session([C] * 4), Folds(first_n=first_n), "first_n")[1]) == [(0, shown)]

    def test_first_n_below_the_least_prefix(self):
        assert visible(cut_fold(one_session([C] * 4), Folds(first_n=1, min_prefix=2), "first_n")[1]) == [(0, 2)]

    @pytest.mark.parametrize(
        ("length", "share", "shown"),
        [
            (4, 0.5, 2),
            (5, 0.5, 3),
            (2, 0.9, 1),
            (10, 0.01, 1),
            (10, 0.7, 7),
            (25, 0.28, 7),
            (100, 0.07, 7),
            (100, 0.55, 55),
        ],
    )
    def test_share_is_rounded_up_and_not_by_a_floats_error(self, length, share, shown):
        assert visible(cut_fold(one_session([C] * length), Folds(share=share), "share")[1]) == [(0, shown)]

    def test_uncut_sessions_show_all(self):
        log = [*one_session([C, A, C]), (1, 7, 3, C)]
        events, queries = cut_fold(log, Folds(), None)
        assert visible(queries) == [(0, 3), (1, 1)]
        assert labels_of(events, queries).collect().is_empty()
        assert visible(cut_fold(log, Folds(min_prefix=2), None)[1]) == [(0, 3), (1, 1)]  # whatever it shows

    @pytest.mark.parametrize("cut", CUTS[1:])
    def test_too_short_sessions_are_left_out(self, cut):
        _, queries = cut_fold(one_session([C, C]), Folds(min_prefix=3), cut)
        assert queries.collect().is_empty()

    def test_columns(self):
        log = one_session([C, C], first=1500)
        events = fold_events(table(log, user=6), at(0), at(9999))
        found = cut_sessions(events, hash_table([0]), Folds(), "all").collect()
        schema = {
            "session": pl.UInt32,
            "user": pl.UInt32,
            "start_ts": Timestamp,
            "cut_ts": Timestamp,
            "events": pl.UInt16,
        }
        assert_frame_equal(found, pl.DataFrame([(0, 6, at(1500), at(1500), 1)], schema=schema, orient="row"))

    def test_what_queries_cannot_count_is_not_shown(self, monkeypatch):
        monkeypatch.setattr(folds_module, "MOST_VISIBLE", 3)
        log = one_session([C] * 6)
        assert visible(cut_fold(log, Folds(), "all")[1]) == [(0, 1), (0, 2), (0, 3)]
        assert visible(cut_fold(log, Folds(share=0.9), "share")[1]) == [(0, 3)]
        for seed in range(20):
            assert visible(cut_fold(log, Folds(seed=seed), "random")[1])[0][1] in (1, 2, 3)
        assert shown_events(fold_events(table(log), at(0), at(9999)).collect(), "all")[1] == 0

    def test_of_a_long_session_that_is_shown_whole_the_latest_events_are(self, monkeypatch):
        monkeypatch.setattr(folds_module, "MOST_VISIBLE", 3)
        log = [*one_session([C] * 6), *((9, item, item, C) for item in range(3))]
        events = fold_events(table(log), at(0), at(9999)).collect()
        told, long = shown_events(events, None)
        assert long == 1
        queries = cut_sessions(told.lazy(), hash_table([0, 9]), Folds(), None).with_row_index("query").collect()
        assert queries.select("session", "events", "start_ts", "cut_ts").rows() == [
            (0, 3, at(3), at(5)),
            (9, 3, at(0), at(2)),
        ]
        seen = prefixes_of(told.lazy(), queries.lazy()).collect()
        assert seen.filter(pl.col("query") == 0)["ts"].to_list() == [at(3), at(4), at(5)]
        assert labels_of(told.lazy(), queries.lazy()).collect().is_empty()
        short = fold_events(table(log[6:]), at(0), at(9999)).collect()
        assert shown_events(short, None)[0] is short


class TestPrefixes:
    def test_what_is_visible_in_order(self):
        log = [(0, 5, 1, C), (0, 4, 1, A), (0, 5, 2, C), (1, 9, 0, O), (1, 8, 7, C)]
        events, queries = cut_fold(log, Folds(), "all")
        found = prefixes_of(events, queries).collect()
        assert found.select("query", "position", "item", "type").rows() == [
            (0, 0, 5, C),
            (1, 0, 5, C),
            (1, 1, 4, A),
            (2, 0, 9, O),
        ]
        assert Prefixes.is_valid(found)


class TestLabels:
    def asked(self, log, shown):
        events, queries = cut_fold(log, Folds(first_n=shown), "first_n")
        found = labels_of(events, queries).collect()
        assert Labels.is_valid(found)
        return [row[1:] for row in found.rows()]

    def test_the_next_click_and_all_later_carts_and_orders_once(self):
        later = [(0, 7, 1, A), (0, 8, 2, C), (0, 9, 3, C), (0, 7, 4, A), (0, 5, 5, A), (0, 7, 6, O), (0, 7, 7, O)]
        assert self.asked([(0, 1, 0, C), *later], 1) == [(C, 8), (A, 5), (A, 7), (O, 7)]

    def test_a_visible_item_may_come_again(self):
        assert self.asked([(0, 1, 0, C), (0, 1, 1, C), (0, 1, 2, O)], 1) == [(C, 1), (O, 1)]

    def test_there_may_be_no_click(self):
        assert self.asked([(0, 1, 0, C), (0, 0, 1, O)], 1) == [(O, 0)]

    def test_events_at_the_same_time_stay_in_the_order_of_the_file(self):
        assert self.asked([(0, 3, 0, C), (0, 2, 0, C), (0, 1, 0, C)], 1) == [(C, 2)]


logs = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 4), st.integers(0, 12), st.sampled_from(TYPES)), min_size=1, max_size=14
)
settings_ = st.builds(
    Folds,
    first_n=st.integers(1, 4),
    share=st.sampled_from([0.1, 0.28, 0.5, 0.7, 0.9]),
    min_prefix=st.integers(1, 3),
    seed=st.integers(0, 10**6),
)


@settings(max_examples=100, deadline=None)
@given(
    log=logs,
    folds=settings_,
    cut=st.sampled_from(CUTS),
    start=st.integers(0, 8),
    length=st.integers(1, 10),
    known=st.none() | st.sets(st.integers(0, 4)),
)
def test_equals_plain_python(log, folds, cut, start, length, known):
    events, queries = cut_fold(log, folds, cut, start=start, end=start + length, known=known)
    in_order = sorted((Event(*row) for row in log), key=lambda event: (event.session, event.ts))
    fold = oracle.fold_events(in_order, start, start + length, known)
    asked = oracle.queries(fold, {session: hashes.mix(session) for session in fold}, folds, cut)
    found = queries.select("session", "events", pl.col("start_ts", "cut_ts").dt.epoch("ms")).collect()
    assert found.rows() == [tuple(query) for query in asked]
    prefixes = prefixes_of(events, queries).collect()
    milliseconds = pl.col("ts").dt.epoch("ms")
    assert prefixes.select("query", "position", "item", milliseconds, "type").rows() == oracle.prefixes(fold, asked)
    labels = labels_of(events, queries).collect()
    assert set(labels.rows()) == oracle.labels(fold, asked)
    assert labels.height == len(set(labels.rows()))
    assert_frame_equal(labels, labels.sort("query", "type", "item"))


@settings(max_examples=50, deadline=None)
@given(
    log=logs,
    folds=settings_,
    cut=st.sampled_from(CUTS),
    later=st.lists(st.tuples(st.integers(0, 7), st.integers(8, 20))),
)
@example(log=[(0, 1, 0, C), (0, 1, 7, C)], folds=Folds(), cut="all", later=[(0, 8), (0, 9), (5, 8)])
def test_later_events_outside_the_window_change_nothing(log, folds, cut, later):
    grown = [*log, *((session, 4, ms, O) for session, ms in later)]
    before, after = (cut_fold(rows, folds, cut, start=2, end=8) for rows in (log, grown))
    for make in (lambda e, q: q, prefixes_of, labels_of, lambda e, q: history_of(e, at(8))):
        assert_frame_equal(make(*before).collect(), make(*after).collect())


@settings(max_examples=50, deadline=None)
@given(log=logs, folds=settings_, cut=st.sampled_from(CUTS[1:]))
def test_nothing_after_the_cut_is_visible(log, folds, cut):
    events, queries = cut_fold(log, folds, cut)
    prefixes = prefixes_of(events, queries).join(queries.select("query", "cut_ts", "events"), on="query").collect()
    assert (prefixes["ts"] <= prefixes["cut_ts"]).all()
    assert (prefixes["position"] < prefixes["events"]).all()
    sizes = prefixes.group_by("query").agg(
        pl.len(), pl.col("events").first(), pl.col("ts").max(), pl.col("cut_ts").first()
    )
    assert (sizes["len"] == sizes["events"]).all()
    assert (sizes["ts"] == sizes["cut_ts"]).all()
    assert queries.collect().height == sizes.height
    unseen = queries.join(events.select("session", pl.len().over("session").alias("of")).unique(), on="session")
    assert unseen.select((pl.col("of") > pl.col("events")).all()).collect().item()


class TestParts:
    users = key_hash(pl.Series([f"user-{n}" for n in range(20_000)]))

    def parts(self, folds, hashed=None):
        frame = pl.DataFrame({"hash": self.users if hashed is None else hashed})
        return frame.select(part=part_of(pl.col("hash"), folds))["part"]

    def test_shares_are_about_right(self):
        found = dict(self.parts(Folds(tune=0.2, stop=0.15)).value_counts(normalize=True).iter_rows())
        assert found == pytest.approx({"tune": 0.2, "fit": 0.65, "stop": 0.15}, abs=0.01)
        assert self.parts(Folds()).dtype == pl.Enum(PARTS)

    def test_a_user_lies_in_one_part_wherever_its_sessions_stand(self):
        found = self.parts(Folds())
        again = self.parts(Folds(), pl.concat([self.users.reverse(), self.users]))
        assert again[: len(found)].to_list() == found.reverse().to_list()
        assert again[len(found) :].to_list() == found.to_list()

    def test_the_seed_makes_other_parts(self):
        same = (self.parts(Folds(seed=1)) == self.parts(Folds(seed=2))).mean()
        assert same == pytest.approx(0.2**2 + 0.65**2 + 0.15**2, abs=0.02)

    def test_parts_do_not_follow_the_cuts(self):
        # were both cut from one number, sessions of `tune` would all be asked early
        spot = pl.DataFrame({"hash": self.users}).select(folds_module.mix(pl.col("hash"), 1 + 16 * 42) % 10).to_series()
        early = spot.filter(self.parts(Folds()) == "tune").cast(pl.Float64).mean()
        assert early == pytest.approx(4.5, abs=0.2)

    def test_by_hand(self):
        folds = Folds(tune=0.25, stop=0.25, seed=3)
        where = [hashes.uniform(value, 2 + 16 * 3) for value in self.users[:50]]
        expected = ["tune" if w < 0.25 else "stop" if w >= 0.75 else "fit" for w in where]
        assert self.parts(folds, self.users[:50]).to_list() == expected
