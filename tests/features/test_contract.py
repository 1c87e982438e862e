"""What every feature group must do."""

import pickle
import random
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.schema import CandidateKeys, Events, check_wide
from features import GROUPS, VALUE_GROUPS
from features.group import KEYS
from features.join import describe, describe_queries
from tests.features.worlds import random_world
from tests.oracle.frames import shuffled, table

HERE = Path(__file__).parent

each_group = pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)


def rows_of(group, world):
    return group({name: frame.lazy() for name, frame in vars(world).items()}).collect()


def described(world, groups=GROUPS):
    tables = {name: frame.lazy() for name, frame in vars(world).items()}
    return describe(tables["candidates"], tables["queries"], tables, groups).collect()


def features_of(group, world):
    own = rows_of(group, world).drop(keys_of(group)).columns
    return [*own, *([f"{group.name}__days_since"] if group.as_of else [])]


def keys_of(group):
    return [*KEYS[group.scope], *(["ts"] if group.as_of else [])]


def later_events(log, queries):
    """Events that no query may know: of its own session after the cut, and of new sessions from its start on."""
    rows, number = [], log["session"].max()
    for query in queries.rows(named=True):
        after = log.filter(pl.col("session") == query["session"])["ts"].max() + timedelta(seconds=1)
        rows += [(query["session"], item, after, "orders", query["user"], 99.0, None, None) for item in (0, 2, 11)]
    for query in queries.rows(named=True):
        for events in (1, 3):
            number += 1
            times = [query["start_ts"] + timedelta(minutes=i) for i in range(events)]
            rows += [(number, 2, ts, "carts", query["user"], 99.0, None, None) for ts in times]
    return table(Events, *rows)


@each_group
def test_its_test_file_exists(group):
    assert (HERE / "groups" / f"test_{group.name}.py").is_file()


def test_names_are_unique():
    assert len({group.name for group in GROUPS}) == len(GROUPS)


@each_group
def test_keys_are_unique_and_features_are_named(group, log, world):
    rows = rows_of(group, world(log))
    assert rows.height
    assert rows.columns[: len(keys_of(group))] == keys_of(group)
    assert not rows.select(keys_of(group)).is_duplicated().any()
    features = rows.drop(keys_of(group))
    assert features.width
    assert all(name.startswith(f"{group.name}__") for name in features.columns)
    assert set(features.dtypes) == {pl.Float32}


@each_group
def test_no_feature_is_nan_or_infinite(group, log, world):
    features = rows_of(group, world(log)).drop(keys_of(group))
    assert features.select(pl.all().is_finite().all()).row(0) == (True,) * features.width


@each_group
def test_row_order_does_not_matter(group, log, world):
    first = world(log)
    second = world(shuffled(log, "session"))
    for name, frame in vars(second).items():
        setattr(second, name, frame.sample(fraction=1, shuffle=True, seed=random.Random(name).randrange(99)))
    one, two = (rows_of(group, tables).sort(keys_of(group)) for tables in (first, second))
    assert_frame_equal(one, two, check_exact=True)


@pytest.mark.parametrize("group", [g for g in GROUPS if g.aligned], ids=lambda group: group.name)
def test_aligned_rows_are_the_candidates_in_their_order(group, log, world):
    tables = world(log)
    tables.candidates = tables.candidates.sample(fraction=1, shuffle=True, seed=7)
    assert rows_of(group, tables).select("query", "item").equals(tables.candidates.select("query", "item"))


@each_group
def test_each_candidate_gets_its_own_features_in_any_order(group):
    tables = SimpleNamespace(**random_world(11).tables)
    mixed = SimpleNamespace(**vars(tables))
    mixed.candidates = tables.candidates.sample(fraction=1, shuffle=True, seed=7)
    assert not mixed.candidates.equals(tables.candidates)
    rows = described(mixed, [group])
    assert rows.select(tables.candidates.columns).equals(mixed.candidates)
    expected = described(tables, [group])
    assert expected.drop(tables.candidates.columns).n_unique() > 1
    assert_frame_equal(rows.sort("query", "item"), expected.sort("query", "item"), check_exact=True)


@each_group
def test_zeros_are_features(group, log, world):
    assert set(group.zeros) <= {name.removeprefix(f"{group.name}__") for name in rows_of(group, world(log)).columns}


@pytest.mark.parametrize("group", [*GROUPS, *VALUE_GROUPS], ids=lambda group: group.name)
def test_travels_by_name(group):
    assert pickle.loads(pickle.dumps(group)) is group


