import math
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import History
from candidates.sources.trending import Trending
from tests.oracle.frames import at, events, prefixes
from tests.oracle.votes import ONE, best, whole

ASKED = prefixes((4, 1, 0, "clicks"), (2, 9, 0, "clicks"))
HOUR = timedelta(hours=1)
TYPES = ["clicks", "carts", "orders"]
UNTIL = 240


def of(visits):
    """EVENTS of one session from (item, minute) or (item, minute, type)."""
    return events(*((0, *(*visit, "clicks")[:3]) for visit in sorted(visits, key=lambda visit: visit[1])))


def score(recent, expected, smoothing):
    return pytest.approx(recent * math.log((recent + smoothing) / (expected + smoothing)), abs=1e-6)


def test_share_of_the_last_hour_against_the_two_before(propose):
    visits = [
        *[(1, 60 + i) for i in range(4)],  # 4 of 8 before, 3 of 6 now: as before
        *[(2, 70 + i) for i in range(4)],  # 4 of 8 before, 1 of 6 now: falls
        *[(1, 180 + i) for i in range(3)],
        (2, 190),
        (3, 200),  # 2 of 6 now, new
        (3, 201),
        *[(3, 59 - i) for i in range(9)],  # before both stretches
    ]
    rows = propose(Trending(recent=HOUR, before=2 * HOUR, smoothing=1.0), of(visits), at(UNTIL), ASKED, 5)
    assert rows == [(query, 3, 1, score(2, 0, 1.0)) for query in (2, 4)]


def test_long_loved_gives_way_to_what_rises(propose):
    # before 30 and 10 of 40, now 30 and 30 of 60: 45 and 15 were expected
    visits = [*[(1, 100)] * 30, *[(2, 100)] * 10, *[(1, 200)] * 30, *[(2, 200)] * 30]
    rows = propose(Trending(recent=HOUR, before=2 * HOUR), of(visits), at(UNTIL), ASKED, 5)
    assert rows[:1] == [(2, 2, 1, score(30, 15, 5.0))]
    assert len(rows) == 2


def test_nothing_before_leaves_the_order_of_the_last_day(propose):
    rows = propose(Trending(), of([(7, 1), (5, 2), (7, 3), (3, 4)]), at(UNTIL), ASKED, 2)
    assert rows[:2] == [(2, 7, 1, score(2, 0, 5.0)), (2, 3, 2, score(1, 0, 5.0))]
    assert len(rows) == 4


def test_limit_cuts_and_types_weigh(propose):
    source = Trending(limit=1, type_weights={"carts": 1.0})
    rows = propose(source, of([(1, 1), (1, 2), (2, 3, "carts")]), at(UNTIL), ASKED, 9)
    assert [row[1] for row in rows] == [2, 2]


@settings(max_examples=40, deadline=None)
@given(
    visits=st.lists(st.tuples(st.integers(0, 5), st.integers(0, UNTIL - 1), st.sampled_from(TYPES)), max_size=25),
    hours=st.tuples(st.integers(1, 2), st.integers(1, 3)),
    smoothing=st.sampled_from([0.5, 5.0]),
    weights=st.fixed_dictionaries(dict.fromkeys(TYPES, st.sampled_from([0.0, 0.3, 1.0, 6.0]))),
)
def test_equals_plain_python(visits, hours, smoothing, weights):
    source = Trending("t", hours[0] * HOUR, hours[1] * HOUR, smoothing, 4, weights)
    since = UNTIL - 60 * hours[0]
    recent, before = Counter(), Counter()
    for item, minute, name in visits:
        if minute >= since:
            recent[item] += whole(weights[name]) / ONE
        elif minute >= since - 60 * hours[1]:
            before[item] += whole(weights[name]) / ONE
    scores = {}
    for item, now in recent.items():
        expected = before[item] * recent.total() / before.total() if before.total() else 0.0
        if now > expected:
            scores[item] = whole(now * math.log((now + smoothing) / (expected + smoothing))) / ONE
    partial = source.count(History(of(visits).lazy(), at(UNTIL))).collect().lazy()
    rows = source.merge(partial)["top"].collect().rows()
    assert rows == best({item: value for item, value in scores.items() if value}, 4)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"recent": timedelta(0)}, "`recent` must be above 0, got 0:00:00"),
        ({"before": timedelta(-1)}, "`before` must be above 0, got -1 day"),
        ({"smoothing": 0.0}, "`smoothing` must be a finite number above 0, got 0.0"),
        ({"smoothing": math.inf}, "`smoothing` must"),
        ({"limit": 0}, "`limit` must be at least 1, got 0"),
        ({"type_weights": {"views": 1.0}}, "`type_weights` must"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        Trending(**wrong)
