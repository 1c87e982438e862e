"""Events given to a recommender: read as a log is, in whatever order and form they come."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.formats import Columns, LogFormat
from data.sessions import Sessions
from serving import reading
from serving.contents import LogReading
from serving.keys import KeyTable
from serving.reading import EventReader
from tests.oracle.frames import at

FORMAT = LogFormat(columns=Columns(**{name: name for name in Columns.__dataclass_fields__}))
HOW = LogReading(FORMAT, Sessions(), False, Path("keys"), Path("items.parquet"))
COLUMNS = ("session", "item", "ts", "type", "user")


def keys(*known):
    return KeyTable(pl.Series(known).sort(), np.argsort(np.argsort(known)) if known else np.empty(0, np.int64))


NUMBERS = {"item": keys(10, 20, 30), "user": keys(7, 8), "category": keys("hats", "shoes")}
TEXTS = {"item": keys("i1", "i2", "i3"), "user": keys("u7", "u8"), "category": keys("hats", "shoes")}


def reader(known=NUMBERS, **how):
    return EventReader(replace(HOW, **how), known)


def rows_of(rows):
    """Events of (session, item, minute[, type[, user]])."""
    made = [dict(zip(COLUMNS, (*row, *("clicks", None)[len(row) - 3 :]), strict=True)) for row in rows]
    frame = pl.DataFrame([row | {"ts": at(row["ts"])} for row in made], infer_schema_length=None)
    return frame.drop("user") if frame["user"].dtype == pl.Null else frame


@pytest.fixture(autouse=True, params=["quick", "by the rules for all logs"])
def way(request, monkeypatch):
    """Clean rows are read without expressions, unless there are none few enough."""
    if request.param != "quick":
        monkeypatch.setattr(reading, "FEW", -1)


def minutes(visible):
    return [(ms - int(at(0).timestamp()) * 1000) // 60_000 for ms in visible.ts_ms.tolist()]


def test_sessions_stand_in_the_order_of_their_first_rows_and_events_by_time():
    shown = reader()(rows_of([(5, 10, 9), (2, 20, 1), (5, 30, 3, "carts"), (2, 10, 0), (5, 20, 3, "orders")]))
    assert shown.sessions == ["5", "2"]
    assert shown.events.tolist() == [3, 2]
    assert shown.visible.query.tolist() == [0, 1]
    assert shown.visible.starts.tolist() == [0, 3, 5]
    assert shown.visible.item.tolist() == [2, 1, 0, 0, 1]  # equal times in the frame's order
    assert shown.visible.type.tolist() == [1, 2, 0, 0, 0]
    assert minutes(shown.visible) == [3, 3, 9, 0, 1]
    start, cut = shown.visible.start_ms.tolist(), shown.visible.cut_ms.tolist()
    assert start == [shown.visible.ts_ms[0], shown.visible.ts_ms[3]]
    assert cut == [shown.visible.ts_ms[2], shown.visible.ts_ms[4]]


def test_what_is_not_said_is_null():
    visible = reader()(rows_of([(1, 10, 0)]).select("session", "item", "ts")).visible
    assert visible.user.tolist() == visible.category.tolist() == [-1]
    assert visible.type.tolist() == [0]  # a log without event names is one of clicks
    assert np.isnan(visible.price).all()
    assert np.isnan(visible.quantity).all()


def test_users_and_categories_are_coded_and_unknown_ones_are_none():
    rows = rows_of([(1, 10, 0, "clicks", 8), (2, 10, 1, "clicks", 9), (3, 10, 2)])
    visible = reader()(rows.with_columns(category=pl.Series(["shoes", "boats", None]))).visible
    assert visible.user.tolist() == [1, -1, -1]
    assert visible.category.tolist() == [1, -1, -1]


def test_a_sessions_user_is_its_first_events():
    rows = rows_of([(1, 10, 5, "clicks", 8), (1, 20, 0, "clicks", 7)])
    assert reader()(rows).visible.user.tolist() == [0]


def test_unknown_items_get_codes_behind_in_the_order_of_their_keys():
    shown = reader()(rows_of([(1, 99, 0), (1, 30, 1), (2, 5, 2), (1, 99, 3)]))
    assert (shown.known_items, shown.new_items) == (3, ["5", "99"])
    assert shown.visible.item.tolist() == [4, 2, 4, 3]
    texts = reader(TEXTS)(rows_of([("a", "z", 0), ("a", "i2", 1), ("b", "b", 2)]))
    assert (texts.new_items, texts.visible.item.tolist()) == (["b", "z"], [4, 1, 3])


def test_ignored_events_are_left_out_and_may_leave_nothing():
    told = reader(format=replace(FORMAT, events={"wish": "ignore", "buy": "orders"}))
    shown = told(rows_of([(1, 10, 0, "wish"), (2, 20, 1, "buy"), (1, 30, 2, "clicks")]))
    assert shown.sessions == ["2", "1"]
    assert shown.visible.item.tolist() == [1, 2]
    for rows in (rows_of([(1, 10, 0, "wish")]), rows_of([(1, 10, 0)]).clear()):
        with pytest.raises(AisleError, match="`events` holds no event of a kind that Aisle knows"):
            told(rows)


def test_repeated_events_are_dropped_where_the_log_drops_them():
    rows = rows_of([(1, 10, 0, "clicks"), (1, 20, 0, "clicks"), (1, 10, 0, "clicks"), (1, 10, 0, "carts")])
    rows = rows.with_columns(price=pl.Series([1.0, 2.0, 3.0, 4.0]))
    assert reader()(rows).visible.price.tolist() == [1, 2, 3, 4]
    assert reader(drop_duplicates=True)(rows).visible.price.tolist() == [1, 2, 4]
    assert reader(drop_duplicates=True)(rows.with_columns(segment=pl.lit("x"))).visible.price.tolist() == [1, 2, 4]


class TestVisitors:
    ROWS = rows_of(
        [(0, 10, 0, "clicks", 7), (0, 20, 31, "clicks", 8), (0, 30, 61, "carts", 7), (0, 10, 31, "orders", 7)]
    )

    def test_a_pause_ends_a_visit_and_the_latest_is_asked_about(self):
        shown = reader(sessions=Sessions("gap"))(self.ROWS.drop("session"))
        # 7 pauses 31 minutes after 0, then goes on for 30
        assert shown.sessions == ["8@2024-01-01T00:31:00.000Z", "7@2024-01-01T00:31:00.000Z"]
        assert shown.visible.item.tolist() == [1, 0, 2]
        assert shown.visible.user.tolist() == [1, 0]

    def test_a_user_may_be_one_session(self):
        shown = reader(sessions=Sessions("user"))(self.ROWS.drop("session"))
        assert shown.sessions == ["7", "8"]
        assert shown.visible.item.tolist() == [0, 0, 2, 1]

    def test_the_gap_is_the_configured_one(self):
        shown = reader(sessions=Sessions("gap", timedelta(minutes=31)))(self.ROWS)
        assert shown.sessions == ["7@2024-01-01T00:00:00.000Z", "8@2024-01-01T00:31:00.000Z"]

    def test_a_visitor_without_a_key_is_refused(self):
        with pytest.raises(AisleError, match="`events`: row 1: null user; 1 of 1 rows"):
            reader(sessions=Sessions("user"))(rows_of([(1, 10, 0)]).with_columns(user=None))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"item": pl.Series([10, None])}, "row 2: null item; 1 of 2 rows cannot be events"),
        ({"item": pl.Series([10.5, 20.0])}, "row 1: item is not a whole number '10.5'; 1 of 2"),
        ({"session": pl.Series([None, None], dtype=pl.Int64)}, "row 1: null session; 2 of 2"),
        ({"type": pl.Series(["clicks", "looks"])}, "row 2: unknown event"),
        ({"type": pl.Series(["clicks", None])}, "row 2: null event"),
        ({"ts": pl.Series([None, at(0)])}, "row 1: null time"),
        ({"ts": pl.Series([at(0), datetime(1960, 1, 1, tzinfo=UTC)])}, "row 2: impossible time"),
        (
            {"ts": pl.Series([1, 2])},
            "row 1: time is a number of no unit '1': say what they count with `input.format.unit`",
        ),
        (
            {"ts": pl.Series([datetime(2024, 1, 1)] * 2)},
            "row 1: time names no zone '2024-01-01 .*': .*`input.format.timezone`",
        ),
        ({"price": pl.Series([1.0, -1.0])}, "row 2: impossible price"),
        ({"price": pl.Series(["1", "dear"])}, "row 2: unparsable price 'dear'"),
        ({"quantity": pl.Series([0, 1])}, "row 1: impossible quantity"),
        ({"quantity": pl.Series([1.0, float("inf")])}, "row 2: impossible quantity"),
        ({"item": pl.Series([[1], [2]])}, "`item` holds List"),
    ],
)
def test_refused_rows_are_named(change, message):
    rows = rows_of([(1, 10, 0), (1, 20, 1)]).with_columns(**change)
    with pytest.raises(AisleError, match=message):
        reader()(rows)


@pytest.mark.parametrize("lacking", ["session", "item", "ts"])
def test_lacking_columns_are_named(lacking):
    with pytest.raises(AisleError, match=rf"`events` lacks \['{lacking}'\]"):
        reader()(rows_of([(1, 10, 0)]).drop(lacking))


def test_the_logs_own_columns_or_aisles():
    columns = Columns(session="visit", item="sku", ts="when", type="what", price="paid")
    own = reader(format=LogFormat(columns=columns, events={"view": "clicks"}))
    rows = pl.DataFrame({"visit": [1], "sku": [20], "when": [at(0)], "what": ["view"], "paid": [3.0], "price": [4.0]})
    assert own(rows).visible.price.tolist() == [3]
    assert own(rows).visible.item.tolist() == [1]
    assert own(rows_of([(1, 20, 0)])).visible.item.tolist() == [1]
    mixed = rows.rename({"sku": "item", "visit": "session"})
    assert own(mixed).visible.price.tolist() == [3]


def test_what_the_log_was_not_read_for_is_not_read_here():
    told = reader(format=replace(FORMAT, columns=Columns(session="session", type="type")))
    visible = told(rows_of([(1, 20, 0, "carts", 8)]).with_columns(price=pl.lit(1.0))).visible
    assert (visible.type.tolist(), visible.user.tolist()) == ([1], [-1])
    assert np.isnan(visible.price).all()


@pytest.mark.parametrize("how", [{}, {"asked_from": at(0)}])
def test_of_a_long_session_the_latest_events_are_shown(monkeypatch, how):
    monkeypatch.setattr(reading, "MOST_VISIBLE", 3)
    rows = [*(("a", item, minute) for minute, item in enumerate((10, 20, 30, 10, 20))), ("b", 30, 9), ("b", 20, 7)]
    shown = reader(**how)(rows_of(rows))
    assert minutes(shown.visible) == [2, 3, 4, 7, 9]
    assert shown.visible.item.tolist() == [2, 0, 1, 1, 2]
    assert shown.events.tolist() == [3, 2]


def test_tables_of_what_is_shown():
    rows = rows_of([(5, 99, 0, "carts", 8), (2, 10, 1), (5, 20, 2)]).with_columns(
        segment=pl.Series([" de ", None, "at"])
    )
    shown = reader()(rows)
    prefixes, queries = shown.prefixes(), shown.queries()
    told = prefixes.select("query", "position", "item", "ts", "type", "user", "price", "category")
    assert told.rows() == [
        (0, 0, 3, at(0), "carts", 1, None, None),
        (0, 1, 1, at(2), "clicks", 1, None, None),
        (1, 0, 0, at(1), "clicks", None, None, None),
    ]
    assert queries.select("query", "session_key", "user", "start_ts", "cut_ts", "events", "part", "segment").rows() == [
        (0, "5", 1, at(0), at(2), 2, None, "de"),
        (1, "2", None, at(1), at(1), 1, None, None),
    ]


def test_blanks_around_texts_are_no_part_of_keys():
    clean = rows_of([("a", "i1", 0, "clicks", "u7"), ("b", "i9", 1, "carts", "u8")])
    blank = clean.with_columns(pl.format(" {} ", name).alias(name) for name in ("session", "item", "user"))
    mine, theirs = reader(TEXTS)(blank), reader(TEXTS)(clean)
    assert (mine.sessions, mine.new_items) == (theirs.sessions, theirs.new_items)
    assert_frame_equal(mine.prefixes(), theirs.prefixes())


def test_many_rows_are_read_alike():
    rows = rows_of([(n % 50, 10 + n % 40, n % 7) for n in range(2_400)])
    mine, theirs = reader()(rows), reader()(pl.concat([rows.filter(session=n) for n in range(50)]))
    assert mine.events.tolist() == [48] * 50
    few = reader()(rows.filter(pl.col("session") < 9))
    assert_frame_equal(few.prefixes().drop("item"), mine.prefixes().filter(pl.col("query") < 9).drop("item"))
    assert_frame_equal(mine.prefixes(), theirs.prefixes())


def test_times_of_other_zones_are_the_same_moments():
    rows = rows_of([(1, 10, 0)]).with_columns(ts=pl.lit(datetime(2024, 1, 1, 9, tzinfo=ZoneInfo("Asia/Tokyo"))))
    assert minutes(reader()(rows).visible) == [0]


@pytest.mark.parametrize(
    "column",
    [
        pl.Series("item", [b"a"], dtype=pl.Binary),
        pl.Series("item", [["a"]]),
        pl.Series("ts", [5], dtype=pl.Duration("ms")),
        pl.Series("type", [["clicks"]]),
    ],
)
def test_columns_of_no_use_are_one_line(column):
    rows = rows_of([("a", "i1", 0)]).with_columns(column)
    with pytest.raises(AisleError) as told:
        reader()(rows)
    assert "\n" not in str(told.value)


def test_a_lazy_frame_that_fails_is_one_line():
    with pytest.raises(AisleError, match="`events`: ") as told:
        reader()(rows_of([("a", "i1", 0)]).lazy().select("nothing"))
    assert "\n" not in str(told.value)


def test_lines_of_one_moment_come_as_the_logs_tables_have_them():
    lines = [("a", item, 5, "orders") for item in (10, 20, 30)]
    given = rows_of([("a", 20, 1), *lines, ("a", 10, 5), ("b", 10, 3)])
    filed, drawn = reader()(given), reader(drawn_moments=True)(given)
    assert filed.visible.item.tolist() == [1, 0, 1, 2, 0, 0]
    assert minutes(drawn.visible) == minutes(filed.visible)
    assert drawn.visible.type.tolist() == filed.visible.type.tolist()
    again = reader(drawn_moments=True)(rows_of([("a", 20, 1), *reversed(lines), ("a", 10, 5), ("b", 10, 3)]))
    assert again.visible.item.tolist() == drawn.visible.item.tolist()


REFUNDING = replace(FORMAT, events={"back": "refund"})


def back_of(shown):
    """(query, item's code, minute of the order, minute of the refund, pieces, amount)."""
    start = at(0)
    return [
        (row["session"], row["item"], *((row[name] - start).seconds // 60 for name in ("order_ts", "ts")), *rest(row))
        for row in shown.back.to_dicts()
    ]


def rest(row):
    return row["pieces"], row["amount"]


def bought(*rows):
    """Events of (session, item, minute, type, price, quantity), of user 7."""
    names = ("session", "item", "ts", "type", "price", "quantity")
    made = [dict(zip(names, row, strict=True)) | {"ts": at(row[2]), "user": 7} for row in rows]
    return pl.DataFrame(made, schema_overrides={"price": pl.Float64, "quantity": pl.Float64})


BOUGHT = (
    (5, 99, 0, "orders", 4.0, 2.0),
    (5, 10, 1, "orders", 3.0, None),
    (5, 99, 2, "back", 4.0, 1.0),
    (6, 99, 3, "back", 4.0, 1.0),
    (6, 20, 4, "clicks", None, None),
    (5, 10, 6, "back", None, None),
    (5, 10, 7, "clicks", None, None),
)


def test_money_that_goes_back_is_no_event_and_is_set_against_the_sessions_own_orders():
    shown = reader(format=REFUNDING)(bought(*BOUGHT))
    assert shown.sessions == ["5", "6"]
    assert shown.events.tolist() == [3, 1]
    assert back_of(shown) == [(0, 3, 0, 2, 1.0, 4.0), (0, 0, 1, 6, 1.0, 3.0)]  # 99 is a new item
    alone = reader(format=REFUNDING)(bought(*(row for row in BOUGHT if row[0] == 5)))
    assert back_of(alone) == back_of(shown)
    assert reader(format=REFUNDING)(bought(*BOUGHT[:2])).back is None


def test_negative_orders_go_back_where_the_log_says_so():
    negative = replace(FORMAT, negative="refund")
    shown = reader(format=negative)(bought(*BOUGHT[:2], (5, 99, 2, "orders", 4.0, -2.0)))
    assert shown.events.tolist() == [2]
    assert shown.visible.quantity.tolist()[0] == 2
    assert back_of(shown) == [(0, 3, 0, 2, 2.0, 8.0)]
    with pytest.raises(AisleError, match="impossible quantity"):
        reader()(bought(*BOUGHT[:2], (5, 99, 2, "orders", 4.0, -2.0)))


def test_refunds_alone_are_no_session():
    with pytest.raises(AisleError, match="holds no event"):
        reader(format=REFUNDING)(bought(BOUGHT[2]))


def test_of_a_visitor_the_latest_visit_keeps_what_is_left_of_its_orders():
    rows = bought(*BOUGHT[:2], (0, 10, 100, "orders", 5.0, 1.0), (0, 10, 101, "back", 5.0, 2.0)).drop("session")
    for by, found in (
        ("gap", [(0, 0, 100, 101, 1.0, 5.0)]),
        ("user", [(0, 0, 1, 101, 1.0, 3.0), (0, 0, 100, 101, 1.0, 5.0)]),
    ):
        shown = reader(format=REFUNDING, sessions=Sessions(by))(rows)
        assert back_of(shown) == found
