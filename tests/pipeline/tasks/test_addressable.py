"""Whom one could address: a row a session with what it still brings, and customers with what tells their segments."""

from datetime import UTC, datetime

import polars as pl
import pytest

from pipeline.store.task import Artifact
from pipeline.tasks.addressable import AddressableCustomers, AddressableSessions

AT = datetime(2024, 5, 1, tzinfo=UTC)
MONEY = ("expected_value", "low", "high")


def artifact(folder, name, **tables):
    path = folder / name
    path.mkdir()
    for file, table in tables.items():
        table.write_parquet(path / f"{file}.parquet")
    return Artifact(path, name)


def session(key, events, so_far, expected, target, user=1):
    return {
        "session_key": key,
        "user": user,
        "cut_ts": AT,
        "events": events,
        "so_far": so_far,
        "target": target,
        "purchase_probability": 0.5,
        **dict(zip(MONEY, (expected, expected - 1, expected + 1), strict=True)),
    }


def made(task, into):
    into.mkdir()
    task(into)
    return pl.read_parquet(into / "rows.parquet")


@pytest.fixture
def scored(tmp_path):
    rows = [session("b", n, 2.0, 10.0 + n, None) for n in (1, 2, 3)]
    rows += [session("a", n, 4.0, 20.0, 5.0 * n) for n in (1, 2)]
    kinds = {"events": pl.UInt16, "target": pl.Float64, "cut_ts": pl.Datetime("ms", "UTC")}
    return artifact(tmp_path, "scored", **{"000": pl.DataFrame(rows, schema_overrides=kinds)})


def test_a_session_stands_once_with_what_it_still_brings(scored, tmp_path):
    found = made(AddressableSessions((scored,), (), remaining=False), tmp_path / "rows")
    assert found["key"].to_list() == ["a", "b"]
    judged, running = found.iter_rows(named=True)
    assert (running["events"], running["worth"], running["low"], running["high"]) == (3, 11.0, 10.0, 12.0)  # the latest
    assert (judged["worth"], judged["truth"]) == (16.0, 5.0 * judged["events"] - 4.0)
    assert found["waiting"].null_count() == 2


def test_what_remains_has_nothing_taken_off(scored, tmp_path):
    found = made(AddressableSessions((scored,), (), remaining=True), tmp_path / "rows")
    assert found["worth"].to_list() == [20.0, 13.0]


def test_moments_are_drawn_and_not_always_the_same(tmp_path):
    rows = [session(f"s{k}", n, 0.0, 1.0, 1.0) for k in range(40) for n in (1, 2, 3)]
    kinds = {"events": pl.UInt16, "cut_ts": pl.Datetime("ms", "UTC")}
    of = artifact(tmp_path, "scored", **{"000": pl.DataFrame(rows, schema_overrides=kinds)})
    found = made(AddressableSessions((of,), (), remaining=False), tmp_path / "rows")
    assert found["events"].value_counts().filter(pl.col("count") > 5).height == 3


def test_features_of_the_same_moment_tell_the_segment(scored, tmp_path):
    features = pl.DataFrame(
        {
            "session_key": ["a", "a", "b", "b", "b"],
            "events": pl.Series([1, 2, 1, 2, 3], dtype=pl.UInt16),
            "user": [None, None, 7, 7, 7],
            "session_shape__cart_waits": [0.0, 0.0, 0.0, 0.0, 1.0],
            "user_worth__sessions": [None, None, 2.0, 2.0, 2.0],
            "user_worth__days_since": [None, None, 9.0, 9.0, 9.0],
            "user_worth__gap_days": [None, None, 4.0, 4.0, 4.0],
        }
    )
    described = artifact(tmp_path, "described", test=features)
    found = made(AddressableSessions((scored,), (described,), remaining=False), tmp_path / "rows")
    told = found.select("waiting", "before", "since", "usual").rows()
    assert told == [(False, None, None, None), (True, True, 9.0, 4.0)]


def test_customers_within_a_horizon_with_labels_from_a_table(tmp_path):
    rows = pl.DataFrame(
        {
            "key": ["y", "x"],
            "moment": pl.Series([AT, AT], dtype=pl.Datetime("ms", "UTC")),
            **{f"d7__{name}": [1.0, 2.0] for name in ("purchase_probability", *MONEY)},
        }
    )
    of = artifact(tmp_path, "scored", **{"000": rows})
    truth = artifact(tmp_path, "truth", truth=pl.DataFrame({"key": ["x"], "target__d7": [3.0]}))
    asked = pl.DataFrame({"key": ["x"], "customer_recency__days_known": [120.0], "customer_recency__days_since": [5.0]})
    told = artifact(tmp_path, "asked", rows=asked)
    found = made(AddressableCustomers((of,), "d7", told, truth), tmp_path / "rows")
    assert found.select("key", "worth", "truth", "before", "since", "usual").rows() == [
        ("x", 2.0, 3.0, True, 5.0, None),
        ("y", 1.0, None, None, None, None),
    ]
