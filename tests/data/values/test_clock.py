from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from data.schema import Timestamp
from data.values.clock import IMPOSSIBLE, NOT_SHOWN, UNITLESS, ZONELESS, Clock, read_times

SMALL = settings(max_examples=60, deadline=None)
BERLIN = "Europe/Berlin"
NOON = datetime(2020, 1, 2, 12, tzinfo=UTC)
NOON_S = 1_577_966_400

moments = st.datetimes(datetime(1970, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)).map(
    lambda t: t.replace(microsecond=t.microsecond // 1000 * 1000)
)


def read(values, unit=None, timezone=None, dtype=None, **clock):
    series = values if isinstance(values, pl.Series) else pl.Series("ts", values, dtype=dtype)
    found = read_times(series, Clock(unit, timezone, **clock))
    assert found.ts.dtype == found.again.dtype == Timestamp
    assert found.ts.name == series.name
    assert len(found.ts) == len(found.again) == len(found.fault) == len(series)
    return found


def parsed(values, unit=None, timezone=None, dtype=None, **clock):
    return read(values, unit, timezone, dtype, **clock).ts.to_list()


def faults(values, unit=None, timezone=None, dtype=None):
    return read(values, unit, timezone, dtype).fault.to_list()


def ms(time_):
    return round(time_.timestamp() * 1000)


class TestTexts:
    @pytest.mark.parametrize(
        "text",
        [
            "2020-01-02T12:00:00Z",
            "2020-01-02T12:00:00.000Z",
            "2020-01-02 12:00:00Z",
            "2020-01-02 12:00:00 UTC",
            "2020-01-02 12:00:00.000000 UTC",
            "  2020-01-02 12:00:00+00:00 ",
            "2020-01-02T13:00:00+01:00",
            "2020-01-02T17:30:00+0530",
            "2020-01-02T08:30:00.0-03:30",
            "2020-01-02T13:00:00 +01:00",
            "2020-01-02T13:00:00+01",
            "2020-01-02T12:00Z",
            "2020-01-02 13:00+01:00",
        ],
    )
    def test_with_a_zone_whatever_zone_is_configured(self, text):
        assert parsed([text]) == [NOON]
        assert parsed([text], timezone=BERLIN) == [NOON]

    @pytest.mark.parametrize(
        "text", ["2020-01-02 13:00:00", "2020-01-02T13:00:00", "2020-01-02 13:00:00.000", "2020-01-02T13:00"]
    )
    def test_naive_ones_in_the_configured_zone(self, text):
        assert parsed([text], timezone=BERLIN) == [NOON]
        assert parsed([text], timezone="UTC") == [NOON + timedelta(hours=1)]

    def test_a_date_is_its_midnight(self):
        assert parsed(["2020-01-02"], timezone=BERLIN) == [datetime(2020, 1, 1, 23, tzinfo=UTC)]

    def test_fractions_are_cut_to_milliseconds(self):
        texts = ["2020-01-02T12:00:00.1239Z", "2020-01-02T12:00:00.123456789Z", "2020-01-02 12:00:00.1 UTC"]
        milliseconds = [t - NOON for t in parsed(texts)]
        assert milliseconds == [timedelta(milliseconds=n) for n in (123, 123, 100)]

    def test_forms_may_differ_from_row_to_row(self):
        texts = ["2020-01-02T12:00:00Z", "2020-01-02 13:00:00", None, "2020-01-02 13:00", "1577966400", "1577966400.5"]
        half = NOON + timedelta(seconds=0.5)
        assert parsed(texts, unit="s", timezone=BERLIN) == [NOON, NOON, None, NOON, NOON, half]

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "yesterday",
            "2020-13-02 12:00:00",
            "2020-02-30",
            "12:00",
            "2020-01-02T24:00:00Z",
            "1e9",
            "\u0663\u0664",
        ],
    )
    def test_what_is_no_time_is_null(self, text):
        assert parsed([text, "2020-01-02T12:00:00Z"], unit="s", timezone="UTC") == [None, NOON]

    @pytest.mark.parametrize("text", ["+262142-12-31 00:00:00", "-0001-01-01", "0000-01-01 00:00:00Z", "+10000-01-01"])
    def test_years_beyond_9999_are_no_times_and_trouble_nobody_else(self, text):
        assert parsed([text, "2020-01-02 12:00:00", text], timezone=BERLIN)[::2] == [None, None]
        assert parsed(["2020-01-02 12:00:00Z", text]) == [NOON, None]

    def test_no_zone_is_needed_where_every_readable_time_names_one(self):
        assert parsed(["2020-01-02T12:00:00Z", "soon", None]) == [NOON, None, None]

    def test_none(self):
        assert parsed([None], dtype=pl.String) == [None]
        assert parsed([], dtype=pl.String) == []


