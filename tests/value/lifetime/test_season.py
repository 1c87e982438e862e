import pytest

from tests.oracle.customers import day, ordered, returned
from value.lifetime.season import Season, shop_takings

YEAR = 364


def daily(days, special=(), amount=1.0):
    """An order a day, twice as much in some stretches."""
    doubled = {d for start, end in special for d in range(start, end)}
    return ordered(*((d % 5, d + 0.5, d, 1, 1.0, amount * (2 if d in doubled else 1)) for d in range(days)))


def season(lines, until, back=(), of="value"):
    return Season.known(shop_takings(lines, "ts", "spend"), returned(*back), day(0), day(until), of)


def test_a_stretch_against_the_year_around_it():
    lines = daily(800, [(400, 430)])
    assert season(lines, 800).level(day(400), 30) == pytest.approx(2 / ((YEAR + 30) / YEAR))
    assert season(lines, 800).level(day(380), 40) == pytest.approx(1.5 / ((YEAR + 30) / YEAR))
    assert season(lines, 800).level(day(200), 10) == pytest.approx(1.0)  # whose year, days 23 to 387, is an even one


def test_the_year_is_moved_to_lie_within_what_is_known():
    lines = daily(YEAR, [(0, 30)])
    assert season(lines, YEAR).level(day(0), 30) == pytest.approx(2 / ((YEAR + 30) / YEAR))
    assert season(lines, YEAR).level(day(YEAR - 30), 30) == pytest.approx(1 / ((YEAR + 30) / YEAR))


def test_what_lies_ahead_is_taken_from_a_year_before():
    lines = daily(800, [(400, 430), (400 + YEAR, 430 + YEAR)], amount=3.0)
    known = season(lines, 764)
    assert known.ahead(day(764), 30) == known.level(day(400), 30) == pytest.approx(2 / ((YEAR + 30) / YEAR))


def test_a_young_shop_knows_no_season():
    lines = daily(400, [(0, 30)])
    assert season(lines, YEAR - 1).level(day(0), 30) == 1
    assert season(lines, 400).ahead(day(YEAR - 1), 30) == 1  # a year before the shop had not opened
    assert season(lines, 400).level(day(380), 30) == 1  # which is not over


def test_giants_are_bounded():
    lines = daily(YEAR)
    giant = ordered((1, 100.2, 999, 1, 1.0, 1e6))
    assert season(lines.vstack(giant), YEAR).level(day(100), 10) == 5
    assert season(lines.vstack(giant), YEAR).level(day(200), 10) == 0.2


def test_what_is_known_to_have_gone_back_was_not_taken():
    lines = daily(YEAR).vstack(ordered((1, 100.2, 999, 1, 1.0, 50.0)))
    back = [(1, 100.2, 999, 1, 300, 50.0)]
    assert season(lines, YEAR, back).level(day(100), 10) == pytest.approx(1.0)
    assert season(lines, YEAR, back, of="gross").level(day(100), 10) > 4
    late = [(1, 100.2, 999, 1, YEAR, 50.0)]
    assert season(lines, YEAR, late).level(day(100), 10) > 4
