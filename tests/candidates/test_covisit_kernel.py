from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.covisit import CoVisit
from candidates.covisit_kernel import Weighting, count_neighbours
from candidates.source import History
from data.schema import TYPES, Neighbours, Timestamp

MINUTE = 60_000
NORMALISATIONS = ["raw", "conditional", "cosine"]
VISITS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 90), st.integers(0, 2)), min_size=1, max_size=12
)  # item, minute, type
LOGS = st.lists(VISITS, min_size=1, max_size=6)
WEIGHTINGS = st.builds(
    Weighting,
    window_ms=st.integers(1, 100).map(lambda minutes: minutes * MINUTE),
    last_events=st.integers(1, 13),
    max_gap=st.integers(1, 13),
    gap_decay=st.booleans(),
    half_life_ms=st.sampled_from([None, 2 * MINUTE, 45 * MINUTE, 600 * MINUTE]),
    forward_only=st.booleans(),
    type_weights=st.sampled_from([None, {"clicks": 0}, {"carts": 6.5, "orders": 3}]),
    normalise=st.sampled_from(NORMALISATIONS),
    keep_self=st.booleans(),
)
AS_COVISIT = {"gap_decay": True, "forward_only": False, "type_weights": None}


def arrays(log):
    """A log as the kernel takes it; each session's minutes are sorted."""
    offsets = np.cumsum([0] + [len(visits) for visits in log])
    minutes = np.concatenate([np.sort([minute for _, minute, _ in visits]) for visits in log])
    rows = [visit for visits in log for visit in visits]
    items, types = (np.array([row[c] for row in rows]) for c in (0, 2))
    return offsets, items.astype(np.uint32), minutes * MINUTE, types.astype(np.uint8)


def count(log, *weightings, n_items=10, until=100, neighbours=5, **how):
    return count_neighbours(*arrays(log), weightings, n_items, until * MINUTE, neighbours, **how)


def rows(log, neighbours=5, **weighting):
    (table,) = count(log, Weighting(**({"normalise": "raw"} | weighting)), neighbours=neighbours)
    return table.rows()


def by_polars(log, weighting, until=100, neighbours=5):
    offsets, items, ts, _ = arrays(log)
    sessions = np.repeat(np.arange(len(log), dtype=np.uint32), np.diff(offsets))
    history = pl.DataFrame({"session": sessions, "item": items, "ts": ts}).cast({"ts": Timestamp})
    source = CoVisit(
        window=timedelta(milliseconds=weighting.window_ms),
        last_events=weighting.last_events,
        max_gap=weighting.max_gap,
        half_life=weighting.half_life_ms and timedelta(milliseconds=weighting.half_life_ms),
        normalise=weighting.normalise,
        keep_self=weighting.keep_self,
        neighbours=neighbours,
    )
    end = datetime.fromtimestamp(until * 60, UTC)
    return source.merge(source.count(History(history.lazy(), end)))["neighbours"].collect()


def by_hand(log, weighting, until=100):
    """Raw weights of what `CoVisit` cannot say, in plain Python: {(item, neighbour): weight}."""
    weights = {}
    type_weights = dict.fromkeys(TYPES, 1.0) | (weighting.type_weights or {})
    for visits in log:
        minutes = sorted(minute for _, minute, _ in visits)
        for q, (later, _, kind) in enumerate(visits):
            for p in range(max(len(visits) - weighting.last_events, q - weighting.max_gap, 0), q):
                earlier = visits[p][0]
                if minutes[q] - minutes[p] > weighting.window_ms / MINUTE:
                    continue
                if earlier == later and not weighting.keep_self:
                    continue
                half_life = weighting.half_life_ms
                decay = 0.5 ** ((until - minutes[p]) * MINUTE / half_life) if half_life else 1.0
                weight = round(decay / (q - p if weighting.gap_decay else 1) * type_weights[TYPES[kind]] * 2**24)
                ways = [(earlier, later)] if weighting.forward_only else [(earlier, later), (later, earlier)]
                for pair in ways:
                    weights[pair] = weights.get(pair, 0) + weight
    return {pair: weight / 2**24 for pair, weight in weights.items() if weight}


ABC = [[(1, 0, 0), (2, 1, 1), (3, 2, 2)], [(1, 0, 0), (2, 9, 0)]]


def test_worked_by_hand():
    assert rows(ABC) == [(1, 2, 1, 2.0), (1, 3, 2, 0.5), (2, 1, 1, 2.0), (2, 3, 2, 1.0), (3, 2, 1, 1.0), (3, 1, 2, 0.5)]
    assert rows(ABC, neighbours=1) == [(1, 2, 1, 2.0), (2, 1, 1, 2.0), (3, 2, 1, 1.0)]
    assert rows(ABC, gap_decay=False)[:2] == [(1, 2, 1, 2.0), (1, 3, 2, 1.0)]