class TestSummerTime:
    naive = pytest.mark.parametrize("as_text", [True, False], ids=["text", "Datetime"])

    @staticmethod
    def series(times, as_text):
        series = pl.Series("ts", times)
        return series.dt.to_string("%Y-%m-%d %H:%M:%S") if as_text else series

    @naive
    def test_the_hour_that_is_skipped_does_not_exist(self, as_text):
        times = [datetime(2020, 3, 29, 1, 59), datetime(2020, 3, 29, 2, 30), datetime(2020, 3, 29, 3, 0)]
        before, after = datetime(2020, 3, 29, 0, 59, tzinfo=UTC), datetime(2020, 3, 29, 1, tzinfo=UTC)
        assert parsed(self.series(times, as_text), timezone=BERLIN) == [before, None, after]

    @naive
    def test_the_hour_that_comes_twice_is_the_first(self, as_text):
        times = [datetime(2020, 10, 25, 2, 30), datetime(2020, 10, 25, 3, 30)]
        expected = [datetime(2020, 10, 25, 0, 30, tzinfo=UTC), datetime(2020, 10, 25, 2, 30, tzinfo=UTC)]
        assert parsed(self.series(times, as_text), timezone=BERLIN) == expected


class TestNumbers:
    @pytest.mark.parametrize(("unit", "factor"), [("s", 1), ("ms", 1_000), ("us", 1_000_000)])
    @pytest.mark.parametrize("form", ["integers", "floats", "texts", "texts with fractions"])
    def test_units(self, unit, factor, form):
        number = int(NOON.timestamp()) * factor
        forms = {
            "integers": [number, None],
            "floats": [float(number), None],
            "texts": [str(number), None],
            "texts with fractions": [f"{number}.0", None],
        }
        assert parsed(forms[form], unit=unit) == [NOON, None]

    def test_what_is_below_a_millisecond(self):
        # integers are cut, fractions are rounded since floats never hold them exactly
        assert parsed([1_999], unit="us") == [datetime(1970, 1, 1, 0, 0, 0, 1_000, tzinfo=UTC)]
        assert parsed([1577966400.123], unit="s") == [NOON + timedelta(milliseconds=123)]
        assert parsed(["1577966400.123"], unit="s") == [NOON + timedelta(milliseconds=123)]

    def test_before_1970(self):
        assert parsed([-1], unit="s") == parsed(["-1"], unit="s") == [datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)]

    def test_of_any_type(self):
        seconds = int(NOON.timestamp())
        for dtype in (pl.UInt32, pl.UInt64, pl.Int64, pl.Float64, pl.Decimal(12, 0)):
            assert parsed([seconds], unit="s", dtype=dtype) == [NOON]

    @pytest.mark.parametrize("number", [2**63 - 1, -(2**63), 2**61, 18_446_744_073_709_552])
    def test_seconds_beyond_the_clock_do_not_wrap_round_to_a_time(self, number):
        assert parsed([number, 0], unit="s") == [None, datetime(1970, 1, 1, tzinfo=UTC)]
        assert parsed([str(number), "0"], unit="s") == [None, datetime(1970, 1, 1, tzinfo=UTC)]

    def test_beyond_64_bits(self):
        assert parsed([2**64 - 1], unit="ms", dtype=pl.UInt64) == [None]
        assert parsed(["9" * 30], unit="ms") == [None]
        assert parsed([float("nan"), float("inf"), 1e300], unit="ms") == [None, None, None]


