import polars as pl

from data.suspicions.huge import Cut, suspect


def owners(*events):
    return pl.DataFrame({"code": range(len(events)), "events": events}, schema={"code": pl.UInt32, "events": pl.UInt32})


def said(kind, table, cut=None):
    keys = pl.DataFrame({"code": range(table.height), "key": [f"k{n}" for n in range(table.height)]})
    return suspect(kind, table, keys.cast({"code": pl.UInt32}), cut or Cut())


def test_even_sessions_are_none():
    assert said("session", owners(*[7] * 400)) == []
    assert said("user", owners(*[2000] * 3)) == []  # few users hold large shares


def test_one_that_holds_a_large_share():
    (warned,) = said("user", owners(*[7] * 300, 300))
    assert warned.check == "huge_user"
    assert "`k300` 300 (12.5%)" in warned.said
    assert "`input.format.null_tokens`" in warned.said
    assert warned.counts == {"users": 1, "events": 300, "user": "k300"}


def test_a_small_log_or_a_single_session_says_nothing():
    assert said("session", owners(*[1] * 100, 300)) == []
    assert said("session", owners(5_000)) == []


def test_one_a_thousand_times_the_usual():
    assert said("session", owners(*[1] * 50_000, 1_001))[0].counts["events"] == 1_001
    assert said("session", owners(*[1] * 50_000, 999)) == []


def test_sessions_that_were_cut_are_told_with_what_they_had():
    cut = Cut(10_000, {"k3": 70_000, "k4": 12_000})
    (warned,) = said("session", owners(*[7] * 3, 10_000, 10_000), cut)
    assert "(`k3` 70,000, `k4` 12,000)" in warned.said
    assert warned.counts["events"] == 62_000
    assert said("user", owners(*[7] * 300), cut) == []
