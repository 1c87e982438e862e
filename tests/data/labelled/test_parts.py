"""Which files of a table are read."""

from datetime import datetime
from pathlib import Path

import pytest

from data.errors import AisleError
from data.labelled.config import Labelled, Window
from data.labelled.parts import EMPTY, parts_within

TABLE = Labelled()
HOURS = [Path(f"log/datetime=2025-10-01-{hour:02d}-00/part-{part}.parquet") for hour in range(4) for part in (1, 0)]


def hours(chosen):
    return [(part.moment.hour, part.path.stem) for part in chosen.parts]


def test_both_ends_of_a_window_are_inside():
    chosen = parts_within(HOURS, [], TABLE, Window("2025-10-01-01-00", "2025-10-01-02-00"))
    assert hours(chosen) == [(1, "part-0"), (1, "part-1"), (2, "part-0"), (2, "part-1")]
    assert chosen.outside == 4


def test_an_open_window_is_everything():
    assert len(parts_within(HOURS, [], TABLE, Window()).parts) == 8
    assert hours(parts_within(HOURS, [], TABLE, Window(first="2025-10-01-03-00"))) == [(3, "part-0"), (3, "part-1")]


def test_a_cap_spreads_over_the_window_and_ends_with_it():
    assert [hour for hour, _ in hours(parts_within(HOURS, [], TABLE, Window(max_partitions=2)))] == [1, 1, 3, 3]
    assert [hour for hour, _ in hours(parts_within(HOURS, [], TABLE, Window(max_partitions=1)))] == [3, 3]
    assert len(parts_within(HOURS, [], TABLE, Window(max_partitions=9)).parts) == 8


def test_folders_write_time_as_the_settings_say():
    table = Labelled(partition="day", time_format="%d.%m.%Y")
    chosen = parts_within([Path("log/day=03.10.2025/a.csv")], [], table, Window("03.10.2025", "2025-10-03"))
    assert chosen.parts[0].moment == datetime(2025, 10, 3)


def test_what_cannot_be_placed_is_set_aside():
    strange = [Path("log/datetime=later/a.parquet"), Path("log/b.parquet")]
    nothing = Path("log/datetime=2025-10-01-00-00/part-2.parquet")
    chosen = parts_within([*HOURS, *strange], [nothing], TABLE, Window())
    assert len(chosen.parts) == 8
    assert [(one.path, one.why) for one in chosen.aside] == [
        (strange[0], "its folder's time 'later' is not written like `time_format` %Y-%m-%d-%H-%M"),
        (strange[1], "no folder `datetime=...` tells its time"),
        (nothing, EMPTY),
    ]


def test_an_empty_file_outside_the_window_does_not_count():
    nothing = Path("log/datetime=2025-10-01-00-00/part-2.parquet")
    assert parts_within(HOURS, [nothing], TABLE, Window(first="2025-10-01-01-00")).aside == ()


def test_a_column_tells_the_time_where_folders_do_not():
    chosen = parts_within([Path("b.csv"), Path("a.csv")], [], Labelled(partition=None, time="ts"), Window())
    assert [part.path.name for part in chosen.parts] == ["a.csv", "b.csv"]


def test_no_file_in_the_window():
    with pytest.raises(AisleError, match=r"none of 8 files .* go from 2025-10-01 00:00 to 2025-10-01 03:00; move the"):
        parts_within(HOURS, [], TABLE, Window(first="2026-01-01-00-00"))


def test_nothing_tells_the_time():
    with pytest.raises(
        AisleError, match=r"a\.csv: no folder `datetime=\.\.\.` tells its time, and so it is of all 1 files"
    ):
        parts_within([Path("a.csv")], [], TABLE, Window())
