import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.schema import TYPES, TypeEnum
from evaluation.intervals import with_intervals
from evaluation.recall import next_click, recall_at
from evaluation.session_units import MEASURES, WHOLE, session_units
from tests.oracle.frames import labels

# query 0 and 1 are of session 10, query 2 of session 11
SESSIONS = pl.DataFrame(
    {"query": [0, 1, 2], "session": [10, 10, 11]}, schema={"query": pl.UInt32, "session": pl.UInt32}
)
ROWS = [
    (0, "clicks", 1, 2, None),
    (0, "carts", 1, 1, 1),
    (0, "carts", 2, None, 21),
    (1, "clicks", 3, None, 4),
    (2, "clicks", 4, 1, 1),
    (2, "orders", 4, 20, None),
]


def placed(rows):
    schema = {"query": pl.UInt32, "type": TypeEnum, "item": pl.UInt32, "a": pl.UInt16, "b": pl.UInt16}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_sessions_are_summed_up():
    units = session_units(placed(ROWS), SESSIONS, ["a", "b"])
    assert units.sessions.tolist() == [10, 11]
    assert units.rows.tolist() == [
        [2, 2, 0, *(1, 1, 0, WHOLE // 2), *(1, 1, 0, WHOLE // 4)],
        [1, 0, 1, *(1, 0, 1, WHOLE), *(1, 0, 0, WHOLE)],
    ]


def test_twenty_one_wanted_items_are_twenty_that_can_be_shown():
    many = placed([(0, "carts", n, n + 1, None) for n in range(21)])
    assert session_units(many, SESSIONS, ["a"]).rows.tolist() == [[0, 20, 0, 0, 20, 0, 0]]


def test_whole_is_a_multiple_of_every_rank():
    assert all(WHOLE % rank == 0 for rank in range(1, 21))
    assert math.lcm(*range(1, 21)) == WHOLE


def test_measures_and_differences_by_hand():
    found = with_intervals(placed(ROWS), SESSIONS, ["a", "b"], resamples=200, seed=1)
    assert found["sessions"] == 2
    a, b = found["measures"]["a"], found["measures"]["b"]
    assert [a[name]["value"] for name in MEASURES] == pytest.approx([2 / 3, 1 / 2, 1, 0.2 / 3 + 0.15 + 0.6, 0.5])
    assert [b[name]["value"] for name in MEASURES] == pytest.approx([2 / 3, 1 / 2, 0, 0.2 / 3 + 0.15, 1.25 / 3])
    apart = found["differences"]["b"]
    assert apart["orders"]["value"] == 1
    assert apart["clicks"] == {"value": 0, "low": 0, "high": 0, "error": 0}
    assert set(found["differences"]) == {"b"}
    # sessions 10, 10 or 10, 11 or 11, 11: MRR is (1/2 + 0) / 2, 1 / 2 or 1
    assert (a["MRR"]["low"], a["MRR"]["high"]) == (0.25, 1.0)


def test_what_nothing_is_wanted_of_is_null():
    found = with_intervals(placed(ROWS[:1]), SESSIONS, ["a"], resamples=5, seed=1)["measures"]["a"]
    assert found["carts"] == dict.fromkeys(("value", "low", "high", "error"))
    assert found["total"]["value"] is None
    assert found["clicks"]["value"] == 1


RANKS = st.one_of(st.none(), st.integers(1, 30))
LABELS = st.dictionaries(
    st.tuples(st.integers(0, 2), st.sampled_from(TYPES[1:]), st.integers(0, 9)), RANKS, max_size=12
)
CLICKS = st.dictionaries(st.integers(0, 2), st.tuples(st.integers(0, 9), RANKS), max_size=3)


@settings(max_examples=40, deadline=None)
@given(wanted=LABELS, clicks=CLICKS)
def test_values_are_those_of_the_measures_themselves(wanted, clicks):
    rows = [(*key, rank, None) for key, rank in wanted.items()]
    rows += [(query, "clicks", item, rank, None) for query, (item, rank) in clicks.items()]
    table = placed(rows).sort("query", "type", "item")
    listed = table.lazy().select("query", "type", "item", rank="a").filter(pl.col("rank").is_not_null())
    truth = labels(*table.select("query", "type", "item").rows()).lazy()
    found = with_intervals(table, SESSIONS, ["a"], resamples=2, seed=1)["measures"]["a"]
    expected = recall_at(listed, truth, 20)
    expected["MRR"] = next_click(listed.filter(pl.col("type") == "clicks"), truth)["MRR@20"]
    assert {name: found[name]["value"] for name in MEASURES} == pytest.approx(expected)
