from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.formats import LogFormat
from data.readers.reader import RAW_COLUMNS, Reader
from data.schema import Timestamp, TypeEnum
from data.validate import QUARANTINE, Tally, validate

FILE = Path("shop.csv")
EVENTS = {"view": "clicks", "cart": "carts", "buy": "orders", "scroll": "ignore"}
SECOND = datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)
GOOD = {"session": "s", "user": "u", "item": "i", "ts": 1, "type": "view"}


def reader(integer_keys=(), **fixed):
    return Reader("shop", lambda path, _: iter(()), EVENTS, **fixed, integer_keys=frozenset(integer_keys))


def check(batch, *, of=None, first_row=1, log_format=None, sessions="column"):
    """Validate a batch; columns of one value or literal frames."""
    return validate(batch, FILE, first_row, of or reader(unit="s"), log_format or LogFormat(), sessions)


def one(sessions="column", of=None, log_format=None, **changed):
    """Validate one good row with some values changed; a Series changes a column's type too."""
    columns = {c: v if isinstance(v, pl.Series) else [v] for c, v in (GOOD | changed).items()}
    return check(pl.DataFrame(columns, strict=False), sessions=sessions, of=of, log_format=log_format)


def reason(**changed):
    good, bad, tally = one(**changed)
    assert tally == Tally(1, 0, Counter(bad["reason"]), Counter(), tally.unknown_events)
    assert good.is_empty()
    return bad["reason"].item()


def kept(column, **changed):
    good, bad, tally = one(**changed)
    assert bad.is_empty()
    assert (tally.read, tally.kept) == (1, 1)
    return good[column].item()


class TestGoodRows:
    def test_are_typed_and_numbered(self):
        batch = pl.DataFrame(
            {
                "session": ["s", "t"],
                "item": [7, 8],
                "ts": ["1", "2.5"],
                "type": ["view", "buy"],
                "price": [" 9.90 ", None],
                "quantity": [2, None],
                "category": ["  ", "shoes "],
                "brand": [None, "Ås"],
                "session_value": ["12.5", None],
                "segment": [" fr", ""],
            }
        )
        good, bad, tally = check(batch, first_row=41)
        expected = pl.DataFrame(
            {
                "row": pl.Series([41, 42], dtype=pl.UInt64),
                "session": ["s", "t"],
                "user": pl.Series([None, None], dtype=pl.String),
                "item": [7, 8],
                "ts": pl.Series([SECOND, datetime(1970, 1, 1, 0, 0, 2, 500_000, tzinfo=UTC)], dtype=Timestamp),
                "type": pl.Series(["clicks", "orders"], dtype=TypeEnum),
                "price": [9.9, None],
                "quantity": [2.0, None],
                "category": [None, "shoes"],
                "brand": [None, "Ås"],
                "text": pl.Series([None, None], dtype=pl.String),
                "session_value": [12.5, None],
                "segment": ["fr", None],
            }
        )
        assert_frame_equal(good, expected)
        assert_frame_equal(bad, pl.DataFrame(schema=QUARANTINE))
        assert tally == Tally(read=2, kept=2)

    def test_an_empty_batch(self):
        good, bad, tally = check(pl.DataFrame(schema=dict.fromkeys(GOOD, pl.String)))
        assert good.columns == ["row", *RAW_COLUMNS]
        assert (good.height, bad.height, tally) == (0, 0, Tally())

    def test_the_configuration_adds_to_what_the_format_fixes(self):
        assert kept("type", type="peek", log_format=LogFormat(events={"peek": "clicks"})) == "clicks"
        assert kept("type", type="view", log_format=LogFormat(events={"view": "carts"})) == "carts"
        assert kept("ts", ts=1000, log_format=LogFormat(unit="ms")) == SECOND
        berlin = reader(timezone="Europe/Berlin")
        assert kept("ts", ts="1970-01-01 01:00:01", of=berlin) == SECOND
        assert kept("ts", ts="1970-01-01 00:00:01", of=berlin, log_format=LogFormat(timezone="UTC")) == SECOND

    def test_event_names_may_be_numbers(self):
        named = Reader("shop", lambda path, _: iter(()), {"1": "clicks"}, unit="s")
        assert kept("type", type=1, of=named) == "clicks"

    def test_types_of_the_polars_kind(self):
        assert kept("type", type=pl.Series(["buy"], dtype=pl.Categorical)) == "orders"
        assert kept("item", item=pl.Series(["i"], dtype=pl.Categorical)) == "i"


