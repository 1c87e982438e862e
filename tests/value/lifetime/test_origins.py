from datetime import UTC, datetime, timedelta

import pytest

from value.lifetime.origins import Origins, asked_origins, log_end

DAY = timedelta(days=1)
FIRST, LAST = datetime(2024, 1, 1, 9, tzinfo=UTC), datetime(2024, 12, 31, 12, tzinfo=UTC)


def utc(*parts):
    return datetime(*parts, tzinfo=UTC)


def asked(horizons=(30, 90), until=LAST, **given):
    return asked_origins(Origins(**given), horizons, FIRST, until)


def test_named_origins_learn_from_those_before_them():
    late, early = datetime(2024, 9, 1), datetime(2024, 6, 1)
    first, second = asked(at=(late, early), step=30 * DAY, observe_least=60 * DAY)
    assert (first.at, second.at) == (utc(2024, 6, 1), utc(2024, 9, 1))
    # 60 days after the first order is the morning of March 1: of 2024-05-02, 04-02 and 03-03 the last still counts
    assert first.teaching == (utc(2024, 5, 2), utc(2024, 4, 2), utc(2024, 3, 3))
    assert (first.name, second.name) == ("2024-06-01", "2024-09-01")


def test_a_horizon_counts_where_it_is_over_by_the_scored_origin():
    (found,) = asked(at=(datetime(2024, 6, 1),), observe_least=DAY)
    assert [found.matured(origin, 30) for origin in found.teaching] == [True] * 5
    assert [found.matured(origin, 90) for origin in found.teaching] == [False, False, True, True, True]
    assert found.matured(found.at - 90 * DAY, 90)
    assert not found.matured(found.at - 89 * DAY, 90)


def test_a_horizon_that_no_origin_has_seen_the_end_of():
    (found,) = asked(horizons=(30, 240), at=(datetime(2024, 6, 1),), observe_least=DAY)
    assert not any(found.matured(origin, 240) for origin in found.teaching)
    assert [found.stretched(origin, 240) for origin in found.teaching] == [False, False, True, True, True]
    assert not any(found.stretched(origin, 30) for origin in found.teaching)  # which is over for all


def test_origins_too_near_to_teach_anything_do_not():
    (found,) = asked(horizons=(45,), at=(datetime(2024, 6, 1),), step=20 * DAY, most=2)
    assert found.teaching == (utc(2024, 4, 2),)  # 20 and 40 days before are not over, 80 before is too early a time
    (found,) = asked(horizons=(45,), at=(datetime(2024, 9, 1),), step=20 * DAY, most=2)
    assert found.teaching == (utc(2024, 7, 3), utc(2024, 6, 13))


def test_the_last_ones_whose_longest_horizon_is_over():
    found = asked(last=2, every=60 * DAY)
    assert [one.at for one in found] == [
        utc(2024, 8, 3),
        utc(2024, 10, 2),
    ]  # 90 days before the midnight of the last day


def test_live_is_the_end_of_the_log():
    (found,) = asked(live=True)
    assert found.at == LAST + timedelta(milliseconds=1)
    assert found.teaching[0] == found.at - 30 * DAY
    assert found.name == "2024-12-31T120000"


def test_the_last_day_of_a_log_of_dates_is_whole():
    assert log_end(Origins(), utc(2024, 12, 31)) == utc(2025, 1, 1)
    assert log_end(Origins(end=datetime(2024, 12, 15)), LAST) == utc(2024, 12, 15)
    (found,) = asked(horizons=(30,), until=utc(2024, 7, 1), at=(datetime(2024, 6, 2),))
    assert found.at + 30 * DAY == utc(2024, 7, 2)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"at": (datetime(2023, 1, 1),)}, "names 2023-01-01 00:00, when nobody had bought: .* 2024-01-01 09:00"),
        ({"at": (datetime(2024, 12, 25),)}, "before its shortest horizon, 30 days, is over"),
        ({"at": (datetime(2030, 1, 1),)}, "the log ends 2024-12-31 12:00 UTC"),
        ({"last": 9}, "`ltv.origins.last` asks for 9 origins 90d apart, .* the log spans 365d"),
        (
            {"at": (datetime(2024, 2, 1),)},
            "nothing can be learnt for the origin 2024-02-01 .*`ltv.origins.observe_least`",
        ),
        ({"at": (datetime(2024, 6, 1),), "most": 1, "horizons": (30, 91)}, "`ltv.horizons` names 91 days, of which no"),
    ],
)
def test_origins_that_the_log_does_not_know(given, told):
    with pytest.raises(ValueError, match=told):
        asked(**given)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"last": 0}, "`last`"),
        ({"most": 0}, "`most`"),
        ({"every": timedelta(0)}, "`every`"),
        ({"step": timedelta(0)}, "`step`"),
        ({"observe_least": timedelta(0)}, "`observe_least`"),
        ({"within": timedelta(0)}, "`within`"),
        ({"live": True, "at": (datetime(2024, 1, 1),)}, "`live`"),
        ({"at": (datetime(2024, 1, 1),) * 2}, "`at` names an origin twice"),
    ],
)
def test_refused_settings_name_the_field(given, told):
    with pytest.raises(ValueError, match=told):
        Origins(**given)
