from functools import partial

import pytest

from data.formats import Columns, Join, LogFormat


def test_the_readers_ask_for_a_session_or_a_user_and_the_columns_do_not():
    assert (Columns().session, Columns().user) == (None, None)
    assert LogFormat().columns == Columns()


def test_event_names_map_to_types_or_nothing():
    events = {"view": "clicks", "scroll": "ignore"}
    assert LogFormat(events=events).events == events
    with pytest.raises(ValueError, match=r"`events` maps to \['buys', 'views'\]; use one of \['clicks', 'carts', "):
        LogFormat(events={"a": "views", "b": "buys", "c": "clicks"})


def test_batches_of_nothing():
    with pytest.raises(ValueError, match="`batch_rows` must be at least 1, got 0"):
        LogFormat(batch_rows=0)


def test_a_separator_is_a_character_or_more():
    with pytest.raises(ValueError, match="`separator` is empty"):
        LogFormat(separator="")


@pytest.mark.parametrize("make", [LogFormat, partial(Join, file="a.csv", key="a")])
def test_a_header_that_names_a_column_twice(make):
    with pytest.raises(ValueError, match="`header` names `item` twice"):
        make(header="item, ts,item")