class TestQuarantine:
    @pytest.mark.parametrize(
        ("changed", "expected"),
        [
            ({"session": None}, "null session"),
            ({"session": "  "}, "null session"),
            ({"item": None}, "null item"),
            ({"item": ""}, "null item"),
            ({"user": None, "sessions": "gap"}, "null user"),
            ({"user": " ", "sessions": "user"}, "null user"),
            ({"user": float("nan"), "sessions": "gap"}, "null user"),
            ({"item": 1.5}, "item is not a whole number"),
            ({"category": float("inf")}, "category is not a whole number"),
            ({"user": 0.5}, "user is not a whole number"),
            ({"item": "x7", "of": reader({"item"}, unit="s")}, "item is not a whole number"),
            ({"item": "7.0", "of": reader({"item"}, unit="s")}, "item is not a whole number"),
            ({"item": "\u0667", "of": reader({"item"}, unit="s")}, "item is not a whole number"),
            ({"item": " ", "of": reader({"item"}, unit="s")}, "null item"),
            ({"type": None}, "null event"),
            ({"type": "hover"}, "unknown event"),
            ({"type": "View"}, "unknown event"),
            ({"ts": None}, "null time"),
            ({"ts": "soon"}, "unparsable time"),
            ({"ts": ""}, "unparsable time"),
            ({"ts": "1970-03-29 02:30:00.000x", "of": reader(timezone="UTC")}, "unparsable time"),
            ({"ts": "2020-03-29 02:30", "of": reader(timezone="Europe/Berlin")}, "unparsable time"),
            ({"ts": -1}, "impossible time (before 1970 or after 2100)"),
            ({"ts": 4_102_444_800}, "impossible time (before 1970 or after 2100)"),
            ({"price": "cheap"}, "unparsable price"),
            ({"price": "1,5"}, "unparsable price"),
            ({"price": -0.01}, "impossible price"),
            ({"price": float("inf")}, "impossible price"),
            ({"price": "NaN"}, "impossible price"),
            ({"quantity": "two"}, "unparsable quantity"),
            ({"quantity": 0}, "impossible quantity"),
            ({"quantity": -1}, "impossible quantity"),
            ({"quantity": "inf"}, "impossible quantity"),
            ({"session_value": -1}, "impossible session_value"),
            ({"session_value": "much"}, "unparsable session_value"),
        ],
        ids=lambda value: str({**value, "of": "shop"} if isinstance(value, dict) and "of" in value else value),
    )
    def test_reasons(self, changed, expected):
        assert reason(**changed) == expected

    def test_the_first_reason_counts(self):
        assert reason(item=None, type="hover", ts="soon", price=-1) == "null item"
        assert reason(type="hover", ts="soon", price=-1) == "unknown event"
        assert reason(ts="soon", price=-1) == "unparsable time"

    @pytest.mark.parametrize(
        ("column", "value", "expected"),
        [
            ("ts", 0, datetime(1970, 1, 1, tzinfo=UTC)),
            ("ts", 4_102_444_799, datetime(2099, 12, 31, 23, 59, 59, tzinfo=UTC)),
            ("price", 0, 0.0),
            ("price", "", None),
            ("price", "1e2", 100.0),
            ("price", float("nan"), None),
            ("quantity", 0.5, 0.5),
            ("quantity", " ", None),
            ("quantity", float("nan"), None),
            ("user", None, None),
            ("user", "", None),
            ("user", float("nan"), None),
            ("category", None, None),
        ],
    )
    def test_what_just_passes(self, column, value, expected):
        assert kept(column, **{column: value}) == expected

    def test_a_session_is_not_needed_where_the_user_makes_it(self):
        assert kept("session", session=None, sessions="gap") is None
        assert kept("user", user=None, sessions="column") is None

    def test_raw_values_are_shown_as_they_were(self):
        batch = pl.DataFrame(
            {"session": ["s", "s"], "item": [7, 8], "ts": [1, -5], "type": ["view", "buy"], "price": [1.5, 2.5]}
        )
        _, bad, tally = check(batch, first_row=10)
        row = dict.fromkeys(QUARANTINE) | {"file": "shop.csv", "row": 11, "session": "s", "item": "8", "ts": "-5"}
        row |= {"type": "buy", "price": "2.5", "reason": "impossible time (before 1970 or after 2100)"}
        assert bad.to_dicts() == [row]
        assert dict(bad.schema) == QUARANTINE
        assert tally.quarantined == {row["reason"]: 1}

    def test_unknown_names_are_counted(self):
        rows = {"type": ["hover", "view", "zoom", "hover", None], "item": ["i", "i", "i", "i", "i"]}
        _, _, tally = check(pl.DataFrame({"session": "s", "ts": 1, **rows}))
        assert tally.unknown_events == {"hover": 2, "zoom": 1}
        assert tally.quarantined == {"unknown event": 3, "null event": 1}