class TestDatetimes:
    def test_dates(self):
        assert parsed([date(2020, 1, 2), None], timezone=BERLIN) == [datetime(2020, 1, 1, 23, tzinfo=UTC), None]

    @pytest.mark.parametrize("unit", ["ms", "us", "ns"])
    def test_naive_and_aware(self, unit):
        naive = pl.Series("ts", [datetime(2020, 1, 2, 12), None], dtype=pl.Datetime(unit))
        assert parsed(naive, timezone="UTC") == [NOON, None]
        assert parsed(naive, timezone=BERLIN) == [NOON - timedelta(hours=1), None]
        tokyo = naive.dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Tokyo")
        assert parsed(tokyo) == parsed(tokyo, timezone=BERLIN) == [NOON, None]

    def test_finer_ones_are_cut(self):
        fine = pl.Series("ts", [datetime(2020, 1, 2, 12, 0, 0, 1_999)])
        assert parsed(fine, timezone="UTC") == [NOON + timedelta(milliseconds=1)]


class TestOtherTypes:
    @pytest.mark.parametrize("values", [[None, None], [True, False], [time(12), None]])
    def test_have_no_time(self, values):
        assert parsed(values) == [None, None]


class TestFaults:
    @pytest.mark.parametrize("values", [[1, None], [1.5, None], ["1", None], ["-1.5", "soon"]])
    def test_numbers_without_a_unit(self, values):
        assert faults(values, timezone="UTC") == [UNITLESS, None]

    @pytest.mark.parametrize("value", ["2020-01-02 12:00", "2020-01-02", date(2020, 1, 2), datetime(2020, 1, 2)])
    @pytest.mark.parametrize("timezone", [None, ""])
    def test_naive_times_without_a_zone(self, value, timezone):
        assert faults([value, None], unit="s", timezone=timezone) == [ZONELESS, None]

    def test_each_row_by_itself(self):
        values = ["2020-01-02T12:00:00Z", "2020-01-02 12:00", "7", "soon", None]
        assert faults(values) == [None, ZONELESS, UNITLESS, None, None]
        assert parsed(values) == [NOON, None, None, None, None]

    def test_numbers_that_no_date_holds(self):
        assert faults([2**62, 1, None], unit="s") == [IMPOSSIBLE, None, None]
        assert faults(["9" * 30, "1"], unit="ms") == [IMPOSSIBLE, None]
        assert faults([float("inf"), float("nan"), 1e300, 1.0], unit="s") == [IMPOSSIBLE, None, IMPOSSIBLE, None]

    def test_the_hour_that_is_skipped(self):
        assert faults(["2020-03-29 02:30", "2020-03-29 03:30"], timezone=BERLIN) == [NOT_SHOWN, None]

    @pytest.mark.parametrize("values", [["2020-01-02 12:00"], [datetime(2020, 1, 2)]])
    def test_a_zone_that_there_is_not(self, values):
        with pytest.raises(AisleError, match=r"`input\.format\.timezone` 'Europe/Atlantis' is not a zone"):
            parsed(values, timezone="Europe/Atlantis")


