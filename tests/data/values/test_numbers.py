import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.values.numbers import mend_of, read_numbers


def read(text, decimal=".", currency="refuse"):
    found = read_numbers(pl.Series("price", [text, "5"], dtype=pl.String), decimal, currency)
    assert found.value.dtype == pl.Float64
    assert found.value[1] == 5.0
    return found.value[0], found.unreadable[0]


class TestPoint:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("12", 12.0),
            (" 12.5 ", 12.5),
            ("-5", -5.0),
            ("\N{MINUS SIGN}5", -5.0),
            ("+5", 5.0),
            ("1e2", 100.0),
            ("1,234.50", 1234.5),
            ("1,234", 1234.0),
            ("1 234.50", 1234.5),
            ("1\u202f234\u202f567", 1_234_567.0),
            ("1\u00a0234.5", 1234.5),
            ("1'234.50", 1234.5),
        ],
    )
    def test_numbers(self, text, value):
        assert read(text) == (value, False)

    @pytest.mark.parametrize(
        "text",
        [
            *("12,50", "1.234,50", "1,23,456", "12 34", "1,234 567", "inf", "-inf", "Infinity", "NaN", "nan", "1e400"),
            *("0x1F", "1_000", "1.2.3", "12 €", "$3", "(12)", "--1", "one", ".", ",", "-", "1/2", "10%"),
        ],
    )
    def test_no_numbers(self, text):
        assert read(text) == (None, True)

    @pytest.mark.parametrize("text", [None, "", "  "])
    def test_nothing(self, text):
        assert read(text) == (None, False)


class TestComma:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("12", 12.0),
            ("12,5", 12.5),
            ("1.234,50", 1234.5),
            ("1.234", 1234.0),
            ("1.234.567", 1_234_567.0),
            ("1 234,5", 1234.5),
            ("1\u202f234,5", 1234.5),
            ("1'234,5", 1234.5),
            (",5", 0.5),
        ],
    )
    def test_numbers(self, text, value):
        assert read(text, ",") == (value, False)

    @pytest.mark.parametrize("text", ["12.50", "1,234.50", "1.23", "inf"])
    def test_no_numbers(self, text):
        assert read(text, ",") == (None, True)


class TestCurrency:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            *(
                (text, 12.5)
                for text in ("€ 12.50", "12.50 €", "12.50€", "$12.50", "US$ 12.50", "12.50 EUR", "EUR12.50")
            ),
            *((text, 12.5) for text in ("kr. 12.50", "R12.50", "12.50 zł", "12.50\u00a0€", "12.50")),
            *((text, -12.0) for text in ("-$12", "$-12", "(12.00)", "($12.00)", "12.00-", "\N{MINUS SIGN}12 €")),
            *((text, 12.0) for text in ("12.-", "12.\N{EN DASH} CHF")),
            ("CHF 1'234.50", 1234.5),
            ("$1,234.50", 1234.5),
        ],
    )
    def test_is_stripped(self, text, value):
        assert read(text, currency="strip") == (value, False)

    @pytest.mark.parametrize(
        "text", ["1.5k", "5 Mio EUR", "5Mio", "2x", "12 EUR/kg", "0x1F", "12 % off", "EUR", "12,50 €"]
    )
    def test_what_may_be_something_else_is_not(self, text):
        assert read(text, currency="strip") == (None, True)

    @pytest.mark.parametrize(("text", "value"), [("1.234,50 €", 1234.5), ("12,- €", 12.0), ("-12,50 kr", -12.5)])
    def test_with_a_comma(self, text, value):
        assert read(text, ",", "strip") == (value, False)


@pytest.mark.parametrize(
    ("text", "settings", "said"),
    [
        ("12,50", (".", "refuse"), """'12,50' looks like a decimal comma: set `input.format.decimal` to ",\""""),
        ("12.50", (",", "refuse"), """'12.50' looks like a decimal point: set `input.format.decimal` to ".\""""),
        ("12.50 €", (".", "refuse"), "'12.50 €' is readable: set `input.format.currency` to strip"),
        ("12.50 €", (".", "strip"), ""),
        ("dear", (".", "refuse"), ""),
    ],
)
def test_the_setting_that_mends(text, settings, said):
    assert mend_of(text, *settings) == said


def test_both_settings():
    said = mend_of("1.234,50 €", ".", "refuse")
    assert said.endswith("""set `input.format.decimal` to "," and `input.format.currency` to strip""")


def test_other_types():
    floats = read_numbers(pl.Series([1.5, float("nan"), float("inf"), None]))
    assert floats.value.to_list() == [1.5, None, float("inf"), None]
    assert not floats.unreadable.any()
    assert read_numbers(pl.Series(["1.5"], dtype=pl.Categorical)).value.to_list() == [1.5]
    dates = read_numbers(pl.Series([None, 5]).cast(pl.Date))
    assert dates.value.to_list() == [None, None]
    assert dates.unreadable.to_list() == [False, True]


@settings(max_examples=60, deadline=None)
@given(number=st.floats(0, 1e9, allow_nan=False).map(lambda number: round(number, 2)))
def test_a_number_is_read_in_every_way_that_it_is_written(number):
    grouped = f"{number:,.2f}"
    german = grouped.replace(",", "_").replace(".", ",").replace("_", ".")
    assert read(f"{number:.2f}") == read(grouped) == (number, False)
    assert read(german, ",") == read(german.replace(".", " "), ",") == (number, False)
    assert read(f"{grouped} EUR", currency="strip") == read(f"$ {grouped}", currency="strip") == (number, False)
    assert read(f"{german} €", ",", "strip") == (number, False)