class TestDropped:
    def test_by_the_readers_rule_and_ignored_events_are_counted_apart(self):
        batch = pl.DataFrame(
            {
                "session": ["s"] * 6,
                "item": ["i", "i", None, "i", None, "i"],
                "ts": [1, 2, 3, 4, 5, -6],
                "type": ["view", "scroll", "scroll", "buy", "cart", "peek"],
                "dropped": [None, None, None, "cancelled", "cancelled", None],
            }
        )
        good, bad, tally = check(batch, log_format=LogFormat(events={"peek": "ignore"}))
        assert good["row"].to_list() == [1]
        assert bad.is_empty()
        assert tally.dropped == {"event scroll is ignored": 2, "cancelled": 2, "event peek is ignored": 1}
        assert (tally.read, tally.kept, tally.quarantined) == (6, 1, Counter())

    def test_the_readers_rule_goes_first(self):
        batch = pl.DataFrame({"session": "s", "item": "i", "ts": [1], "type": "scroll", "dropped": "cancelled"})
        assert check(batch)[2].dropped == {"cancelled": 1}

    def test_every_event_may_be_ignored(self):
        none = Reader("shop", lambda path, _: iter(()), {"view": "ignore"}, unit="s")
        assert one(of=none)[2] == Tally(read=1, dropped=Counter({"event view is ignored": 1}))
        assert reason(of=none, type="buy") == "unknown event"

    def test_rows_are_numbered_as_in_the_file(self):
        batch = pl.DataFrame({"session": "s", "item": ["i", None, "i"], "ts": 1, "type": ["scroll", "view", "view"]})
        good, bad, _ = check(batch, first_row=100)
        assert (good["row"].to_list(), bad["row"].to_list()) == ([102], [101])


class TestKeys:
    def test_leading_zeros_of_text_keys_are_kept(self):
        assert kept("item", item="007") == "007"
        assert kept("session", session=" 01 ") == "01"

    def test_integer_keys_of_a_text_file(self):
        of = reader({"item"}, unit="s")
        assert kept("item", item="007", of=of) == 7
        assert kept("item", item=" -7 ", of=of) == -7
        assert kept("session", session="007", item="7", of=of) == "007"

    @pytest.mark.parametrize("key", [0, -1, 2**63 - 1, -(2**63)])
    def test_integers(self, key):
        assert kept("item", item=key) == key
        assert kept("item", item=str(key), of=reader({"item"}, unit="s")) == key

    def test_floats_are_whole_numbers(self):
        assert kept("user", user=17850.0) == 17850
        good, bad, _ = check(
            pl.DataFrame({"session": "s", "item": [1.0, None, float("nan"), 2.5], "ts": 1, "type": "buy"})
        )
        assert good["item"].to_list() == [1]
        assert bad["reason"].to_list() == ["null item", "null item", "item is not a whole number"]

    @pytest.mark.parametrize(
        ("key", "shown"),
        [
            ("9223372036854775808", "9223372036854775808"),
            ("-9223372036854775809", "-9223372036854775809"),
            (pl.Series([1, 2**63], dtype=pl.UInt64), "9223372036854775808"),
            ([1.0, 2.0**63], "9.223372036854776e+18"),
        ],
        ids=["text", "negative text", "u64", "float"],
    )
    def test_beyond_64_bits_the_file_and_row_are_named(self, key, shown):
        keys = ["1", key] if isinstance(key, str) else key
        batch = pl.DataFrame({"session": "s", "item": ["x", *["i"] * 2], "ts": 1, "type": ["scroll", "view", "view"]})
        # the first row is dropped by rule and shifts the others
        batch = batch.with_columns(user=pl.concat([pl.Series(keys).head(1), pl.Series(keys)]))
        with pytest.raises(AisleError) as caught:
            check(batch, of=reader({"user"}, unit="s"), first_row=100)
        assert str(caught.value) == (
            f"shop.csv: row 102: `user` {shown} is beyond its range (64-bit integers); use text keys."
        )


