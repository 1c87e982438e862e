"""A stream made one item ahead is the same stream, up to where it fails."""

import threading

import pytest

from data.ahead import one_ahead


def failing():
    yield 1
    yield 2
    raise ValueError("third")


def test_the_items_stay_and_errors_come_in_their_place():
    assert list(one_ahead(iter(range(5)))) == [0, 1, 2, 3, 4]
    assert list(one_ahead(iter([]))) == []
    seen = []
    with pytest.raises(ValueError, match="third"):
        seen.extend(one_ahead(failing()))
    stream = one_ahead(failing())
    assert [next(stream), next(stream)] == [1, 2]


def test_one_more_is_made_than_is_asked_for():
    made = []
    asked = threading.Event()

    def counted():
        for number in range(9):
            made.append(number)
            if number == 1:
                asked.set()
            yield number

    stream = one_ahead(counted())
    assert next(stream) == 0
    assert asked.wait(10)
    assert len(made) == 2
    stream.close()
