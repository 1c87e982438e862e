import math
from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import History
from candidates.sources.bigram import Bigram
from tests.oracle.frames import at, events, prefixes

VISITS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 5)), min_size=1, max_size=25)


def table(source, history):
    partial = source.count(History(history.lazy(), at(100))).collect().lazy()
    return source.merge(partial)["neighbours"].collect().rows()


def test_counts_what_comes_right_after():
    history = events(*((0, item, i, "clicks") for i, item in enumerate([1, 2, 1, 2, 3])))
    assert table(Bigram(min_count=1), history) == [
        (1, 2, 1, pytest.approx(2 / math.sqrt(2 * 2))),
        (2, 3, 1, pytest.approx(1 / math.sqrt(2 * 1))),
        (2, 1, 2, pytest.approx(1 / math.sqrt(2 * 2))),
    ]


def test_rare_pairs_are_left_out():
    history = events(*((0, item, i, "clicks") for i, item in enumerate([1, 2, 1, 2, 3])))
    assert [row[:2] for row in table(Bigram(min_count=2), history)] == [(1, 2)]


def test_does_not_cross_sessions():
    assert table(Bigram(min_count=1), events((0, 1, 0, "clicks"), (1, 2, 1, "clicks"))) == []


@settings(max_examples=50, deadline=None)
@given(VISITS)
def test_equals_counting_by_hand(visits):
    rows = sorted((session, item, i) for i, (session, item) in enumerate(visits))
    rows = sorted(rows, key=lambda row: (row[0], row[2]))
    history = events(*((session, item, i, "clicks") for session, item, i in rows))
    seen = Counter(item for _, item, _ in rows)
    pairs = Counter((a[1], b[1]) for a, b in pairwise(rows) if a[0] == b[0])
    expected = {pair: n / math.sqrt(seen[pair[0]] * seen[pair[1]]) for pair, n in pairs.items() if n >= 2}
    assert {row[:2]: row[3] for row in table(Bigram(), history)} == pytest.approx(expected)


def test_recall_follows_the_latest_items(fit, tmp_path):
    history = events(*((session, item, i, "clicks") for session in (0, 1) for i, item in enumerate([1, 2, 3])))
    fitted = fit(Bigram(), [history], at(100), tmp_path, {})
    asked = prefixes((0, 1, 0, "clicks"), (0, 2, 1, "clicks"))
    assert Bigram().recall(asked.lazy(), fitted, 5)["bigram"].collect()["item"].to_list() == [3, 2]


def test_wrong_settings():
    with pytest.raises(ValueError, match="`min_count` must be at least 1, got 0"):
        Bigram(min_count=0)
