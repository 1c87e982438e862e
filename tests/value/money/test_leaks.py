import polars as pl
import pytest

from tests.oracle.frames import at, prefixes
from tests.oracle.visits import asked, closed
from value.money.leaks import copies_of_target, events_after_cut, later_history, shared_sessions, told

QUERIES = asked((0, 7, 10, None), (1, None, 20, None)).with_columns(cut_ts=pl.col("start_ts").dt.offset_by("5m"))
VISITS = closed(
    {"session": 1, "ts": 3, "user": 7}, {"session": 2, "ts": 9, "user": 7}, {"session": 3, "ts": 10, "user": 7}
)


def features(**columns):
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Float32))


def test_shared_sessions():
    train, test = (pl.DataFrame({"session": s}) for s in ([1, 2, 2], [3]))
    assert shared_sessions(train, test) == []
    assert shared_sessions(train, train.head(2)) == ["2 sessions are in train and test both, such as 1"]


def test_events_after_the_cut():
    fine = prefixes((0, 1, 10, "clicks"), (0, 1, 15, "clicks"), (1, 2, 20, "clicks"))
    assert events_after_cut(QUERIES, fine) == []
    late = prefixes((0, 1, 10, "clicks"), (0, 1, 16, "clicks"))
    assert "query 0" in events_after_cut(QUERIES, late)[0]
    many = prefixes(*((1, 2, 20, "clicks") for _ in range(3)))  # at one moment, but the cut shows two
    assert "query 1" in events_after_cut(QUERIES, many)[0]


def test_copies_of_the_target():
    target = pl.Series([float(n * n) for n in range(50)])
    rows = features(
        copy__up=[n / 7 for n in range(50)],
        copy__down=[-float(n) for n in range(50)],
        near__one=[float(n if n > 5 else 5 - n) for n in range(50)],
        same__all=[1.0] * 50,
        none__at_all=[None] * 50,
    )
    assert [leak.split("`")[1] for leak in copies_of_target(rows, target)] == ["copy__up", "copy__down"]


def test_a_feature_that_few_rows_have_is_no_copy():
    few = features(rare__one=[float(n) if n < 5 else None for n in range(50)])
    assert copies_of_target(few, pl.Series([float(n) for n in range(50)])) == []


@pytest.mark.parametrize(("told_sessions", "leaks"), [(2.0, 0), (3.0, 1), (1.0, 1)])
def test_a_users_later_sessions(told_sessions, leaks):
    rows = features(user_worth__sessions=[told_sessions, None], user_worth__days_since=[0.1, None])
    assert len(later_history(QUERIES, rows, VISITS)) == leaks


def test_history_from_the_start_on():
    rows = features(item_worth__days_since_mean=[0.0, 2.0])
    assert "item_worth__days_since_mean" in later_history(QUERIES, rows, VISITS)[0]


def test_all_that_is_found_is_told():
    assert told(["one", "two"]) == "one; two"
    assert QUERIES["start_ts"][0] == at(10)
