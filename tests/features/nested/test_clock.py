import pytest

from features.nested.clock import clock
from tests.features.nested.told import told


def test_hours_on_a_circle():
    found, _ = told(clock, [0, 6, 18, None], "hour")
    assert found["sin"] == [pytest.approx(0, abs=1e-12), pytest.approx(1), pytest.approx(-1), None]
    assert found["cos"] == [pytest.approx(1), pytest.approx(0, abs=1e-12), pytest.approx(0, abs=1e-12), None]
    assert found["value"] == [0.0, 6.0, 18.0, None]


def test_weekdays_are_numbers_or_names():
    numbers, _ = told(clock, [0, 2, 6], "weekday")
    names, odd = told(clock, ["Monday", "wed", "SUN"], "weekday")
    assert numbers == names
    assert odd == {}
    assert numbers["sin"][1] == pytest.approx(0.9749279)
    assert told(clock, ["someday"], "weekday")[1] == {"no number": 1}
