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
from data.quality import Quality
from data.readers.reader import RAW_COLUMNS, Reader
from data.schema import Timestamp, TypeEnum
from data.shapes.marks import EVENT_ID, FILE_ROW, ORDER
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
                "again": pl.Series([None, None], dtype=Timestamp),
            }
        )
        assert_frame_equal(good, expected)
        assert_frame_equal(bad, pl.DataFrame(schema=QUARANTINE))
        assert tally == Tally(read=2, kept=2)

    def test_an_empty_batch(self):
        good, bad, tally = check(pl.DataFrame(schema=dict.fromkeys(GOOD, pl.String)))
        assert good.columns == ["row", *RAW_COLUMNS, "again"]
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
            ({"item": "7.5", "of": reader({"item"}, unit="s")}, "item is not a whole number"),
            ({"item": "\u0667", "of": reader({"item"}, unit="s")}, "item is not a whole number"),
            ({"item": " ", "of": reader({"item"}, unit="s")}, "null item"),
            ({"type": None}, "null event"),
            ({"type": "hover"}, "unknown event"),
            ({"type": "View"}, "unknown event"),
            ({"ts": None}, "null time"),
            ({"ts": "soon"}, "unparsable time"),
            ({"ts": ""}, "unparsable time"),
            ({"ts": "1970-03-29 02:30:00.000x", "of": reader(timezone="UTC")}, "unparsable time"),
            (
                {"ts": "2020-03-29 02:30", "of": reader(timezone="Europe/Berlin")},
                "time does not exist in the zone's clock",
            ),
            ({"ts": "2020-03-29 02:30"}, "time names no zone"),
            ({"ts": "1700", "of": reader()}, "time is a number of no unit"),
            ({"ts": "1.7e9"}, "unparsable time"),
            ({"ts": "9" * 30}, "impossible time (before 1970 or after 2100)"),
            ({"ts": -1}, "impossible time (before 1970 or after 2100)"),
            ({"ts": 4_102_444_800}, "impossible time (before 1970 or after 2100)"),
            ({"price": "cheap"}, "unparsable price"),
            ({"price": "1,5"}, "unparsable price"),
            ({"price": -0.01}, "impossible price"),
            ({"price": float("inf")}, "impossible price"),
            ({"price": "-inf"}, "unparsable price"),
            ({"price": "1e400"}, "unparsable price"),
            ({"price": "0x1F"}, "unparsable price"),
            ({"price": "NaN", "log_format": LogFormat(null_tokens="")}, "unparsable price"),
            ({"price": "12.50 €"}, "unparsable price"),
            ({"quantity": "two"}, "unparsable quantity"),
            ({"quantity": 0}, "impossible quantity"),
            ({"quantity": -1}, "impossible quantity"),
            ({"quantity": "inf"}, "unparsable quantity"),
            ({"session_value": -1}, "impossible session_value"),
            ({"session_value": "much"}, "unparsable session_value"),
        ],
        ids=lambda value: str({**value, "of": "shop"} if isinstance(value, dict) and "of" in value else value)[:90],
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
        ],
        ids=["text", "negative text", "u64"],
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

    @pytest.mark.parametrize(("dtype", "bits"), [(pl.Float64, 53), (pl.Float32, 24)])
    def test_floats_that_may_be_several_whole_numbers_are_refused(self, dtype, bits):
        keys = pl.Series([None, 2**bits - 1, -(2**bits)], dtype=dtype)
        batch = pl.DataFrame({"session": "s", "item": "i", "ts": [1, 2, 3], "type": "view", "user": keys})
        assert check(batch.head(2))[0]["user"].to_list() == [None, 2**bits - 1]
        with pytest.raises(
            AisleError, match=rf"^shop\.csv: row 3: `user` -.* is a float from 2\^{bits} on, .*integers"
        ):
            check(batch)

    def test_integer_keys_may_be_written_as_floats(self):
        of = reader({"user"}, unit="s")
        assert kept("user", user="12.0", of=of) == 12
        assert kept("user", user="12.0") == "12.0"

    def test_decimals_are_whole_numbers(self):
        assert kept("item", item=pl.Series(["12.00"]).cast(pl.Decimal(10, 2))) == 12
        assert reason(item=pl.Series(["12.50"]).cast(pl.Decimal(10, 2))) == "item is not a whole number"


