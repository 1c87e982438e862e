"""Sections from the tables of profile.json, where there is little to show."""

import polars as pl
import pytest

from report.page.blocks import Drawn, Prose, Shown
from report.profile.drift import drift
from report.profile.frames import dated, frame, measures, share, written
from report.profile.money import money
from report.profile.quality import quality
from report.profile.table_target import bands
from report.profile.visitors import visitors


def texts(section):
    return [block.text for block in section.blocks if isinstance(block, Prose)]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (1_234_567, "1,234,567"), (1234.5, "1,234"), (12.34, "12.3"), (0.12345, "0.123"), ("a", "a")],
)
def test_numbers_have_few_digits(value, text):
    assert written(value) == text


def test_shares_are_in_percent():
    assert (share(0.1234), share(None)) == ("12.3%", "-")


def test_frames_of_rows():
    assert frame([{"a": 1, "b": None}, {"a": 2, "b": "x"}]).rows() == [(1, None), (2, "x")]
    assert frame([], "a").schema == {"a": pl.String}
    assert (
        dated([{"period": "2025-03-01T00:00:00Z", "n": 1}])["period"][0].isoformat().startswith("2025-03-01T00:00:00")
    )


def test_measures_are_rows_of_a_table_with_few_columns_of_numbers():
    told = {"rows": 3, "q0.5": 2.0, "q0.999": 9.0, "sd": None, "top1": 0.5}
    assert measures({"x": told, "none": None}, left_out=("sd",)).rows() == [
        ("rows", "3"), ("median", "2"), ("99.9% lie below", "9"), ("share of the largest 1 %", "50.0%"),
    ]  # fmt: skip


def test_a_log_without_money():
    assert texts(money({"money": {}})) == ["The log names no price and no value."]


def test_a_log_without_visitors():
    assert visitors({"visitors": None}) is None


def test_a_log_in_which_nothing_is_wrong():
    told = {"missing": [{"missing": 0}], "set_aside": {"reasons": [], "examples": []}, "log": {"duplicates": 0}}
    assert texts(quality(told)) == ["No value is missing.", "Every row is an event."]


def test_why_nothing_is_compared():
    assert texts(drift({"why": "it is too short."}))[0].endswith("what is scored: it is too short.")
    assert texts(drift({"features": []})) == ["There is nothing to compare."]


def test_what_has_moved_is_counted_and_the_thresholds_named():
    row = {"psi": 0.3, "chance": 0.01, "learnt_missing": 0.0, "scored_missing": 0.0}
    rows = [{"feature": "a", "moved": "much", **row}, {"feature": "b", "moved": "no", **row}]
    section = drift({"learnt": 5, "scored": 4, "some": 0.1, "much": 0.25, "features": rows})
    about, counted = texts(section)
    assert "From 0.10 on" in about
    assert "from 0.25 on much" in about
    assert "of 2 features 1 have moved much, 0 somewhat" in counted
    assert [type(block) for block in section.blocks[2:]] == [Drawn, Shown]


def test_a_table_without_bands():
    assert texts(bands({"bands": [], "prices": []})) == ["No column has bands."]
