"""What every group that value models read must do, described through the join that pools items over the prefix."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from polars.testing import assert_frame_equal, assert_series_equal

from data.boundaries import Folds
from data.folds import cut_sessions, fold_events, prefixes_of
from data.schema import Events, Items, Notes
from features import GROUPS, VALUE_GROUPS
from features.group import KEYS, OF_QUERIES
from features.session_rows import describe_sessions
from tests.oracle.frames import at, random_events, shuffled, table
from value.session.targets import Targets, closed_visits

HERE = Path(__file__).parent
OWN = tuple(group for group in VALUE_GROUPS if group not in GROUPS)
ASKED_FROM, END = at(2 * 24 * 60), at(9 * 24 * 60)
ITEMS = 12

each_group = pytest.mark.parametrize("group", VALUE_GROUPS, ids=lambda group: group.name)
own_group = pytest.mark.parametrize("group", OWN, ids=lambda group: group.name)


@pytest.fixture
def log() -> pl.DataFrame:
    price = pl.when(pl.col("item") % 2 == 0).then(pl.col("item") + pl.col("session") % 3 + 1.1)
    return random_events(5).with_columns(price=price, quantity=pl.col("session") % 4 + 1.0)


def segments(sessions: pl.Series) -> pl.DataFrame:
    """A segment at two sessions of three, by the session's number."""
    return table(Notes, *((s, None, "ab"[s % 2] if s % 3 else None) for s in sessions))


def world(log: pl.DataFrame) -> SimpleNamespace:
    """All tables that a group may read, from a raw log; every session is asked after two events."""
    sessions = log["session"].unique().sort()
    hashes = pl.DataFrame({"session": sessions, "hash": sessions.cast(pl.UInt64)}).lazy()
    notes = segments(sessions)
    inside = fold_events(log.lazy(), ASKED_FROM, END).collect().lazy()
    cuts = cut_sessions(inside, hashes, Folds(first_n=2), "first_n").collect()
    known = ((i, str(i), i % 3 if i else None, "ab"[i % 2], None, i / 3) for i in range(ITEMS))
    items = table(Items, *known)
    closed, touched = closed_visits(log.lazy(), items.lazy(), notes.lazy(), Targets())
    queries = cuts.with_columns(query="session").join(notes.select("session", "segment"), on="session", how="left")
    return SimpleNamespace(
        history=log,
        items=items,
        closed=closed.collect(),
        touched=touched.collect(),
        queries=queries,
        prefixes=prefixes_of(inside, queries.lazy()).collect(),
    )


def described(world, groups=VALUE_GROUPS):
    tables = {name: frame.lazy() for name, frame in vars(world).items()}
    return describe_sessions(tables["queries"], tables, groups).collect()


def alone(group):
    """A group with what it reads: a group of rows reads those of items."""
    return [g for g in VALUE_GROUPS if g.name == "item_worth"] + [group] if group.scope == "row" else [group]


def later_events(log, moment):
    """Events from a moment on: all sessions that had begun go on then, and all users come again, and buy much."""
    rows, number = [], log["session"].max()
    begun = log.group_by("session").agg(pl.col("ts").min(), pl.col("ts").max().alias("end"), pl.col("user").first())
    for session, _, end, user in begun.filter(pl.col("ts") < moment).sort("session").rows():
        after = max(moment, end + timedelta(seconds=1))
        rows += [(session, item, after, "orders", user, 99.0, 7.0, None) for item in (0, 2, 11)]
    for user in [*log["user"].unique().sort(), None]:
        number += 1
        rows += [(number, 2, moment + timedelta(minutes=i), "orders", user, 99.0, 9.0, None) for i in range(3)]
    return table(Events, *rows)


def test_names_are_unique_and_shared_groups_are_the_same():
    assert len({group.name for group in VALUE_GROUPS}) == len(VALUE_GROUPS)
    assert len({group.name for group in (*GROUPS, *OWN)}) == len(GROUPS) + len(OWN)


@own_group
def test_its_test_file_exists(group):
    assert (HERE / "groups" / f"test_{group.name}.py").is_file()


@own_group
def test_keys_are_unique_and_features_are_named_and_finite(group, log):
    if group.scope == "row":
        return  # its rows are those of the groups before it, as in the join below
    keys = [*KEYS[group.scope], *(["ts"] if group.as_of else [])]
    rows = group({name: frame.lazy() for name, frame in vars(world(log)).items()}).collect()
    assert rows.height
    assert rows.columns[: len(keys)] == keys
    assert not rows.select(keys).is_duplicated().any()
    features = rows.drop(keys)
    assert all(name.startswith(f"{group.name}__") for name in features.columns)
    assert set(features.dtypes) == {pl.Float32}
    assert features.select(pl.all().is_finite().all()).row(0) == (True,) * features.width


