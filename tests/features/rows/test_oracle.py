"""The describer's own fields against plain Python, on whatever rows."""

import math
from collections import Counter

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from features.nested.histograms import histograms
from features.nested.lists import lists
from features.nested.maps import maps
from features.nested.own_key import own_key
from features.nested.times import times
from tests.features.nested.told import maps_of, told

KEYS = st.sampled_from(["a", "b", "c", ""])
NUMBERS = st.floats(-1e6, 1e6) | st.sampled_from([math.nan, math.inf, 0.0, None])
FIELDS = st.lists(st.none() | st.lists(st.tuples(KEYS, NUMBERS), max_size=5), min_size=1, max_size=6)
NOON = 1_759_320_000_000  # 2025-10-01 12:00
TIMES = st.integers(NOON - 10**10, NOON + 10**9) | st.none()
TIME_FIELDS = st.lists(st.none() | st.lists(st.tuples(KEYS, TIMES), max_size=5), min_size=1, max_size=6)


def usable(field, *, least=-math.inf):
    return [(k, v) for k, v in field if k and v is not None and math.isfinite(v) and v >= least]


def near(one, other):
    if one is None or other is None:
        return one is other
    return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)


def check(found, wanted):
    for place, row in enumerate(wanted):
        for name, value in row.items():
            assert near(found[name][place], value), (name, place, found[name][place], value)


@given(FIELDS, KEYS)
def test_maps(fields, own):
    found, odd = told(maps, maps_of(*fields), "map")
    at_key, _ = told(own_key, maps_of(*fields), "map", own={"key": [own] * len(fields)})
    check(found | at_key, [of_map(field, own) for field in fields])
    lost = sum(len(field) - len(usable(field)) for field in fields if field)
    nulls = sum(v is None for field in fields if field for k, v in field if k)
    assert sum(odd.values()) >= lost - nulls


def of_map(field, own):
    if field is None:
        return dict.fromkeys(("sum", "mean", "max", "min", "spread", "count", "own"))
    entries = usable(field)
    values = [v for _, v in entries]
    mean = sum(values) / len(values) if values else None
    return {
        "sum": math.fsum(values),
        "count": len(values),
        "mean": mean,
        "max": max(values, default=None),
        "min": min(values, default=None),
        "spread": math.sqrt(sum((v - mean) ** 2 for v in values) / len(values)) if values else None,
        "own": next((v for k, v in entries if k == own and own), None),
        "has_own": (own in [k for k, _ in entries]) if own else None,
    }


@given(FIELDS, KEYS)
def test_histograms(fields, own):
    found, _ = told(histograms, maps_of(*fields), "histogram")
    share, _ = told(own_key, maps_of(*fields), "histogram", own={"key": [own] * len(fields)})
    check(found | share, [of_histogram(field, own) for field in fields])


def of_histogram(field, own):
    if field is None:
        return dict.fromkeys(("entropy", "total", "levels", "top1", "top3", "own_share"))
    entries = usable(field, least=0)
    counts = sorted((v for _, v in entries if v > 0), reverse=True)
    total = math.fsum(counts)
    first = next((v for k, v in entries if k == own and own), 0.0)
    return {
        "entropy": -sum(c / total * math.log(c / total) for c in counts if c / total > 0) if total else None,
        "total": total,
        "levels": len(counts),
        "top1": counts[0] / total if total else None,
        "top3": sum(counts[:3]) / total if total else None,
        "own_share": first / total if total and own else None,
    }


@given(TIME_FIELDS, KEYS)
def test_times(fields, own):
    found, odd = told(times, maps_of(*fields, value=pl.Int64), "times", moments=["2025-10-01-12-00"] * len(fields))
    check(found, [of_times(field) for field in fields])
    later = sum(v is not None and v > NOON for field in fields if field for _, v in field)
    assert odd.get("later than the row", 0) == later


def of_times(field):
    if field is None:
        return dict.fromkeys(("latest", "earliest", "recency", "count"))
    days = [(NOON - v) / 86_400_000 for k, v in field if k and v is not None and v <= NOON]
    return {
        "latest": min(days, default=None),
        "earliest": max(days, default=None),
        "recency": math.exp(-min(days) / 30) if days else None,
        "count": len(days),
    }


@given(st.lists(st.none() | st.lists(KEYS | st.none(), max_size=6), min_size=1, max_size=6))
def test_lists(fields):
    found, odd = told(lists, pl.Series(fields, dtype=pl.List(pl.String)), "list")
    kept = [None if field is None else [one for one in field if one] for field in fields]
    assert found["length"] == [None if field is None else len(field) for field in kept]
    assert found["distinct"] == [None if field is None else len(set(field)) for field in kept]
    lost = Counter(bool(one) for field in fields if field for one in field)[False]
    assert odd.get("no key", 0) == lost
