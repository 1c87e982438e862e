"""The kernel of OTTO's lines gives what the general reader gives, whatever the lines hold."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from data.fault import FAULT
from data.files import read_batches
from data.formats import LogFormat
from data.readers.otto_jsonl import SESSIONS
from data.readers.otto_lines import quick_sessions

numbers = st.one_of(st.integers(0, 10**7), st.sampled_from([0, 10**17, 10**18, 2**63 - 1, 2**63, -1, 1.5, None, "7"]))
types = st.sampled_from(["clicks", "carts", "orders"])
events = st.fixed_dictionaries({"aid": st.integers(0, 2**40), "ts": st.integers(0, 2**42), "type": types})
odd_events = st.one_of(
    st.fixed_dictionaries({"aid": numbers, "ts": numbers, "type": st.sampled_from(["clicks", "wish", "", None])}),
    st.fixed_dictionaries({"ts": st.just(3), "aid": st.just(4), "type": types}),
    st.fixed_dictionaries({"aid": st.just(3), "ts": st.just(4), "type": types, "more": st.booleans()}),
    st.sampled_from([{}, {"aid": 3}, 5]),
)
sessions = st.fixed_dictionaries({"session": st.integers(0, 99), "events": st.lists(events, min_size=1, max_size=4)})
odd_sessions = st.fixed_dictionaries(
    {"session": numbers, "events": st.lists(st.one_of(events, odd_events), max_size=3)}
)
separators = st.sampled_from([(",", ":"), (", ", ": "), (" ,", "\t: "), (",", " :")])
usual = st.builds(lambda held, marks: json.dumps(held, separators=marks), sessions, separators)
odd = st.builds(lambda held, marks: json.dumps(held, separators=marks), odd_sessions, separators)
broken = st.builds(lambda line, end: line[:end], usual, st.integers(0, 60))
strange = st.sampled_from(
    ["", "  ", "\t", "[]", "{}", "{", "null", "3", '{"session":1}', '{"session":007,"events":[]}']
)
ends = st.sampled_from(["", " ", "\r", "}", " {}", ","])
lines = st.one_of(*[usual] * 6, odd, broken, strange, st.builds(str.__add__, usual, ends))


def read(path, quick):
    form = LogFormat(reader="otto_jsonl")
    try:
        return list(read_batches(path, form, schema=SESSIONS, quick=quick))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@settings(max_examples=150, deadline=None)
@given(text=st.lists(lines, min_size=1, max_size=12), last=st.sampled_from(["", "\n"]))
def test_it_reads_what_the_general_reader_reads(tmp_path_factory, text, last):
    path = tmp_path_factory.getbasetemp() / "lines.jsonl"
    path.write_text("\n".join(text) + last)
    found, wanted = read(path, always_quick), read(path, None)
    if isinstance(wanted, str):
        assert found == wanted
        return
    for one, other in zip(found, wanted, strict=True):
        assert (FAULT in one.columns) == (FAULT in other.columns)
        assert_frame_equal(one, other)


def always_quick(text):
    """However few lines it reads: the general reader would read all where many are of another form."""
    found = quick_sessions(text)
    return None if found is None or not len(found.lines) else found


@pytest.fixture(autouse=True)
def many_others(monkeypatch):
    monkeypatch.setattr("data.opening.json.quick.MOST_OTHERS", 1.0)


def test_lines_of_other_forms_are_left():
    good = '{"session":3,"events":[{"aid":1,"ts":2,"type":"carts"},{"aid":4,"ts":5,"type":"orders"}]}'
    spaced = json.dumps(json.loads(good))
    left = ["", "x", good[:-1], good + " 1", good.replace("carts", "cart"), good.replace('"ts":2', '"ts":02')]
    found = quick_sessions("\n".join([good, *left, spaced, good + "\r", ""]).encode())
    assert (found.lines.tolist(), found.others.tolist()) == ([0, 7, 8], [1, 2, 3, 4, 5, 6])
    assert found.frame["session"].to_list() == [3, 3, 3]
    assert found.frame["events"][1].to_list() == json.loads(good)["events"]
    assert quick_sessions(good.encode()) is None