class TestNullTokens:
    @pytest.mark.parametrize("word", ["undefined", " NULL ", "\\N", "None", "nan", "(not set)", "N/A"])
    def test_a_row_that_needs_the_key_is_left_out(self, word):
        good, bad, tally = one(user=word, sessions="gap")
        assert (good.height, bad.height) == (0, 0)
        assert tally == Tally(1, 0, dropped=Counter({"user is a null token": 1}), nulled=Counter(user=1))

    def test_elsewhere_there_is_none(self):
        good, _, tally = one(user="undefined", category="null", price="\\N")
        assert good.select("user", "category", "price").row(0) == (None, None, None)
        assert tally == Tally(1, 1, nulled=Counter(user=1, category=1, price=1))

    def test_the_words_are_the_users(self):
        assert kept("user", user="undefined", log_format=LogFormat(null_tokens="")) == "undefined"
        assert kept("user", user="-") == "-"
        only = LogFormat(null_tokens="-1, guest")
        for word in ("Guest", "-1", -1, -1.0):
            assert one(user=word, log_format=only)[2].nulled == {"user": 1}
        assert kept("user", user="null", log_format=only) == "null"
        assert one(user="-1", of=reader({"user"}, unit="s"), log_format=only)[0]["user"].to_list() == [None]

    def test_what_is_named_by_its_beginning_is_a_key(self):
        assert kept("item", item="nullable") == "nullable"

    def test_the_raw_value_is_shown_where_the_row_is_bad(self):
        _, bad, tally = one(user="undefined", ts="soon")
        assert bad["user"].to_list() == ["undefined"]
        assert tally.quarantined == {"unparsable time": 1}


class TestSamples:
    @staticmethod
    def told(rows, log_format=None, of=None):
        batch = pl.DataFrame([GOOD | row for row in rows], strict=False, infer_schema_length=None)
        samples = check(batch, first_row=5, log_format=log_format, of=of)[2].samples
        return {name: (sample.row, sample.value, sample.mend) for name, sample in samples.items()}

    def test_the_first_row_of_each_reason_with_what_mends_it(self):
        comma = "'12,50' looks like a decimal comma: set `input.format.decimal` to \",\""
        rows = [{"price": "1"}, {"price": "12,50"}, {"price": "13,50"}, {"price": "2", "type": "hover"}, {"item": " "}]
        assert self.told([{"ts": 5, **row} for row in rows]) == {
            "unparsable price": (6, "12,50", comma),
            "unknown event": (8, "hover", ""),
            "null item": (9, None, ""),
        }

    def test_settings_for_times(self):
        rows = [{"ts": "31.12.2024 10:00"}]
        mend = "set `input.format.time_format` to '%d.%m.%Y %H:%M'"
        assert self.told(rows) == {"unparsable time": (5, "31.12.2024 10:00", mend)}
        both = self.told([{"ts": "01/02/2024"}])["unparsable time"][2]
        assert both == "set `input.format.time_format` to '%m/%d/%Y' or '%d/%m/%Y'"

    def test_units_that_numbers_tell(self):
        rows = [{"ts": 1_706_745_600}, {"ts": 1_706_745_600_123}]
        assert self.told(rows) == {
            "impossible time (before 1970 or after 2100)": (6, "1706745600123", ""),
            "time counts s": (5, "1706745600", ""),
            "time counts ms": (6, "1706745600123", "counts ms, not s"),
        }
        assert list(self.told([{"ts": 9}, {"ts": 1_706_745_600}], log_format=LogFormat(unit="min"))) == [
            "impossible time (before 1970 or after 2100)"
        ]


class TestEventNames:
    @pytest.mark.parametrize("name", ["1", 1, 1.0, "1.0"])
    def test_numbers(self, name):
        for events in ({1: "orders"}, {"1": "orders"}, {1.0: "orders"}):
            assert kept("type", type=name, log_format=LogFormat(events=events)) == "orders"

    @pytest.mark.parametrize("name", [True, "true", "True", "YES", "yes", "on"])
    def test_booleans(self, name):
        assert kept("type", type=name, log_format=LogFormat(events={True: "orders", False: "ignore"})) == "orders"
        assert reason(type=str(name), log_format=LogFormat(events={False: "ignore"})) == "unknown event"


