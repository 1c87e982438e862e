import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from value.lifetime.forward import forward_folds


def test_what_teaches_was_known_in_full():
    time = np.repeat([0, 30, 60, 90, 120], 40)
    folds = forward_folds(time, np.ones(200, bool), 3, apart=60)
    assert [(sorted(set(time[a])), sorted(set(time[b]))) for a, b in folds] == [
        ([0], [60]),
        ([0, 30], [90]),
        ([0, 30, 60], [120]),
    ]


def test_rows_that_have_not_matured_stand_aside():
    time = np.repeat([0, 30, 60], 40)
    folds = forward_folds(time, time < 60, 2, apart=30)
    assert [(sorted(set(time[a])), sorted(set(time[b]))) for a, b in folds] == [([0], [30])]


def test_too_few_rows_say_nothing():
    assert forward_folds(np.arange(40), np.ones(40, bool), 3, apart=0) == []
    assert forward_folds(np.arange(0), np.ones(0, bool), 3, apart=0) == []
    assert forward_folds(np.arange(400), np.ones(400, bool), 0, apart=0) == []


@given(st.lists(st.integers(0, 20), min_size=100, max_size=300), st.integers(1, 4), st.integers(0, 8))
def test_no_row_is_judged_twice_or_taught_too_late(times, number, apart):
    time = np.array(times)
    seen = np.zeros(len(time), int)
    for taught, judged in forward_folds(time, np.ones(len(time), bool), number, apart):
        assert time[taught].max() + apart <= time[judged].min()
        assert time[taught].max() < time[judged].min()
        seen[judged] += 1
    assert seen.max(initial=0) <= 1
