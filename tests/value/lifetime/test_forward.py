import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from value.lifetime.forward import DAY, lifetime_forward_folds, lifetime_group_folds
from value.lifetime.rows import LifetimeRows


def rows(days, matured=None):
    time = np.array(days, np.int64) * DAY
    short, long = np.zeros(len(time)), np.zeros(len(time))
    if matured is not None:
        short[~matured] = long[~matured] = np.nan
    features = pl.DataFrame({"a": np.zeros(len(time), np.float32)})
    return LifetimeRows(features, {"d30": short, "d60": long}, np.arange(len(time)) // 2, time)


def seen(given, fold, horizon):
    days = given.time // DAY
    return sorted(set(days[fold.teaching(given, horizon)])), sorted(set(days[fold.judged]))


def test_what_teaches_was_known_in_full():
    given = rows(np.repeat([0, 30, 60, 90, 120], 40))
    folds = lifetime_forward_folds(given, 3, apart=True)
    assert [seen(given, fold, "d30") for fold in folds] == [
        ([0, 30], [60]),
        ([0, 30, 60], [90]),
        ([0, 30, 60, 90], [120]),
    ]
    assert [seen(given, fold, "d60")[0] for fold in folds] == [[0], [0, 30], [0, 30, 60]]


def test_impressions_of_one_day_need_no_distance():
    given = rows(np.repeat([0, 1, 2], 40))
    folds = lifetime_forward_folds(given, 2, apart=False)
    assert [seen(given, fold, "d60") for fold in folds] == [([0], [1]), ([0, 1], [2])]


def test_rows_that_have_not_matured_stand_aside():
    days = np.repeat([0, 30, 60], 40)
    given = rows(days, days < 60)
    assert [seen(given, fold, "d30") for fold in lifetime_forward_folds(given, 2, apart=True)] == [([0], [30])]
    assert lifetime_forward_folds(rows(days, days < 0), 2, apart=True) == []
    assert lifetime_forward_folds(given, 0, apart=True) == []


def test_groups_stay_together():
    given = rows(np.arange(40))
    for fold in lifetime_group_folds(given, 4):
        assert not set(given.group[fold.taught]) & set(given.group[fold.judged])
        assert len(fold.teaching(given, "d60")) == len(fold.taught)


@given(st.lists(st.integers(0, 20), min_size=5, max_size=300), st.integers(1, 4), st.booleans())
def test_no_row_is_judged_twice_or_taught_too_late(days, number, apart):
    given = rows(days)
    judged = np.zeros(len(days), int)
    for fold in lifetime_forward_folds(given, number, apart=apart):
        judged[fold.judged] += 1
        assert given.time[fold.taught].max() < given.time[fold.judged].min()
        for horizon, length in (("d30", 30), ("d60", 60)):
            teaching = given.time[fold.teaching(given, horizon)]
            assert not apart or (teaching + length * DAY <= given.time[fold.judged].min()).all()
    assert judged.max(initial=0) <= 1
