import pytest

from data.formats import LogFormat
from data.values.event_names import as_texts, with_floats


def test_texts_stay_as_they_are():
    assert as_texts({"view": "clicks", "1": "carts", "true": "orders"}) == {
        "view": "clicks",
        "1": "carts",
        "true": "orders",
    }


def test_numbers_and_null_are_their_texts():
    assert as_texts({0: "clicks", 1.0: "carts", 1.5: "orders", None: "ignore"}) == {
        "0": "clicks",
        "1": "carts",
        "1.5": "orders",
        "null": "ignore",
    }


def test_a_boolean_is_every_word_that_a_configuration_reads_as_it():
    names = as_texts({True: "clicks", False: "ignore"})
    assert {name for name, kind in names.items() if kind == "clicks"} == {
        *("true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON"),
    }
    assert {"no", "False", "off"} <= {name for name, kind in names.items() if kind == "ignore"}


def test_a_word_in_quotes_keeps_its_meaning():
    assert as_texts({True: "clicks", "on": "orders"})["on"] == "orders"


def test_one_name_of_two_meanings_is_refused():
    with pytest.raises(ValueError, match=r"`events` maps '1' to 'clicks' and to 'orders'; name it once\."):
        LogFormat(events={"1": "clicks", 1: "orders"})


def test_numbers_of_a_table_of_floats():
    assert with_floats({"1": "clicks", "view": "carts"}) == {"1.0": "clicks", "1": "clicks", "view": "carts"}
    assert with_floats({"1": "clicks", "1.0": "orders"})["1.0"] == "orders"
