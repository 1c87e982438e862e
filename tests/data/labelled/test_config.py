"""Settings of a table of rows with labels by horizon."""

from datetime import datetime

import pytest

from data.labelled.config import Labelled
from data.partitions.folders import moment_of
from data.partitions.window import Window


def test_horizons_are_days_shortest_first():
    table = Labelled(labels={"14": "later", "d7": "soon"})
    assert table.horizons == {7: "soon", 14: "later"}


def test_a_label_and_what_a_pattern_names_happen_afterwards():
    table = Labelled(labels={"7": "money"}, outcomes=("buyer_*", "registration"))
    assert [name for name in ("money", "buyer_d7", "registration", "buyers", "id") if table.is_outcome(name)] == [
        "money",
        "buyer_d7",
        "registration",
    ]


@pytest.mark.parametrize(
    "text",
    ["2025-10-01-15-00", "2025-10-01T15:00", "2025-10-01T17:00+02:00"],
)
def test_a_moment_is_written_as_folders_do_or_in_iso(text):
    assert moment_of(text, "%Y-%m-%d-%H-%M") == datetime(2025, 10, 1, 15)


def test_the_layout_knows_no_window():
    one, other = (Labelled(labels={"7": "a"}, test=Window(first=f"2025-10-0{day}-00-00")) for day in (1, 2))
    assert one != other
    assert one.layout == other.layout


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"labels": {"week": "a"}}, "`labels` must be named by whole days such as 7 or d7, got 'week'"),
        ({"labels": {"7": "a", "d7": "b"}}, "`labels` must name each horizon and each column once, got 'd7' again"),
        ({"labels": {"7": "a", "14": "a"}}, "`labels` must name each horizon and each column once, got '14' again"),
        ({"labels": {"7": "row_id"}}, "`labels` must name columns of money"),
        ({"key": ""}, "`key` is empty"),
        ({"partition": None}, "`time` must name the column of a row's moment where `partition` is null"),
        ({"batch_rows": 0}, "`batch_rows` must be at least 1, got 0"),
        ({"max_parts_aside": 1.5}, "`max_parts_aside` must lie between 0 and 1, got 1.5"),
        ({"train": Window(first="yesterday")}, "`train`: a window's end is 'yesterday'"),
        (
            {"test": Window("2025-10-02-00-00", "2025-10-01-00-00")},
            "`test.first` must not lie after `test.last`, got 2025-10-02-00-00 and 2025-10-01-00-00",
        ),
    ],
)
def test_what_is_refused(given, told):
    with pytest.raises(ValueError, match=told):
        Labelled(**given)


def test_a_window_refuses_empty_samples():
    with pytest.raises(ValueError, match="`sample` must lie above 0"):
        Window(sample=0)
    with pytest.raises(ValueError, match="`max_partitions` must be at least 1"):
        Window(max_partitions=0)
