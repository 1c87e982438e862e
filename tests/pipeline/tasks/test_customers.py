import re
from datetime import timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from features import CUSTOMER_GROUPS
from pipeline.tasks import ordered
from pipeline.tasks.customers import CustomerRows, CustomersAt, drawn
from pipeline.tasks.ordered import OrderedLog, read_purchases
from pipeline.tasks.value_rows import ClosedSessions, ValuePast
from tests.oracle.customers import DAY, day
from value.lifetime.customers import customer_features, lifetime_rows
from value.lifetime.origins import Asked
from value.session.cuts import Span
from value.session.targets import Targets

PAUSE = timedelta(minutes=30)
EVENTS = (
    # session, item, day, type, user, price, quantity
    (1, "a", 1, "orders", "ann", 2.0, 3.0),
    (1, "b", 1, "clicks", "ann", None, None),
    (2, "a", 20, "orders", "bob", 5.0, 1.0),
    (3, "b", 41, "orders", "ann", 7.0, 1.0),
    (4, "b", 45, "orders", None, 7.0, 9.0),
    (5, "c", 65, "orders", "bob", 4.0, 1.0),
    (6, "c", 70, "orders", "cid", 4.0, 1.0),
    (7, "c", 75, "orders", "ann", 4.0, 2.0),
    (7, "c", 78, "back", "ann", None, 1.0),
)


def log_of(build, rows=EVENTS, shards=1, name="log"):
    names = ("session", "item", "day", "type", "user", "price", "quantity")
    made = [dict(zip(names, row, strict=True)) for row in rows]
    raw = build.raw(
        f"{name}-raw",
        *((r["session"], r["item"], r["day"] * DAY, r["type"], r["user"]) for r in made),
        **{c: pl.Series([r[c] for r in made], dtype=pl.Float64) for c in ("price", "quantity")},
    )
    events = {"orders": "orders", "clicks": "clicks", "back": "refund"}
    return build.log(name, raw, shards=shards, events=events)


def rows_of(build, log, asked, *, horizons=(20, 30), of="value", shards=1, end=90, most=99, name="it"):
    """Everything up to the rows of a scored origin."""
    ordered = build(f"{name}/ordered", OrderedLog(log, PAUSE, shards))
    span = Span(day(0), asked.at, day(end))
    closed = build(f"{name}/closed", ClosedSessions(log, span, Targets(), shards))
    groups = [group for group in CUSTOMER_GROUPS if group.from_history]
    past = {g.name: build(f"{name}/past/{g.name}", ValuePast(g, log, closed, span)) for g in groups}
    at = [
        build(f"{name}/at{n}", CustomersAt(log, ordered, closed, past, origin, None, CUSTOMER_GROUPS, horizons, of))
        for n, origin in enumerate((asked.at, *asked.teaching))
    ]
    task = CustomerRows(asked, tuple(at), ordered, horizons, of, day(end), True, most)
    return pl.read_parquet(build(f"{name}/rows", task).path / "rows.parquet"), ordered


ASKED = Asked(day(60), (day(40), day(30)))


def test_rows_of_a_scored_origin_and_of_those_that_teach_it(build):
    rows, _ = rows_of(build, log_of(build), ASKED)
    told = rows.select("scored", "customer", "target__d20", "target__d30", "customer_spend__spend").rows()
    assert told == [
        (True, "ann", 4.0, 4.0, 13.0),  # 8 at day 75, less a piece of it at day 78
        (True, "bob", 4.0, 4.0, 5.0),
        (False, "ann", 7.0, None, 6.0),
        (False, "bob", 0.0, None, 5.0),
        (False, "ann", 7.0, 7.0, 6.0),
        (False, "bob", 0.0, 0.0, 5.0),
    ]
    assert rows["origin"].unique(maintain_order=True).to_list() == [day(60), day(40), day(30)]
    assert rows["known__d20__past_average"].head(2).to_list() == pytest.approx([13 * 20 / 59, 5 * 20 / 40])
    assert set(rows["level__d20"]) == {1.0}
    learnt = lifetime_rows(rows.filter(~pl.col("scored")), (20, 30))
    assert learnt.matured("d30").tolist() == [False, False, True, True]
    assert all(dtype == pl.Float32 for dtype in learnt.features.dtypes)


def test_a_horizon_that_none_has_seen_the_end_of_is_told_by_the_day(build):
    asked = Asked(day(60), (day(40), day(30), day(55)))
    rows, _ = rows_of(build, log_of(build), asked, horizons=(10, 60))
    assert rows.filter(customer="ann")["target__d60"].to_list() == [None, 7 * 60 / 20, 7 * 60 / 30, None]
    lifetime_rows(rows.filter(~pl.col("scored")), (10, 60))


def test_gross_money_does_not_heed_what_goes_back(build):
    rows, _ = rows_of(build, log_of(build), ASKED, of="gross")
    assert rows["target__d20"].head(2).to_list() == [8, 4]


def test_lines_without_a_customer_are_counted(build):
    log = log_of(build)
    build("ordered", OrderedLog(log, PAUSE, 1))
    assert build.about["ordered"] == {"lines": 6, "without customer": 1, "customers": 3, "returned": 1}


