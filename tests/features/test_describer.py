"""What is opened once says what the joins say, of a batch and of one session alone."""

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.schema import CandidateKeys, check_wide
from features import GROUPS
from features.describer import Describer
from features.group import feature_group
from tests.features.worlds import bits, one_alone, random_world

SEEDS = st.integers(0, 10**6)
each_group = pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.name)


def frame_of(world, groups):
    return Describer.open(groups, world.lazy)(world.visible, world.candidates).frame(world.visible.query)


def assert_same(found, expected):
    assert_frame_equal(found, expected, check_exact=True)
    names = [name for name, dtype in expected.schema.items() if dtype == pl.Float32]
    for name in names:
        assert (bits(found[name].to_numpy()) == bits(expected[name].to_numpy())).all(), name


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS)
def test_says_what_the_joins_say(seed):
    world = random_world(seed)
    found = frame_of(world, GROUPS)
    assert_same(found, world.described(GROUPS))
    check_wide(found, CandidateKeys)


@each_group
def test_each_group_alone_says_what_its_function_says(group):
    for seed in range(8):
        world = random_world(seed)
        assert_same(frame_of(world, [group]), world.described([group]))


def test_the_worlds_of_these_tests_tell_every_feature():
    rows = pl.concat([random_world(seed).described(GROUPS) for seed in range(8)], how="diagonal").drop("query", "item")
    values = {name: column.drop_nulls().n_unique() for name, column in rows.to_dict().items()}
    assert {name for name, distinct in values.items() if distinct < 2} == set()


@pytest.mark.parametrize("group", [g for g in GROUPS if g.kernel], ids=lambda group: group.name)
def test_a_group_needs_no_kernel(group):
    groups = [replace(g, kernel=None) if g is group else g for g in GROUPS]
    for seed in range(3):
        world = random_world(seed)
        assert_same(frame_of(world, groups), world.described(GROUPS))


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_one_session_alone_is_described_as_in_the_batch(seed):
    world = random_world(seed)
    describer = Describer.open(GROUPS, world.lazy)
    batch = describer(world.visible, world.candidates)
    for number in range(len(world.visible.query)):
        mine, rows = one_alone(world, number)
        found = describer(mine.visible, mine.candidates)
        assert found.columns == batch.columns
        assert (bits(found.values) == bits(batch.values[:, rows])).all()


@pytest.mark.parametrize("seed", [0, 2, 6])
def test_long_sessions_too(seed):
    world = random_world(seed, queries=4, lengths=(100, 300))
    assert_same(frame_of(world, GROUPS), world.described(GROUPS))


def test_rows_computed_before_stand_under_the_groups_name():
    world = random_world(1)
    stored = {g.name: g(world.lazy) for g in GROUPS if g.from_history}
    later = world.lazy | stored | {"history": pl.LazyFrame(), "asked": pl.LazyFrame()}
    found = Describer.open(GROUPS, later)(world.visible, world.candidates).frame(world.visible.query)
    assert_same(found, world.described(GROUPS))


def test_rows_in_any_order_are_opened_alike():
    world = random_world(1)
    stored = {
        g.name: g(world.lazy).collect().sample(fraction=1, shuffle=True, seed=4) for g in GROUPS if g.from_history
    }
    for name in ("items", "neighbours", "vectors"):
        stored[name] = world.tables[name].sample(fraction=1, shuffle=True, seed=5)
    later = world.lazy | {name: rows.lazy() for name, rows in stored.items()}
    found = Describer.open(GROUPS, later)(world.visible, world.candidates).frame(world.visible.query)
    assert_same(found, world.described(GROUPS))