@each_group
def test_empty_in_gives_empty_out(group, log, world):
    full = world(log)
    empty = world(log)
    for name, frame in vars(full).items():
        setattr(empty, name, frame.clear())
    rows = rows_of(group, empty)
    assert rows.is_empty()
    assert rows.schema == rows_of(group, full).schema


def test_join_keeps_every_candidate_and_the_order_of_columns(log, world):
    tables = world(log)
    rows = described(tables)
    check_wide(rows, CandidateKeys)
    assert_frame_equal(rows.select(tables.candidates.columns), tables.candidates)
    added = rows.columns[tables.candidates.width :]
    first = [g for g in GROUPS if g.scope in {"query", "user"}] + [
        g for g in GROUPS if g.scope not in {"query", "user"}
    ]
    expected = [c for group in first for c in features_of(group, tables)]
    assert added == expected
    assert rows.columns == described(world(shuffled(log, "session"))).columns


def test_join_of_nothing_has_the_same_columns(log, world):
    tables, empty = world(log), world(log)
    for name, frame in vars(tables).items():
        setattr(empty, name, frame.clear())
    assert described(empty).schema == described(tables).schema
    assert described(empty).is_empty()


def test_queries_are_described_in_their_order(log, world):
    tables = world(log)
    frames = {name: frame.lazy() for name, frame in vars(tables).items()}
    backwards = tables.queries.reverse()
    rows = describe_queries(backwards.lazy(), frames, GROUPS).collect()
    assert rows["query"].to_list() == backwards["query"].to_list()
    wide = described(tables)
    same = wide.select(rows.columns).unique().sort("query")
    assert_frame_equal(same, rows.sort("query"))


def test_later_events_change_nothing(log, world):
    now = world(log)
    asked = now.queries.filter(pl.col("events") == 2)
    assert asked.height > 5
    later = world(pl.concat([log, later_events(log, asked)]))
    assert later.queries.height > now.queries.height  # the new sessions are asked, too, and they alone change
    past = [group for group in GROUPS if not group.transductive]
    mine = described(later, past).join(asked, on="query", how="semi", maintain_order="left")
    assert_frame_equal(mine, described(now, past).join(asked, on="query", how="semi", maintain_order="left"))


@each_group
def test_history_from_the_start_on_is_not_seen_as_of_then(group, log, world):
    """A group joined as of the start ignores what its table holds from then on; others never get such a table."""
    tables, padded = world(log), world(log)
    latest = tables.queries.sort("start_ts").unique("user", keep="last")
    new_sessions = later_events(log, latest).filter(pl.col("session") > log["session"].max())
    padded.history = pl.concat([tables.history, new_sessions])
    now, then = (described(some, [group]) for some in (tables, padded))
    assert now.equals(then) == (group.as_of or "history" not in group.reads)


def test_other_queries_of_the_batch_do_not_matter(log, world):
    tables, fewer = world(log), world(log)
    some = tables.queries.gather_every(3)
    for name in ("queries", "candidates", "prefixes"):
        setattr(fewer, name, getattr(tables, name).join(some, on="query", how="semi", maintain_order="left"))
    mine = described(tables).join(some, on="query", how="semi", maintain_order="left")
    assert_frame_equal(described(fewer), mine, check_exact=True)


def test_stored_history_tables_give_the_same(log, world):
    tables = world(log)
    stored = world(log)
    for group in GROUPS:
        if group.from_history:
            setattr(stored, group.name, rows_of(group, tables))
    assert_frame_equal(described(stored), described(tables), check_exact=True)


@pytest.mark.parametrize("group", [g for g in GROUPS if g.counts], ids=lambda group: group.name)
def test_counts_of_some_sessions_add_up_to_those_of_all(group):
    history = random_world(3).tables["history"]
    keys = KEYS[group.scope]
    shards = [history.filter(pl.col("session") % 3 == shard).lazy() for shard in range(3)]
    added = pl.concat([group.counts(shard).collect() for shard in shards]).group_by(keys).sum()
    whole = group.counts(history.lazy()).collect()
    assert whole.height
    assert all(dtype.is_integer() for dtype in whole.drop(keys).dtypes)
    assert_frame_equal(added, whole, check_row_order=False, check_dtypes=False)
    made = [group.of_counts({"history": frame.lazy()}).collect() for frame in (added, whole)]
    assert_frame_equal(*made, check_row_order=False, check_exact=True)
    assert_frame_equal(made[0], group({"history": history.lazy()}).collect(), check_row_order=False, check_exact=True)


def test_some_group_counts_by_sessions():
    assert [g.name for g in GROUPS if g.counts] == ["item_returns"]
