import pytest

from tests.oracle.customers import day, returned
from tests.value.lifetime.test_season import YEAR, daily
from value.lifetime.levels import Levels, levels_at
from value.lifetime.origins import Asked


def test_what_an_origin_expects_and_what_its_season_turned_out_to_be():
    lines = daily(900, [(400, 430), (770, 800)])
    asked = Asked(day(800), (day(770), day(764)))
    levels = Levels(lines, returned(), asked, (30, 90), "value")
    year = (YEAR + 30) / YEAR  # of the year around each stretch 30 days are doubled
    early, late = levels(day(764)), levels(day(770))
    assert early["level__d30"] == pytest.approx(2 / year)  # days 400 to 430
    assert early["taught_level__d30"] == pytest.approx(54 / 30 / year)  # days 764 to 794
    assert late["level__d30"] == pytest.approx(54 / 30 / year)  # days 406 to 436
    assert late["taught_level__d30"] == pytest.approx(2 / year)
    assert early["taught_level__d30"] != early["level__d30"]
    scored = levels(day(800))
    assert scored["taught_level__d30"] == scored["level__d30"]


def test_a_stretched_horizon_is_on_the_level_of_what_was_seen_of_it():
    lines = daily(900, [(770, 800)])
    levels = Levels(lines, returned(), Asked(day(800), (day(770),)), (30, 90), "value")
    assert levels(day(770))["taught_level__d90"] == pytest.approx(2 / ((YEAR + 30) / YEAR))
    assert levels(day(770))["level__d90"] == pytest.approx(1.0)


def test_nothing_after_the_scored_origin_matters():
    asked = Asked(day(800), (day(770),))
    now, later = (Levels(daily(days), returned(), asked, (30,), "value") for days in (800, 900))
    giant = Levels(daily(900, [(800, 900)], amount=1.0), returned(), asked, (30,), "value")
    for origin in (day(770), day(800)):
        assert now(origin) == later(origin) == giant(origin)


def test_without_a_season_all_is_one():
    assert levels_at(None, day(1), (30,)) == {"level__d30": 1.0, "taught_level__d30": 1.0}
