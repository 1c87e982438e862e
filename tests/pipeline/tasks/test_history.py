"""What is counted once a fold: a group's rows and the popular items, and nothing of the fold itself."""

import polars as pl
import pytest

from data.boundaries import Folds
from data.popularity import TOP
from data.sampling import Sampling
from features import GROUPS
from features.groups.item_age import item_age
from features.groups.item_price import item_price
from features.groups.item_returns import item_returns
from features.groups.item_scored_period import item_scored_period
from features.groups.session_shape import session_shape
from features.groups.user_item import user_item
from pipeline.tasks.fold import FoldTables
from pipeline.tasks.history import ROWS, HistoryTable, PopularItems, history_groups
from pipeline.tasks.past import Past
from pipeline.tasks.window import Window
from tests.oracle.frames import at

DAY = 24 * 60
EVENTS = (
    ("a", 20, 0, "clicks", "u"),
    ("a", 10, DAY, "carts", "u"),
    ("b", 20, 2 * DAY, "clicks", "v"),
    ("c", 30, 2 * DAY, "orders", "u"),
    ("d", 30, 3 * DAY, "clicks", "u"),  # the fold
    ("d", 30, 3 * DAY + 1, "clicks", "u"),
)


@pytest.fixture
def past(build):
    log = build.log("log", build.raw("raw", *EVENTS, price=pl.Series([4.0, 1.0, 4.0, None, 9.0, None])), shards=2)
    return Past(log, at(3 * DAY), Sampling(), 2)


def rows_of(build, name, group, past, fold=None):
    made = build(name, HistoryTable(group, past, fold))
    found = pl.read_parquet(made.path / ROWS)
    assert build.about[name] == {"rows": found.height}
    return found


def test_rows_of_a_group_stand_by_key(build, past):
    found = rows_of(build, "age", item_age, past)
    days = found.select("item", "item_age__age_days", "item_age__quiet_days", "item_age__ordered_days_ago")
    ends = 2 * DAY  # ages are counted to the history's last event
    ages = [
        (item, *((ends - minute) / DAY if minute is not None else None for minute in (first, last, ordered)))
        for item, first, last, ordered in [(0, DAY, DAY, None), (1, 0, 2 * DAY, None), (2, 2 * DAY, 2 * DAY, 2 * DAY)]
    ]
    assert days.rows() == [tuple(pytest.approx(v) if v is not None else None for v in row) for row in ages]


def test_rows_of_two_keys_are_sorted_by_both(build, past):
    found = rows_of(build, "user_item", user_item, past)
    keys = found.select("user", "item").rows()
    assert set(keys) == {(0, 0), (0, 1), (0, 2), (1, 1)}
    assert keys == sorted(keys)


def test_what_a_group_reads_of_the_fold_is_given(build, past):
    fold = build(
        "fold",
        FoldTables(past.log, past.log, Window("test", at(3 * DAY), at(3 * DAY), None, None), Folds(), Sampling(), 2),
    )
    asked = rows_of(build, "asked", item_scored_period, past, fold)
    assert asked["item"].to_list() == sorted(asked["item"].to_list())
    assert 2 in asked["item"].to_list()
    priced = rows_of(build, "price", item_price, past, fold)
    assert priced["item"].null_count() == 0


def test_popular_items_by_hand(build, past):
    made = build("popular", PopularItems(past))
    found = pl.read_parquet(made.path / "popular.parquet")
    assert found.rows() == [(1, 0), (0, 1), (2, 2)]  # 20 twice, then ties by item
    assert build.about["popular"] == {"items": 3}


def test_popular_items_are_as_many_as_fill_a_list(build):
    log = build.log("log", build.raw("raw", *(("a", n, 0, "clicks") for n in range(50))))
    build("popular", PopularItems(Past(log, at(1), Sampling(), 1)))
    assert build.about["popular"] == {"items": 2 * TOP + 1}


def test_groups_that_are_computed_once():
    once = history_groups(GROUPS)
    assert item_age in once
    assert session_shape not in once
    for group in once:
        assert not {"prefixes", "queries", "candidates", "neighbours"} & set(group.reads), group.name


def test_what_is_counted_by_sessions_is_the_same_shard_by_shard(build, past):
    found = rows_of(build, "returns", item_returns, past)
    whole = item_returns({"history": past.whole.events}).collect().sort("item")
    assert len(past.events()) == 2
    assert found.equals(whole)
    assert found["item"].to_list() == [0, 1, 2]  # codes of 10, 20 and 30
    assert found["item_returns__last_share"].to_list() == [1.0, 0.5, 1.0]
