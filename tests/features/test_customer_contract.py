"""What every group that models of customers read must do, described as they are: all customers at one origin."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from polars.testing import assert_frame_equal, assert_series_equal

from data.customer_schema import Paced
from data.items import late_names
from data.schema import Events, Items, Notes, Refunds
from features import CUSTOMER_GROUPS, GROUPS, VALUE_GROUPS
from features.join import describe_queries
from tests.oracle.customers import day
from tests.oracle.frames import START, random_events, table
from value.lifetime.pace import paced
from value.lifetime.population import bought_before, customer_queries
from value.lifetime.purchases import ordered_lines, purchases_of, returned_lines
from value.session.targets import Targets, closed_visits

HERE = Path(__file__).parent
OWN = tuple(group for group in CUSTOMER_GROUPS if group not in (*GROUPS, *VALUE_GROUPS))
ORIGIN = day(450)
PAUSE = timedelta(minutes=30)

each_group = pytest.mark.parametrize("group", CUSTOMER_GROUPS, ids=lambda group: group.name)
own_group = pytest.mark.parametrize("group", OWN, ids=lambda group: group.name)


@pytest.fixture
def log() -> pl.DataFrame:
    """A log of sixteen months: what happens within hours in `random_events` takes weeks."""
    later = START + (pl.col("ts") - START) * 160
    priced = random_events(5, sessions=60).with_columns(ts=later.cast(Events.create_empty().schema["ts"]))
    return priced.with_columns(price=pl.col("item") + pl.col("session") % 3 + 1.1, quantity=pl.col("session") % 4 + 1.0)


def refunds_of(log: pl.DataFrame, after: timedelta) -> pl.DataFrame:
    """Of every fifth order line a piece goes back."""
    orders = log.filter(pl.col("type") == "orders").sort("session", "ts", "item").gather_every(5)
    orders = orders.unique(["session", "item", "ts"], maintain_order=True)
    rows = orders.select("session", "item", order_ts="ts", ts=pl.col("ts") + after, pieces=1.0, amount="price")
    return Refunds.validate(rows.with_row_index("refund"), cast=True)


def world(log: pl.DataFrame, refunds: pl.DataFrame | None = None, factor: float = 1.0) -> SimpleNamespace:
    """All tables that a group may read at the origin, from a raw log; nothing is cut off but what is as of it."""
    sessions = log["session"].unique().sort()
    notes = table(Notes, *((s, None, "ab"[s % 2] if s % 3 else None) for s in sessions)).lazy()
    goods = table(Items, *((i, str(i), i % 3 if i else None, None, None, i * factor / 3) for i in range(12)))
    since = {f"{name}_since": pl.lit(None, log.schema["ts"]) for name in ("category", "brand", "text", "price")}
    late = late_names(goods.lazy().with_columns(**since))
    lines = ordered_lines(log.lazy(), goods.lazy(), late, PAUSE).sort("user", "ts", "session", "visit", "item")
    back = refunds_of(log, timedelta(days=9)) if refunds is None else refunds
    went_back = returned_lines(back.lazy(), lines)
    ordered, returned = (rows.filter(pl.col("ts") < ORIGIN).collect() for rows in (lines, went_back))
    closed = closed_visits(log.lazy(), goods.lazy(), notes, Targets())[0].collect()
    bought = purchases_of(ordered.lazy(), returned.lazy()).collect()
    known = closed.filter(pl.col("ts") < ORIGIN, pl.col("user").is_not_null())
    return SimpleNamespace(
        queries=customer_queries(bought_before(ordered, ORIGIN), ORIGIN, known),
        ordered=ordered,
        returned=returned,
        purchases=bought,
        paced=paced(bought, ORIGIN) if bought.height else Paced.create_empty(),
        closed=closed,
        items=goods,
    )


def described(world, groups=CUSTOMER_GROUPS):
    tables = {name: frame.lazy() for name, frame in vars(world).items()}
    return describe_queries(tables["queries"], tables, groups).collect()


def later_events(log: pl.DataFrame) -> pl.DataFrame:
    """From the origin on every user comes again and buys much, and sessions that had begun go on."""
    rows, number = [], log["session"].max()
    for user in log["user"].drop_nulls().unique().sort():
        number += 1
        rows += [(number, 2, ORIGIN + timedelta(minutes=i), "orders", user, 99.0, 9.0, None) for i in range(3)]
    for session, user in log.group_by("session").agg(pl.col("user").first()).sort("session").rows():
        rows.append((session, 11, ORIGIN + timedelta(seconds=1), "orders", user, 99.0, 7.0, None))
    return table(Events, *rows)


def test_names_are_unique():
    assert len({group.name for group in (*GROUPS, *VALUE_GROUPS, *OWN)}) == len({*GROUPS, *VALUE_GROUPS, *OWN})


@own_group
def test_its_test_file_exists(group):
    assert (HERE / "groups" / f"test_{group.name}.py").is_file()


@each_group
def test_every_customer_is_described_once_and_finitely(group, log):
    tables = world(log)
    rows = described(tables, [group])
    assert rows["query"].to_list() == tables.queries["query"].to_list()
    mine = rows.drop("query")
    assert mine.width
    assert all(name.startswith(f"{group.name}__") for name in mine.columns)
    assert set(mine.dtypes) == {pl.Float32}
    assert mine.select(pl.all().is_finite().all()).row(0) == (True,) * mine.width
    assert any(mine[name].drop_nulls().n_unique() > 1 for name in mine.columns)


@each_group
def test_row_order_does_not_matter(group, log):
    one, two = world(log), world(log)
    for number, (name, frame) in enumerate(vars(two).items()):
        setattr(two, name, frame.sample(fraction=1, shuffle=True, seed=number))
    rows = [described(tables, [group]).sort("query") for tables in (one, two)]
    assert_frame_equal(*rows, check_exact=True)


@each_group
def test_empty_in_gives_empty_out(group, log):
    full, empty = world(log), world(log)
    for name, frame in vars(full).items():
        setattr(empty, name, frame.clear())
    rows = described(empty, [group])
    assert rows.is_empty()
    assert rows.schema == described(full, [group]).schema


@each_group
def test_later_events_and_refunds_change_nothing(group, log):
    now = world(log)
    grown = pl.concat([log, later_events(log)]).sort("session", "ts", maintain_order=True)
    back = pl.concat([refunds_of(log, timedelta(days=9)), refunds_of(log, timedelta(days=480))])
    later = world(grown, back.with_columns(refund=pl.int_range(pl.len(), dtype=pl.UInt32)))
    assert later.closed["value"].sum() > 2 * now.closed["value"].sum()
    assert later.queries.equals(now.queries)
    assert_frame_equal(described(later, [group]), described(now, [group]), check_exact=True)


def test_who_is_asked_besides_does_not_matter(log):
    tables, fewer = world(log), world(log)
    fewer.queries = tables.queries.gather_every(3)
    mine = described(tables).join(fewer.queries, on="query", how="semi", maintain_order="left")
    assert_frame_equal(described(fewer), mine, check_exact=True)


MONEY = ("customer_spend__spend", "customer_spend__largest", "customer_trend__spend_45", "customer_returns__money")
UNITLESS = (
    "customer_spend__spread",
    "customer_goods__item_focus",
    "customer_season__share_90",
    "customer_place__spend",
)


def test_money_in_another_unit_scales_money_alone(log):
    one, dear = described(world(log)), described(world(log.with_columns(pl.col("price") * 4), factor=4.0))
    for names, factor in ((MONEY, 4), (UNITLESS, 1)):
        for name in names:
            assert (one[name].drop_nulls() > 0).any()
            assert_series_equal(dear[name], one[name] * factor, rel_tol=1e-4, abs_tol=1e-3)