def test_forward_only_with_type_weights():
    found = rows(ABC, forward_only=True, type_weights={"carts": 6, "orders": 3})
    assert found == [(1, 2, 1, 7.0), (1, 3, 2, 1.5), (2, 3, 1, 3.0)]
    # cosine: 8.5 follows item 1, 3 follows item 2; item 2 follows for 7, item 3 for 4.5
    found = rows(ABC, forward_only=True, type_weights={"carts": 6, "orders": 3}, normalise="cosine")
    expected = [(1, 2, 7 / (8.5 * 7) ** 0.5), (1, 3, 1.5 / (8.5 * 4.5) ** 0.5), (2, 3, 3 / (3 * 4.5) ** 0.5)]
    assert [(item, other, score) for item, other, _, score in found] == [
        (*e[:2], pytest.approx(e[2])) for e in expected
    ]


@settings(max_examples=60, deadline=None)
@given(log=LOGS, weighting=WEIGHTINGS, neighbours=st.integers(1, 7), threads=st.integers(1, 3))
def test_equals_the_polars_form(log, weighting, neighbours, threads):
    weighting = replace(weighting, **AS_COVISIT)
    (table,) = count(log, weighting, neighbours=neighbours, threads=threads)
    assert table.equals(by_polars(log, weighting, neighbours=neighbours))
    Neighbours.validate(table)


@settings(max_examples=60, deadline=None)
@given(log=LOGS, weighting=WEIGHTINGS)
def test_raw_weights_equal_plain_python(log, weighting):
    (table,) = count(log, replace(weighting, normalise="raw"), neighbours=10)
    expected = {pair: np.float32(weight) for pair, weight in by_hand(log, weighting).items()}
    assert {(item, other): score for item, other, _, score in table.rows()} == expected


@settings(max_examples=30, deadline=None)
@given(log=LOGS, weightings=st.lists(WEIGHTINGS, min_size=2, max_size=4))
def test_members_at_once_equal_each_alone(log, weightings):
    for table, weighting in zip(count(log, *weightings), weightings, strict=True):
        assert table.equals(count(log, weighting)[0])


@pytest.mark.parametrize("normalise", NORMALISATIONS)
def test_small_memory_and_more_threads_give_the_same(normalise):
    rng = np.random.default_rng(3)
    log = [[(int(i), int(m), 0) for i, m in rng.integers(0, 5_000, (20, 2))] for _ in range(1_000)]
    weighting = Weighting(normalise=normalise, window_ms=1_000 * MINUTE, half_life_ms=900 * MINUTE)
    how = {"n_items": 5_000, "until": 6_000, "neighbours": 60}
    (whole,) = count(log, weighting, threads=1, **how)
    assert whole.height > 10_000
    for memory_mib, threads in ((1, 1), (1, 3), (64, 4)):
        assert count(log, weighting, memory_mib=memory_mib, threads=threads, **how)[0].equals(whole)
    assert whole.equals(by_polars(log, weighting, until=6_000, neighbours=60))


def test_ties_go_by_code():
    log = [[(9, 0, 0), (5, 1, 0)], [(3, 0, 0), (5, 1, 0)], [(7, 0, 0), (5, 1, 0)]]
    assert [row for row in rows(log, neighbours=2) if row[0] == 5] == [(5, 3, 1, 1.0), (5, 7, 2, 1.0)]


def test_nothing_in_nothing_out():
    none = (np.array([0]), np.array([], np.uint32), np.array([], np.int64), np.array([], np.uint8))
    (table,) = count_neighbours(*none, [Weighting()], 5, 0, 3)
    assert table.is_empty()
    assert table.schema == pl.Schema(count(ABC, Weighting())[0].schema)
    assert count(ABC) == []
    assert rows([[(1, 0, 0)]]) == []


@pytest.mark.parametrize("name", ["window_ms", "last_events", "max_gap", "half_life_ms"])
def test_refuses_weightings_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        Weighting(**{name: 0})


def test_refuses_other_weightings():
    with pytest.raises(ValueError, match="`max_gap` must be at most 65535, got 65536"):
        Weighting(max_gap=65_536)
    with pytest.raises(ValueError, match=r"`normalise` must be one of .* got 'cosinus'"):
        Weighting(normalise="cosinus")
    with pytest.raises(ValueError, match="`type_weights` must give"):
        Weighting(type_weights={"buys": 1.0})


@pytest.mark.parametrize("name", ["neighbours", "memory_mib", "threads"])
def test_refuses_numbers_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0"):
        count(ABC, Weighting(), **{name: 0})


def test_refuses_more_neighbours_than_ranks():
    with pytest.raises(ValueError, match="`neighbours` must be at most 65535, got 65536"):
        count(ABC, Weighting(), neighbours=65_536)


def test_refuses_arrays_that_do_not_fit():
    offsets, items, ts, types = arrays(ABC)
    rest = ([Weighting()], 4, 0, 5)
    with pytest.raises(ValueError, match=r"equally long .* got 5, 4, 5"):
        count_neighbours(offsets, items, ts[1:], types, *rest)
    for wrong in ([0, 4], [1, 5], [0, 4, 3, 5], []):
        with pytest.raises(ValueError, match="`offsets` must rise from 0 to the number of events, 5"):
            count_neighbours(np.array(wrong, np.int64), items, ts, types, *rest)
    with pytest.raises(ValueError, match="`items` must lie below 3, got 3"):
        count_neighbours(offsets, items, ts, types, [Weighting()], 3, 0, 5)
    with pytest.raises(ValueError, match="`types` must lie below 3, got 4"):
        count_neighbours(offsets, items, ts, types + np.uint8(2), *rest)