class TestRepeatedHour:
    @pytest.mark.parametrize("as_text", [True, False])
    def test_both_readings(self, as_text):
        times = [datetime(2020, 10, 25, 1, 59), datetime(2020, 10, 25, 2, 0), datetime(2020, 10, 25, 3, 0), None]
        found = read(TestSummerTime.series(times, as_text), timezone=BERLIN)
        assert found.again.to_list() == [None, datetime(2020, 10, 25, 1, tzinfo=UTC), None, None]

    def test_of_zones_that_go_back_elsewhere(self):
        assert read(["2024-11-03 01:30:00"], timezone="America/New_York").again.to_list() == [
            datetime(2024, 11, 3, 6, 30, tzinfo=UTC)
        ]
        half = read(["2024-04-07 01:29", "2024-04-07 01:30", "2024-04-07 02:00"], timezone="Australia/Lord_Howe").again
        assert half.to_list() == [None, datetime(2024, 4, 6, 15, tzinfo=UTC), None]

    def test_nothing_is_shown_twice_in_utc(self):
        assert read(["2020-10-25 02:30"], timezone="UTC").again.to_list() == [None]

    @SMALL
    @given(
        minutes=st.integers(0, 366 * 24 * 60),
        zone=st.sampled_from([BERLIN, "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Africa/Casablanca"]),
    )
    def test_as_python_knows_it(self, minutes, zone):
        shown = datetime(2023, 12, 31) + timedelta(minutes=minutes)
        first, second = (shown.replace(tzinfo=ZoneInfo(zone), fold=fold).astimezone(UTC) for fold in (0, 1))
        found = read([shown], timezone=zone)
        exists = first.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == shown
        assert found.ts.to_list() == [first if exists else None]
        assert found.again.to_list() == [second if exists and second != first else None]


