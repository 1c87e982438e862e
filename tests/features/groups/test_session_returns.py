import pytest

from features.groups.session_returns import session_returns
from tests.features.reading import read
from tests.oracle.frames import prefixes


def returns(*sessions):
    rows = [
        (query, item, minute, "clicks") for query, items in enumerate(sessions) for minute, item in enumerate(items)
    ]
    return read(session_returns, prefixes=prefixes(*rows).reverse())


def test_by_hand():
    long, stays, other, single = returns([1, 2, 1, 1, 3, 1], [4, 4, 4], [5, 6], [7])
    assert long == pytest.approx({"query": 0, "run": 1, "same_share": 1 / 5, "back_share": 2 / 4, "went_back": 1})
    assert stays == pytest.approx({"query": 1, "run": 3, "same_share": 1, "back_share": 0, "went_back": 0})
    assert other == {"query": 2, "run": 1, "same_share": 0, "back_share": None, "went_back": None}
    assert single == {"query": 3, "run": 1, "same_share": None, "back_share": None, "went_back": None}


def test_the_closing_run_alone_counts():
    (row,) = returns([1, 1, 1, 2, 1, 1])
    assert row["run"] == 2
