from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import Fitted, History
from candidates.sources.hourly_popular import HourlyPopular
from tests.oracle.frames import at, events, prefixes
from tests.oracle.votes import ONE, best, whole

DAY = 24 * 60
TYPES = ["clicks", "carts", "orders"]


def of(visits):
    """EVENTS of one session from (item, minute, type)."""
    return events(*((0, *visit) for visit in sorted(visits, key=lambda visit: visit[1])))


def test_hour_of_the_last_event_with_its_neighbours(propose):
    history = of(
        [
            (1, 8 * 60, "clicks"),  # 8:00
            (2, 9 * 60 + 59, "carts"),  # 9:59
            (3, 11 * 60, "clicks"),  # 11:00
            (3, DAY + 11 * 60, "clicks"),  # and a day later
        ]
    )
    asked = prefixes(
        (0, 9, 3 * DAY + 8 * 60, "clicks"), (0, 9, 3 * DAY + 10 * 60, "clicks"), (1, 9, 8 * 60 + 59, "clicks")
    )
    rows = propose(HourlyPopular(beside=0.25), history, at(2 * DAY), asked, 5)
    # at 10: a quarter of the cart at 9 and of two clicks at 11; at 8: the click and a quarter of the cart
    assert rows == [(0, 2, 1, 1.5), (0, 3, 2, 0.5), (1, 2, 1, 1.5), (1, 1, 2, 1.0)]


def test_midnight_has_two_neighbours(propose):
    history = of([(1, 23 * 60, "clicks"), (2, 60, "clicks"), (3, 2 * 60, "clicks"), (4, 22 * 60, "clicks")])
    asked = prefixes((0, 9, 5 * DAY, "clicks"), (1, 9, DAY - 1, "clicks"))
    rows = propose(HourlyPopular(), history, at(DAY), asked, 5)
    assert rows == [(0, 1, 1, 0.5), (0, 2, 2, 0.5), (1, 1, 1, 1.0), (1, 4, 2, 0.5)]


def test_quiet_hour_window_limit_and_types(propose):
    history = of([(1, 60, "clicks"), (2, DAY + 60, "orders"), (3, DAY + 61, "clicks"), (4, DAY + 62, "clicks")])
    source = HourlyPopular(window=timedelta(days=1), limit=1, type_weights={"clicks": 1.0})
    asked = prefixes((0, 9, 5 * 60, "clicks"), (1, 9, 60, "clicks"))
    assert propose(source, history, at(2 * DAY), asked, 5) == [(1, 3, 1, 1.0)]


def test_without_neighbouring_hours(propose):
    history = of([(1, 60, "clicks"), (2, 120, "clicks")])
    asked = prefixes((0, 9, 61, "clicks"))
    assert propose(HourlyPopular(beside=0.0), history, at(DAY), asked, 5) == [(0, 1, 1, 1.0)]


@settings(max_examples=30, deadline=None)
@given(
    visits=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3 * DAY), st.sampled_from(TYPES)), max_size=25),
    days=st.integers(1, 3),
    beside=st.sampled_from([0.0, 0.3, 1.0]),
    weights=st.fixed_dictionaries(dict.fromkeys(TYPES, st.sampled_from([0.0, 0.3, 1.0, 6.0]))),
    hour=st.integers(0, 23),
)
def test_equals_plain_python(tmp_path_factory, visits, days, beside, weights, hour):
    source = HourlyPopular(window=timedelta(days=days), beside=beside, type_weights=weights)
    until = 3 * DAY + 1
    own = Counter()
    for item, minute, name in visits:
        if minute >= until - days * DAY:
            own[minute // 60 % 24, item] += whole(weights[name])
    sums = Counter()
    for (at_hour, item), weight in own.items():
        apart = min((at_hour - hour) % 24, (hour - at_hour) % 24)
        sums[item] += {0: weight, 1: round(weight * beside)}.get(apart, 0)
    expected = [(0, *row) for row in best({item: total / ONE for item, total in sums.items() if total}, 3)]
    partial = source.count(History(of(visits).lazy(), at(until))).collect().lazy()
    folder = tmp_path_factory.getbasetemp()
    source.merge(partial)["top"].collect().write_parquet(folder / "top.parquet")
    asked = prefixes((0, 1, hour * 60 + 30, "clicks")).lazy()
    assert source.recall(asked, Fitted(folder), 3)["hourly_popular"].collect().rows() == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"window": timedelta(0)}, "`window` must be above 0, got 0:00:00"),
        ({"beside": -0.1}, "`beside` must lie from 0 to 1, got -0.1"),
        ({"beside": 1.1}, "`beside` must"),
        ({"limit": 0}, "`limit` must be at least 1, got 0"),
        ({"type_weights": {"views": 1.0}}, "`type_weights` must"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        HourlyPopular(**wrong)
