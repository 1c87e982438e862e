"""What is done again and again ends with the context, and the context waits for it."""

import threading

import pytest

from data.meanwhile import meanwhile


def test_it_is_done_until_the_context_ends_and_no_longer():
    times, three = [], threading.Event()

    def act():
        times.append(threading.current_thread().name)
        if len(times) == 3:
            three.set()

    with meanwhile(act, 0.001, "counting"):
        assert three.wait(60)
    assert set(times) == {"counting"}
    assert "counting" not in {thread.name for thread in threading.enumerate()}


def test_it_ends_where_the_work_fails():
    with pytest.raises(KeyError), meanwhile(lambda: None, 0.001, "failing"):
        raise KeyError
    assert "failing" not in {thread.name for thread in threading.enumerate()}
