import random

import polars as pl
import pytest

from data.otto import rules
from data.schema import TypeEnum

EVENT = pl.Struct({"aid": pl.Int64, "ts": pl.Int64, "type": TypeEnum})


def sessions(*logs):
    """Session n of (aid, ts, type) events."""
    events = [[dict(zip(("aid", "ts", "type"), event, strict=True)) for event in log] for log in logs]
    return pl.DataFrame(
        {"session": range(len(logs)), "events": events}, schema={"session": pl.Int64, "events": pl.List(EVENT)}
    )


def shown(frame):
    return [(session, [(e["aid"], e["ts"]) for e in events]) for session, events in frame.rows()]


LOG = sessions(
    [(1, 5, "clicks"), (2, 9, "carts"), (3, 10, "clicks")],  # begins before the cut at 10 and is trimmed there
    [(1, 9, "clicks"), (2, 11, "clicks")],  # one event is left before the cut
    [(1, 10, "clicks"), (2, 11, "clicks")],  # begins at the cut
    [(1, 11, "clicks"), (4, 12, "orders"), (1, 13, "clicks")],
)


def test_a_session_trains_or_is_tested_by_its_first_event():
    assert shown(rules.training_sessions(LOG, 10)) == [(0, [(1, 5), (2, 9)])]
    assert shown(rules.held_out_sessions(LOG, 10)) == [(3, [(1, 11), (4, 12), (1, 13)])]


def test_events_of_unknown_items_go_and_then_sessions_of_one_event():
    assert shown(rules.known_sessions(LOG, pl.Series([1, 3]))) == [(0, [(1, 5), (3, 10)]), (3, [(1, 11), (1, 13)])]


def test_one_event_at_least_is_shown_and_one_hidden():
    drawn = {rules.draw_shown(random.Random(seed), 4) for seed in range(50)}
    assert drawn == {1, 2, 3}
    assert rules.draw_shown(random.Random(0), 2) == 1


@pytest.mark.parametrize(
    ("hidden", "line"),
    [
        ([(7, 1, "carts"), (8, 2, "clicks"), (9, 3, "clicks")], '{"clicks": 8, "carts": [7]}'),
        ([(7, 1, "orders"), (6, 2, "orders"), (7, 3, "orders")], '{"orders": [7, 6]}'),
        ([(0, 1, "clicks"), (9, 2, "clicks")], "{}"),
        ([(0, 1, "carts")], '{"carts": [0]}'),
    ],
)
def test_labels_are_written_as_json_dumps_does(hidden, line):
    written = sessions(hidden).select(rules.label_lines(rules.labels_of(pl.col("events"))))
    assert written.item() == f'{{"session": 0, "labels": {line}}}'


def test_sessions_are_written_as_json_dumps_does():
    written = sessions([(1, 5, "clicks"), (2, 9, "carts")]).select(rules.session_lines(rules.event_texts()))
    assert written.item() == (
        '{"session": 0, "events": [{"aid": 1, "ts": 5, "type": "clicks"}, {"aid": 2, "ts": 9, "type": "carts"}]}'
    )
