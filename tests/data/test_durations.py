from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.durations import in_words, rounded_down

SECONDS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=7), "7d"),
        (timedelta(days=3, hours=23), "3d"),
        (timedelta(days=2, hours=23), "71h"),
        (timedelta(hours=2, minutes=59), "179m"),
        (timedelta(minutes=3), "3m"),
        (timedelta(seconds=179.9), "179s"),
        (timedelta(seconds=2.9), "2.9s"),
        (timedelta(seconds=1), "1s"),
        (timedelta(milliseconds=5), "0.005s"),
        (timedelta(microseconds=999), "0s"),
        (timedelta(0), "0s"),
    ],
)
def test_by_hand(span, words):
    assert in_words(span) == words


@settings(max_examples=100, deadline=None)
@given(span=st.timedeltas(timedelta(0), timedelta(days=10_000)))
def test_the_words_say_the_rounded_span(span):
    words, rounded = in_words(span), rounded_down(span)
    assert timedelta(seconds=float(words[:-1]) * SECONDS[words[-1]]) == rounded
    assert in_words(rounded) == words
    assert timedelta(0) <= span - rounded < max(span / 3, timedelta(milliseconds=1))
