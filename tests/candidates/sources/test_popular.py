from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import History
from candidates.sources.popular import Popular
from tests.oracle.frames import at, events, prefixes
from tests.oracle.votes import ONE, best, whole

ASKED = prefixes((4, 1, 0, "clicks"), (4, 1, 1, "clicks"), (2, 9, 0, "clicks"))
TYPES = ["clicks", "carts", "orders"]


def test_counts_weighted_events_in_the_window(propose):
    history = events(
        (0, 1, 0, "clicks"),  # before the window
        (0, 1, 60, "clicks"),  # exactly where it begins
        (0, 2, 61, "carts"),
        (1, 3, 70, "clicks"),
        (1, 3, 71, "orders"),
    )
    rows = propose(Popular(window=timedelta(hours=1)), history, at(120), ASKED, 2)
    assert rows == [(2, 2, 1, 6.0), (2, 3, 2, 4.0), (4, 2, 1, 6.0), (4, 3, 2, 4.0)]


def test_ties_go_by_item_and_limit_cuts(propose):
    history = events((0, 8, 0, "clicks"), (0, 3, 1, "clicks"), (0, 5, 2, "clicks"))
    assert propose(Popular(limit=2), history, at(3), ASKED, 9)[:2] == [(2, 3, 1, 1.0), (2, 5, 2, 1.0)]
    assert len(propose(Popular(limit=2), history, at(3), ASKED, 9)) == 4


def test_type_without_weight_is_not_proposed(propose):
    history = events((0, 8, 0, "clicks"), (0, 3, 1, "carts"))
    assert [row[1] for row in propose(Popular(type_weights={"carts": 1.0}), history, at(3), ASKED, 9)] == [3, 3]


@settings(max_examples=40, deadline=None)
@given(
    visits=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 200), st.sampled_from(TYPES)), max_size=20),
    hours=st.integers(1, 3),
    weights=st.fixed_dictionaries(dict.fromkeys(TYPES, st.sampled_from([0.0, 0.3, 1.0, 6.0]))),
    limit=st.integers(1, 4),
)
def test_equals_plain_python(tmp_path_factory, visits, hours, weights, limit):
    source = Popular(window=timedelta(hours=hours), limit=limit, type_weights=weights)
    history = events(*((0, item, minute, name) for item, minute, name in sorted(visits, key=lambda visit: visit[1])))
    sums = Counter()
    for item, minute, name in visits:
        if minute >= 201 - 60 * hours:
            sums[item] += whole(weights[name])
    expected = best({item: total / ONE for item, total in sums.items() if total}, limit)
    partial = source.count(History(history.lazy(), at(201))).collect().lazy()
    assert source.merge(partial)["top"].collect().rows() == expected


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"window": timedelta(0)}, "`window` must be above 0, got 0:00:00"),
        ({"limit": 0}, "`limit` must be at least 1, got 0"),
        ({"type_weights": {"views": 1.0}}, "`type_weights` must"),
    ],
)
def test_refuses(wrong, message):
    with pytest.raises(ValueError, match=message):
        Popular(**wrong)
