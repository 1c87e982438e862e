"""Whose rows of a log are kept."""

import json
from dataclasses import replace

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from data.formats import Columns, LogFormat
from data.nested.values import read_keys
from data.partitions.drawing import SHIFT, bound_of, drawn
from data.quality import Quality
from data.sessions import Sessions
from pipeline.store.task import RawFile
from pipeline.tasks.log import LogTables
from pipeline.tasks.log_owners import OwnerShare
from tests.pipeline.tasks.conftest import Builder, ingest

ROWS = [(f"s{n % 50}", n % 7, n, ("clicks", "orders")[n % 5 == 0], f"u{n % 10}") for n in range(400)]


def made(build, name, raw, owners, **how):
    log = build(name, LogTables((raw,), None, ingest((raw,), **how), None, "bad.parquet", owners=owners))
    return log, json.loads((log.path / "summary.json").read_text())


def sessions(log):
    return set(pl.read_parquet(log.path / "keys" / "session.parquet")["key"])


def taken(keys, sample):
    """Plain: who is below the share."""
    bound = bound_of(sample) or 2**64
    return {key for key in keys if drawn(read_keys(pl.Series([key])))[0] < bound}


@pytest.mark.parametrize("how", [{}, {"shards": 3, "batch_rows": 7}])
def test_a_share_of_sessions_is_kept_whole(build, how):
    raw = build.raw("raw", *ROWS)
    log, told = made(build, "log", raw, OwnerShare(0.4), **how)
    kept = taken({row[0] for row in ROWS}, 0.4)
    assert 5 < len(kept) < 35
    assert sessions(log) == kept
    assert told["events"] == 8 * len(kept)
    assert told["dropped"] == {"not sampled": 400 - told["events"]}
    smaller, _ = made(build, "smaller", raw, OwnerShare(0.2))
    assert sessions(smaller) < kept


def test_users_are_kept_whole_where_sessions_are_made_of_theirs(build):
    log, _ = made(build, "log", build.raw("raw", *ROWS), OwnerShare(0.5), sessions=Sessions("gap"))
    assert set(pl.read_parquet(log.path / "keys" / "user.parquet")["key"]) == taken({row[4] for row in ROWS}, 0.5)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(1, 420), st.sampled_from([1.0, 0.5]), st.integers(1, 4), st.integers(5, 500))
def test_so_many_rows_at_most_are_those_of_the_smallest_hash(tmp_path_factory, most, sample, shards, batch_rows):
    build = Builder(tmp_path_factory.mktemp("owners"))
    raw, order = build.raw("raw", *ROWS), sorted({row[0] for row in ROWS}, key=lambda key: drawn(pl.Series([key]))[0])
    assert len({drawn(pl.Series([key]))[0] >> SHIFT for key in order}) == 50
    expected = taken(set(order[: most // 8]), sample)
    if not expected:
        with pytest.raises(
            AisleError, match=r"none of 400 events is read, as no session is drawn; raise `input\.window"
        ):
            made(build, "log", raw, OwnerShare(sample, most), shards=shards, batch_rows=batch_rows)
        return
    log, told = made(build, "log", raw, OwnerShare(sample, most), shards=shards, batch_rows=batch_rows)
    assert sessions(log) == expected  # both follow one order
    assert told["events"] == 8 * len(sessions(log)) <= most
    assert told["rows"] == told["events"] + sum(told["dropped"].values()) == 400


def test_bad_rows_are_measured_against_all(build):
    bad = [("s1", None, 500 + n, "clicks", "u") for n in range(6)]
    raw = build.raw("raw", *ROWS, *bad)
    _, told = made(build, "log", raw, OwnerShare(0.2), quality=Quality(max_quarantine=0.02))
    assert told["quarantined"] == {"null item": 6}
    assert told["rows"] == told["events"] + told["dropped"]["not sampled"] + 6


def test_refunds_are_counted_as_such(build):
    rows = [*ROWS, *((f"s{n}", 1, 500 + n, "refund", "u") for n in range(50))]
    form = {"events": {"refund": "refund", "clicks": "clicks", "orders": "orders"}}
    raw = build.raw("raw", *rows, price=pl.lit(2.0))
    _, told = made(build, "log", raw, OwnerShare(0.4, 100), **form)
    assert told["rows"] == told["events"] + sum(told["dropped"].values())
    assert told["dropped"]["not sampled"] == 400 - told["events"]


def test_keys_of_two_types_are_one_owner(build):
    rows = [(n % 20, 1, n, "clicks") for n in range(100)]
    one, two = build.raw("one", *rows[:50]), build.raw("two", *((str(row[0]), *row[1:]) for row in rows[50:]))
    columns = Columns(session="session", type="type")
    how = replace(ingest((one,)), format=LogFormat(columns=columns))
    task = LogTables((RawFile(one.path), two), None, how, None, "bad.parquet", owners=OwnerShare(0.5, 40))
    log = build("log", task)
    found = sessions(log)
    assert json.loads((log.path / "summary.json").read_text())["events"] == 5 * len(found) <= 40
    assert {str(key) for key in found} <= taken({str(n) for n in range(20)}, 0.5)


def test_how_many_rows_are_written():
    assert OwnerShare().written(1_000) == 1_000
    assert OwnerShare(0.1).written(1_000) == 100
    assert OwnerShare(max_rows=100).written(272) == 200  # 100 * (1 + ln 2.72)
    assert OwnerShare(0.5, max_rows=600).written(1_000) == 500