def test_shards_do_not_matter(build):
    one, three = (
        rows_of(build, log_of(build, shards=n, name=f"log{n}"), ASKED, shards=n, name=f"s{n}") for n in (1, 3)
    )
    assert_frame_equal(one[0], three[0], check_exact=True)
    for name in ("ordered", "returned"):
        made = [pl.read_parquet(ordered.path / f"{name}.parquet").drop("session") for _, ordered in (one, three)]
        assert_frame_equal(*made, check_exact=True)


HOSTILE = tuple(
    (100 + n, "d", when, "orders", user, 500.0, 9.0)
    for n, (when, user) in enumerate((d, u) for d in (60, 61, 89) for u in ("ann", "bob", "aaa", "zed", None))
)


def test_the_future_changes_no_feature_and_nothing_that_teaches(build):
    log = log_of(build)
    late = (1, "a", 62, "back", "ann", None, 2.0)
    grown = log_of(build, (*EVENTS, *HOSTILE, (1, "d", 60, "orders", "ann", 99.0, 9.0), late), name="grown")
    now, later = (rows_of(build, one, ASKED, name=f"of-{n}")[0] for n, one in enumerate((log, grown)))
    assert later["target__d20"].sum() > 1000
    ours = [name for name in now.columns if name not in ("user", "target__d20", "target__d30")]
    assert_frame_equal(now.select(ours), later.select(ours), check_exact=True)
    teaching = ["target__d20", "target__d30"]
    assert_frame_equal(now.filter(~pl.col("scored")).select(teaching), later.filter(~pl.col("scored")).select(teaching))


def test_a_refund_after_the_scored_origin_does_not_teach(build):
    late = (3, "b", 61, "back", "ann", None, 1.0)
    rows, _ = rows_of(build, log_of(build, (*EVENTS, late)), ASKED)
    assert rows.filter(customer="ann")["target__d20"].to_list() == [4, 7, 7]
    known = (3, "b", 59, "back", "ann", None, 1.0)
    rows, _ = rows_of(build, log_of(build, (*EVENTS, known), name="known"), ASKED, name="known-rows")
    assert rows.filter(customer="ann")["target__d20"].to_list() == [4, 0, 0]


def test_purchases_as_of_a_moment(build):
    ordered = build("ordered", OrderedLog(log_of(build), PAUSE, 1))
    assert read_purchases(ordered, day(78))["value"].to_list() == [6, 7, 8, 5, 4, 4]
    assert read_purchases(ordered, day(79))["value"].to_list() == [6, 7, 4, 5, 4, 4]
    assert read_purchases(ordered, day(20))["value"].to_list() == [6]


def test_what_is_drawn_follows_the_customer_and_the_origin(build):
    rows, _ = rows_of(build, log_of(build), ASKED)
    teaching = rows.filter(~pl.col("scored"))
    some = drawn(teaching, 2)
    assert some.columns == teaching.columns
    mixed = drawn(teaching.sample(fraction=1, shuffle=True, seed=2), 2)
    assert_frame_equal(some, mixed, check_row_order=False)
    assert drawn(teaching, 4).equals(teaching)
    fewer, _ = rows_of(build, log_of(build, name="log2"), ASKED, most=2, name="fewer")
    assert fewer.height == 4


def test_customers_of_a_window_alone(build):
    log = log_of(build)
    ordered = build("ordered", OrderedLog(log, PAUSE, 1))
    closed = build("closed", ClosedSessions(log, Span(day(0), day(60), day(90)), Targets(), 1))
    groups = tuple(group for group in CUSTOMER_GROUPS if not group.from_history)

    def at(name, origin, within):
        task = CustomersAt(log, ordered, closed, {}, origin, within, groups, (30,), "value")
        return pl.read_parquet(build(name, task).path / "rows.parquet")["customer"].to_list()

    assert at("a", day(60), timedelta(days=30)) == ["ann"]
    assert at("b", day(60), timedelta(days=40)) == ["ann", "bob"]
    with pytest.raises(AisleError, match=r"no customer has bought in the 5d before 2024-03-01 00:00 UTC; .*within"):
        at("c", day(60), timedelta(days=5))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"type": "clicks"}, "nobody buys: the log has no order"),
        ({"user": None}, "none of 7 order lines has a customer; name .*columns.user"),
        ({"price": 0.0}, "6 order lines come to 0 in all: name the log's column of prices"),
        ({"price": 1e10}, r"6 order lines come to 9e\+10 in all, and 5e\+10 is the most; .*max_price"),
    ],
)
def test_a_log_that_tells_nothing_of_customers(build, monkeypatch, change, told):
    monkeypatch.setattr(ordered, "MOST", 5e10)
    names = ("session", "item", "day", "type", "user", "price", "quantity")
    rows = (dict(zip(names, row, strict=True)) | change for row in EVENTS if row[3] == "orders")
    log = log_of(build, [tuple(row.values()) for row in rows])
    with pytest.raises(AisleError, match=told) as raised:
        OrderedLog(log, PAUSE, 1)(build.folder)
    assert not re.search("\n", str(raised.value))


def test_every_group_is_among_the_features(build):
    rows, _ = rows_of(build, log_of(build), ASKED)
    assert {name.split("__")[0] for name in customer_features(rows)} == {group.name for group in CUSTOMER_GROUPS}
