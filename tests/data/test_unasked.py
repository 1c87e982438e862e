import pytest

from data.unasked import why_unasked, why_unlearnable
from tests.oracle.frames import at, events, labels

LOG = [
    events((0, 1, 0, "clicks", 7), (0, 2, 150, "clicks", 7), (0, 3, 160, "clicks", 7)).lazy(),
    events((1, 1, 110, "clicks", 8), (2, 1, 120, "clicks", 9), (2, 4, 210, "clicks", 9)).lazy(),
]
ONCE = [events((0, 1, 0, "clicks", 7), (1, 2, 150, "clicks", 7), (2, 3, 160, "clicks", 8)).lazy()]


@pytest.mark.parametrize(
    ("log", "window", "least", "known", "told"),
    [
        (ONCE, (100, 200), 2, False, "of 3 sessions none has more than 1 event, so nothing follows"),
        (ONCE, (100, 200), 2, False, "of whom one has 2 events (`input.sessions.by: user`)."),
        (LOG, (100, 200), 4, False, "3 events, so 4 are needed; check what a session is"),
        (LOG, (100, 200), 4, False, "names it), or lower `folds.min_prefix`."),
        (LOG, (400, 500), 2, False, "holds no event: the log pauses there"),
        (LOG, (145, 155), 2, False, "no session begins in the test fold"),
        (LOG, (145, 155), 2, False, "and 2 that began before go on in it: where a session is a whole user"),
        (LOG, (105, 115), 2, False, "has 1 sessions, and none has 2 events or more; widen `folds.test`."),
        (LOG, (105, 115), 3, False, "widen `folds.test`, or lower `folds.min_prefix`."),
        (LOG, (105, 200), 2, False, "none has 2 events or more before it ends"),
        (LOG, (105, 200), 2, True, "set `folds.known_items_only: false`"),
        (LOG, (None, None), 2, True, "the test file has no session of 2 events"),
    ],
)
def test_why_nothing_is_asked(log, window, least, known, told):
    span = tuple(None if minute is None else at(minute) for minute in window)
    assert told in why_unasked("test", log, span, least, known)


def test_why_nothing_is_learnt():
    truth = labels((0, "clicks", 5), (1, "clicks", 6))
    history = events((0, 5, 0, "clicks"), (1, 1, 10, "clicks")).lazy()
    assert "2 labels are of 2 items, and the history before 2024-01-01 01:40:00 UTC has 1" in why_unlearnable(
        truth.lazy(), history, at(100)
    )
    assert "has none of them" in why_unlearnable(truth.tail(1).lazy(), history, at(100))
    assert "nothing follows" in why_unlearnable(truth.clear().lazy(), history, at(100))