@pytest.mark.parametrize("number", ["price", "quantity"])
def test_numbers_above_the_limit_are_set_aside(number):
    batch = pl.DataFrame([GOOD | {number: value} for value in (9.0, 10.0, 10.5, None)])
    most = Quality(**{f"max_{number}": 10.0}).most
    _, bad, tally = validate(batch, FILE, 1, reader(unit="s"), LogFormat(), "column", most)
    assert bad["row"].to_list() == [3]
    assert tally.quarantined == {f"{number} above max_{number}": 1}


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"price": 1.7e12}, "impossible price"),  # a time, in the wrong column
        ({"price": 1e300}, "impossible price"),
        ({"price": float("inf")}, "impossible price"),
        ({"quantity": 2**63}, "impossible quantity"),
        ({"session_value": 2e11}, "impossible session_value"),
        ({"price": 1e6, "quantity": 2e6}, "impossible quantity for its price"),
    ],
)
def test_amounts_that_no_sum_can_hold_are_set_aside(columns, said):
    rows = pl.DataFrame([GOOD | columns], schema_overrides=dict.fromkeys(columns, pl.Float64))
    _, bad, _ = validate(rows, FILE, 1, reader(unit="s"), LogFormat(), "column")
    assert bad["reason"].to_list() == [said]


def test_a_dear_thing_is_possible():
    rows = pl.DataFrame([GOOD | {"price": 5e10, "quantity": 2.0}])
    assert validate(rows, FILE, 1, reader(unit="s"), LogFormat(), "column")[1].is_empty()


@pytest.mark.parametrize("name", [" buy", "buy ", "\tbuy"])
def test_blanks_around_an_event_name_do_not_count(name):
    assert kept("type", type=name, log_format=LogFormat(events={"buy": "orders"})) == "orders"
    assert kept("type", type="buy", log_format=LogFormat(events={name: "orders"})) == "orders"


def test_values_of_sessions_above_theirs_too():
    batch = pl.DataFrame([GOOD | {"price": 99.0, "session_value": value} for value in (9.0, 10.0, 10.5, None)])
    quality = Quality(max_price=100.0, max_session_value=10.0)
    _, _, tally = validate(batch, FILE, 1, reader(unit="s"), LogFormat(), "column", quality.most)
    assert tally.quarantined == {"session_value above max_session_value": 1}
    with pytest.raises(ValueError, match="`max_session_value` must be above 0, got 0"):
        Quality(max_session_value=0.0)


class TestRefusals:
    def test_a_zone_that_there_is_not_names_the_file(self):
        with pytest.raises(AisleError, match=r"^shop\.csv: `input\.format\.timezone` 'Europe/Atlantis' is not a zone"):
            one(ts="2020-01-02", log_format=LogFormat(timezone="Europe/Atlantis"))

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
    owner = "session" if sessions == "column" else "user"
    ruled = [row["dropped"] or row["type"] == "scroll" or "NaN" in (row[owner], row["item"]) for row in rows]
    out = {first_row + n for n, left_out in enumerate(ruled) if left_out}
    assert {*good["row"], *bad["row"]} == set(range(first_row, first_row + len(rows))) - out
    assert not set(good["row"]) & set(bad["row"])
    assert tally.dropped.total() == len(out)
    assert bad["reason"].null_count() == 0
    assert tally.unknown_events.total() == tally.quarantined["unknown event"]
    assert sum(good.select(owner, "item", "ts", "type").null_count().row(0)) == 0
    assert (good["price"].drop_nulls() >= 0).all()
    assert (good["quantity"].drop_nulls() > 0).all()
    raw = dict(enumerate(rows, first_row))
    assert bad.drop("file", "reason", "brand", "text", "session_value", "segment").rows() == [
        (row, *(raw[row][c] for c in RAW_COLUMNS[:8])) for row in bad["row"]
    ]


def test_rows_that_came_of_one_row_bear_its_number():
    rows = {c: [v] * 4 for c, v in GOOD.items()} | {"item": ["a", "b", None, None], FILE_ROW: [0, 0, 1, 2]}
    rows |= {
        "dropped": [None, None, None, "no entry in `items`"],
        ORDER + "0": [3, 2, 1, 0],
        EVENT_ID: ["x", None, None, None],
    }
    good, bad, tally = check(pl.DataFrame(rows), first_row=11)
    assert good.select("row", "item", ORDER + "0", EVENT_ID).rows() == [(11, "a", 3, "x"), (11, "b", 2, None)]
    assert bad.select("row", "reason").rows() == [(12, "null item")]
    assert (tally.read, tally.exploded, tally.kept) == (3, 1, 2)
    assert tally.read + tally.exploded == tally.kept + tally.quarantined.total() + tally.dropped.total()