def test_unknown_codes_are_nobodys():
    """Items, users and categories beyond every table are described as those that the tables lack."""
    world, far = random_world(2), 3_000_000_000
    strangers = pl.col("item", "user", "category") + far
    asked = {name: world.tables[name].with_columns(pl.col("user") + far) for name in ("queries",)}
    asked["prefixes"] = world.tables["prefixes"].with_columns(strangers)
    asked["candidates"] = world.tables["candidates"].with_columns(pl.col("item") + far)
    stranger = replace(world, tables=world.tables | asked)
    groups = [group for group in GROUPS if not group.transductive]
    found = frame_of(stranger, groups)
    assert_same(found, stranger.described(groups))
    assert found["item_popularity__clicks_a_day"].null_count() == found.height > 0
    assert found["user_past__events"].null_count() == found.height


@pytest.mark.parametrize("table", ["candidates", "prefixes", "queries"])
def test_without_rows(table):
    world = random_world(4)
    empty = {"candidates": ["candidates"], "prefixes": ["prefixes"], "queries": ["candidates", "prefixes", "queries"]}
    nothing = replace(world, tables=world.tables | {name: world.tables[name].clear() for name in empty[table]})
    described = Describer.open(GROUPS, world.lazy)(nothing.visible, nothing.candidates)
    assert_same(described.frame(nothing.visible.query), nothing.described(GROUPS))


def test_values_stand_in_the_columns_order():
    world = random_world(5)
    described = Describer.open(GROUPS, world.lazy)(world.visible, world.candidates)
    assert described.columns == tuple(world.described(GROUPS).columns[2:])
    assert described.values.shape == (len(described.columns), len(world.candidates.item))
    frame = described.frame(world.visible.query)
    for name, values in zip(described.columns, described.values, strict=True):
        assert (bits(frame[name].cast(pl.Float32).to_numpy()) == bits(values)).all()


def test_a_row_group_reads_the_groups_before_it_and_those_of_queries():
    world, seen = random_world(6), []

    def counted(described: pl.LazyFrame) -> pl.LazyFrame:
        names = described.collect_schema().names()
        seen.append({name.split("__")[0] for name in names if "__" in name})
        return described.with_columns(columns=pl.lit(len(names)))

    by_name = {group.name: group for group in GROUPS}
    groups = [
        by_name["item_age"],
        feature_group(scope="row")(counted),
        by_name["item_trend"],
        by_name["session_shape"],
        by_name["within_query"],
    ]
    found = frame_of(world, groups)
    assert seen[-1] == {"near", "far", "wide", "fused", "item_age", "session_shape"}
    rows = world.described(groups)
    assert_same(found.drop("counted__columns"), rows.drop("counted__columns"))


def test_segments_are_for_value_models():
    def worth(history: pl.LazyFrame) -> pl.LazyFrame:
        return history

    group = feature_group(scope="segment")(worth)
    with pytest.raises(ValueError, match=r"`groups` has \['worth'\], which describe segments"):
        Describer.open([group], random_world(0).lazy)


def test_a_later_row_of_the_same_user_counts_from_then_on():
    """As of each start: a describer that is asked at two moments answers with two rows."""

    def past(history: pl.LazyFrame) -> pl.LazyFrame:
        return history.select("user", "ts", n=pl.col("item"))

    world = random_world(7)
    start = world.tables["queries"]["start_ts"].min()
    history = world.tables["history"].clear().select("user", "ts", "item")
    rows = [(1, start - timedelta(days=2), 4), (1, start, 5)]
    history = pl.DataFrame(rows, schema=history.schema, orient="row")
    queries = (
        world.tables["queries"]
        .head(2)
        .with_columns(user=pl.lit(1, pl.UInt32), start_ts=pl.Series([start, start + timedelta(days=1)]))
    )
    asked = replace(world, tables=world.tables | {"history": history, "queries": queries})
    asked.tables["candidates"] = (
        asked.tables["candidates"]
        .clear()
        .vstack(
            world.tables["candidates"].head(2).with_columns(query=queries["query"], fused__rank=pl.lit(1, pl.UInt16))
        )
    )
    asked.tables["prefixes"] = asked.tables["prefixes"].clear()
    found = frame_of(asked, [feature_group(scope="user", as_of=True)(past)])
    assert found["past__n"].to_list() == [4.0, 5.0]
    assert found["past__days_since"].to_list() == [2.0, 1.0]