@each_group
def test_every_query_is_described_once_and_finitely(group, log):
    tables = world(log)
    rows = described(tables, alone(group))
    assert rows["query"].to_list() == tables.queries["query"].to_list()
    mine = rows.select(pl.col(rf"^{group.name}__.*$"))
    assert mine.width
    assert set(mine.dtypes) == {pl.Float32}
    assert mine.select(pl.all().is_finite().all()).row(0) == (True,) * mine.width
    assert any(mine[name].drop_nulls().n_unique() > 1 for name in mine.columns)


@each_group
def test_row_order_does_not_matter(group, log):
    one, two = world(log), world(shuffled(log, "session"))
    for number, (name, frame) in enumerate(vars(two).items()):
        setattr(two, name, frame.sample(fraction=1, shuffle=True, seed=number))
    rows = [described(tables, alone(group)).sort("query") for tables in (one, two)]
    assert_frame_equal(*rows, check_exact=True)


@each_group
def test_empty_in_gives_empty_out(group, log):
    full, empty = world(log), world(log)
    for name, frame in vars(full).items():
        setattr(empty, name, frame.clear())
    rows = described(empty, alone(group))
    assert rows.is_empty()
    assert rows.schema == described(full, alone(group)).schema


@each_group
def test_later_events_change_nothing(group, log):
    now = world(log)
    moment = now.queries["cut_ts"].sort()[-3]
    asked = now.queries.filter((pl.col("cut_ts") <= moment) & (pl.col("events") == 2))
    assert asked.height > 5
    later = world(pl.concat([log, later_events(log, moment)]).sort("session", "ts", maintain_order=True))
    assert later.closed["value"].sum() > now.closed["value"].sum()
    mine, same = (described(w, alone(group)).join(asked, on="query", how="semi") for w in (later, now))
    assert_frame_equal(mine, same, check_exact=True)


def test_other_queries_of_the_batch_do_not_matter(log):
    tables, fewer = world(log), world(log)
    some = tables.queries.gather_every(3)
    for name in ("queries", "prefixes"):
        setattr(fewer, name, getattr(tables, name).join(some, on="query", how="semi", maintain_order="left"))
    mine = described(tables).join(some, on="query", how="semi", maintain_order="left")
    assert_frame_equal(described(fewer), mine, check_exact=True)


def test_stored_tables_give_the_same(log):
    tables, stored = world(log), world(log)
    frames = {name: frame.lazy() for name, frame in vars(tables).items()}
    for group in VALUE_GROUPS:
        if group.from_history:
            setattr(stored, group.name, group(frames).collect())
    assert_frame_equal(described(stored), described(tables), check_exact=True)


def test_items_groups_are_pooled(log):
    columns = described(world(log)).columns
    of_items = [g.name for g in VALUE_GROUPS if g.scope not in OF_QUERIES]
    pooled = [c for c in columns if c.split("__")[0] in of_items]
    assert pooled
    assert all(c.endswith(("_mean", "_max")) for c in pooled)


MONEY = (
    *("value_so_far__spent", "value_so_far__carted", "value_so_far__max_line", "value_so_far__median_price"),
    *("user_worth__spend", "user_worth__last_value", "user_worth__recent_value"),
    *("segment_worth__mean_value", "item_worth__mean_value_mean", "item_worth__price_max", "category_worth__line_mean"),
)
UNITLESS = (
    *("session_shape__events", "value_so_far__max_share", "catalogue_order__left"),
    *("user_worth__sessions", "user_worth__gap_days", "item_worth__pieces_mean", "line_worth__price_lift_mean"),
)


def test_money_in_another_unit_scales_money_alone(log):
    dear = log.with_columns(pl.col("price") * 4)
    one, four = described(world(log)), world(dear)
    four.items = four.items.with_columns(pl.col("price") * 4)
    closed, touched = closed_visits(dear.lazy(), four.items.lazy(), segments(log["session"].unique()).lazy(), Targets())
    four.closed, four.touched = closed.collect(), touched.collect()
    scaled = described(four)
    for names, factor in ((MONEY, 4), (UNITLESS, 1)):
        for name in names:
            assert (one[name].drop_nulls() > 0).any()
            assert_series_equal(scaled[name], one[name] * factor, rel_tol=1e-4, abs_tol=1e-4)
