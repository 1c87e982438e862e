import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from features.kernels.distinct import emptied, place_of, table_for

SESSIONS = st.lists(st.lists(st.sampled_from([0, 1, 2, 3, 4_294_967_295, 2**31, 64, 128]), max_size=9), max_size=5)


def numbers(sessions):
    """Each value's number among its session's distinct ones."""
    starts = np.cumsum([0, *map(len, sessions)])
    table = table_for(starts)
    told = []
    for session in sessions:
        mine, known, mined = emptied(table, len(session)), np.zeros(len(table), np.int64), []
        for value in session:
            at = place_of(mine, known, value)
            if mine[at] < 0:
                mine[at] = len(set(mined))
                known[mine[at]] = value
            mined.append(int(mine[at]))
        told.append(mined)
    return told


def test_by_hand():
    assert numbers([[7, 9, 7, 5, 9], [9], []]) == [[0, 1, 0, 2, 1], [0], []]


@settings(max_examples=60, deadline=None)
@given(sessions=SESSIONS)
def test_numbers_follow_the_first_appearance(sessions):
    expected = [[list(dict.fromkeys(session)).index(value) for value in session] for session in sessions]
    assert numbers(sessions) == expected


def test_an_unknown_value_has_no_number():
    table, known = emptied(table_for(np.array([0, 2])), 2), np.array([6, 0], np.int64)
    table[place_of(table, known, 6)] = 0
    assert table[place_of(table, known, 6)] == 0
    assert table[place_of(table, known, 7)] == -1