class TestUnits:
    @pytest.mark.parametrize(
        ("unit", "number"), [("ns", NOON_S * 10**9), ("min", NOON_S // 60), ("h", NOON_S // 3600), ("d", 18263.5)]
    )
    def test_longer_and_shorter_ones(self, unit, number):
        assert parsed([number, None], unit=unit) == [NOON, None]
        assert parsed([str(number), None], unit=unit) == [NOON, None]

    def test_of_another_start(self):
        assert parsed([43832.5], unit="d", epoch=datetime(1899, 12, 30)) == [NOON]
        aware = datetime(1980, 1, 6, 1, tzinfo=ZoneInfo(BERLIN))
        assert parsed([60], unit="s", epoch=aware) == [datetime(1980, 1, 6, 0, 1, tzinfo=UTC)]

    def test_are_told_by_size(self):
        found = read([NOON_S, 5, -3, None, NOON_S * 1000, NOON_S + 1], unit="s")
        assert found.numbers == {"numbers": 4, "s": 2, "ms": 1}
        assert found.first == {"s": 0, "ms": 4}
        assert read([NOON_S], unit="s", epoch=datetime(2000, 1, 1)).numbers == {}
        assert read([NOON_S], unit="d").numbers == {}


class TestNumbersAsTexts:
    @pytest.mark.parametrize(
        ("text", "seconds"), [("1700", 1700), (" 1700 ", 1700), ("+5", 5), ("-0", 0), ("7.5", 7.5)]
    )
    def test_are_numbers(self, text, seconds):
        for others in ([], ["2020-01-02T12:00:00Z"], ["1.5", "17"]):
            assert parsed([text, *others], unit="s")[0] == datetime.fromtimestamp(seconds, UTC)

    @pytest.mark.parametrize(
        "text", ["1.7008e9", "1e3", "1E3", "0x10", "1_000", "1,000", ".5", "5.", "--5", "inf", "NaN"]
    )
    def test_are_none(self, text):
        for others in ([], ["2020-01-02T12:00:00Z"], ["1.5", "17"]):
            assert parsed([text, *others], unit="s")[0] is None


class TestLayouts:
    @pytest.mark.parametrize(
        ("layout", "text"),
        [
            ("%d.%m.%Y %H:%M:%S", "02.01.2020 12:00:00"),
            ("%m/%d/%Y %I:%M:%S %p", "01/02/2020 12:00:00 PM"),
            ("%d/%b/%Y:%H:%M:%S %z", "02/Jan/2020:13:00:00 +0100"),
            ("%a, %d %b %Y %H:%M:%S GMT", "Thu, 02 Jan 2020 12:00:00 GMT"),
            ("%Y-%m-%d %H:%M:%S %Z", "2020-01-02 12:00:00 GMT"),
            ("%Y-%m-%d %H:%M:%S.%f", "2020-01-02 12:00:00.000"),
            ("%Y-%m-%d %H:%M:%S,%f", "2020-01-02 12:00:00,000"),
            ("%Y%m%dT%H%M%SZ", "20200102T120000Z"),
            ("%Y%m%d%H%M%S", "20200102120000"),
            ("%s", "1577966400"),
        ],
    )
    def test_a_given_one(self, layout, text):
        assert parsed([text, "soon", None], layout=layout, timezone="UTC") == [NOON, None, None]

    def test_numbers_that_are_dates(self):
        assert parsed([20200102, 20201302], layout="%Y%m%d", timezone=BERLIN) == [
            datetime(2020, 1, 1, 23, tzinfo=UTC),
            None,
        ]

    def test_a_fraction_counts(self):
        half = NOON + timedelta(milliseconds=500)
        for layout, text in (("%F %T.%f", "2020-01-02 12:00:00.5"), ("%F %T,%f", "2020-01-02 12:00:00,500")):
            assert parsed([text], layout=layout, timezone="UTC") == [half]

    def test_another_zones_name_is_no_time(self):
        assert parsed(["2020-01-02 12:00:00 CET"], layout="%Y-%m-%d %H:%M:%S %Z", timezone="UTC") == [None]

    def test_rfc_2822_without_being_told(self):
        texts = ["Thu, 02 Jan 2020 12:00:00 GMT", "Thu, 2 Jan 2020 13:00:00 +0100", "Fri, 02 Jan 2020 12:00:00 GMT"]
        assert parsed(texts) == [NOON, NOON, None]

    def test_nothing_else_is_read_beside_it(self):
        assert parsed(["2020-01-02T12:00:00Z", "5"], unit="s", layout="%d.%m.%Y") == [None, None]

    def test_one_that_cannot_be(self):
        with pytest.raises(AisleError, match=r"`input\.format\.time_format` '%d %H' cannot be read by \("):
            parsed(["01 12"], layout="%d %H")


class TestRoundTrips:
    @SMALL
    @given(times=st.lists(moments, min_size=1, max_size=5), zone=st.sampled_from([BERLIN, "Asia/Kolkata", "UTC"]))
    def test_times_with_an_offset(self, times, zone):
        local = [t.astimezone(ZoneInfo(zone)) for t in times]
        assert parsed([t.isoformat(timespec="milliseconds") for t in local]) == times
        assert parsed([t.isoformat(" ") for t in local]) == times
        assert parsed([t.strftime("%Y-%m-%dT%H:%M:%S.%f%z") for t in local]) == times

    @SMALL
    @given(times=st.lists(moments, min_size=1, max_size=5), zone=st.sampled_from(["Asia/Kolkata", "UTC"]))
    def test_naive_times_of_a_zone_without_summer_time(self, times, zone):
        local = [t.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for t in times]
        assert parsed([t.isoformat(" ") for t in local], timezone=zone) == times
        assert parsed(local, timezone=zone) == times

    @SMALL
    @given(times=st.lists(moments, min_size=1, max_size=5))
    def test_numbers(self, times):
        numbers = [ms(t) for t in times]
        assert parsed(numbers, unit="ms") == times
        assert parsed([n * 1000 for n in numbers], unit="us") == times
        assert parsed([str(n) for n in numbers], unit="ms") == times
        assert parsed([n / 1000 for n in numbers], unit="s") == times
        assert parsed([f"{n / 1000:.3f}" for n in numbers], unit="s") == times
        assert parsed([n // 1000 for n in numbers], unit="s") == [t.replace(microsecond=0) for t in times]