class TestRefusals:
    def test_times_without_a_unit_name_the_file(self):
        with pytest.raises(AisleError, match=r"^shop\.csv: times are numbers"):
            one(of=reader())

    @pytest.mark.parametrize("value", [["a", "b"], {"id": 1}])
    @pytest.mark.parametrize("column", ["item", "category", "price", "brand", "ts", "type"])
    def test_lists_and_structs(self, column, value):
        batch = pl.DataFrame([GOOD | {column: value}])
        with pytest.raises(AisleError, match=rf"^shop\.csv: `{column}` holds (List|Struct)\(.* name another column"):
            check(batch)


class TestTally:
    def test_sum(self):
        first = Tally(5, 3, Counter(a=1), Counter(x=1), Counter(e=1))
        second = Tally(4, 1, Counter(a=2, b=1), Counter(), Counter(f=1))
        both = Tally(9, 4, Counter(a=3, b=1), Counter(x=1), Counter(e=1, f=1))
        assert first + second == both
        assert sum([first, second], Tally()) == both


texts = st.sampled_from([None, "", " ", "1", "01", "x", "1.5", "-3", "NaN", "2020-01-02 12:00"])
raw_rows = st.fixed_dictionaries(
    {
        "session": texts,
        "user": texts,
        "item": texts,
        "ts": texts,
        "type": st.sampled_from([None, "", "view", "cart", "buy", "scroll", "hover"]),
        "price": texts,
        "quantity": texts,
        "category": texts,
        "dropped": st.sampled_from([None, None, None, "cancelled"]),
    }
)


@settings(max_examples=70, deadline=None)
@given(
    rows=st.lists(raw_rows, max_size=8),
    integer_keys=st.sets(st.sampled_from(["session", "user", "item", "category"])),
    sessions=st.sampled_from(["column", "gap", "user"]),
    first_row=st.integers(1, 10**12),
)
def test_no_row_is_lost(rows, integer_keys, sessions, first_row):
    batch = pl.DataFrame(rows, schema=dict.fromkeys([*GOOD, "price", "quantity", "category", "dropped"], pl.String))
    of = reader(integer_keys, unit="s", timezone="UTC")
    good, bad, tally = check(batch, of=of, sessions=sessions, first_row=first_row)
    assert tally.read == len(rows) == tally.kept + tally.quarantined.total() + tally.dropped.total()
    assert (good.height, bad.height) == (tally.kept, tally.quarantined.total())
    out = {first_row + n for n, row in enumerate(rows) if row["dropped"] or row["type"] == "scroll"}
    assert {*good["row"], *bad["row"]} == set(range(first_row, first_row + len(rows))) - out
    assert not set(good["row"]) & set(bad["row"])
    assert tally.dropped.total() == len(out)
    assert bad["reason"].null_count() == 0
    assert tally.unknown_events.total() == tally.quarantined["unknown event"]
    owner = "session" if sessions == "column" else "user"
    assert sum(good.select(owner, "item", "ts", "type").null_count().row(0)) == 0
    assert (good["price"].drop_nulls() >= 0).all()
    assert (good["quantity"].drop_nulls() > 0).all()
    raw = dict(enumerate(rows, first_row))
    assert bad.drop("file", "reason", "brand", "text", "session_value", "segment").rows() == [
        (row, *(raw[row][c] for c in RAW_COLUMNS[:8])) for row in bad["row"]
    ]
