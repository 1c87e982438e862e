"""Which files of a log are read."""

from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AisleError
from data.partitions.choosing import parts_within
from data.partitions.folders import Folders
from data.partitions.parts import EMPTY
from data.partitions.window import Window

FOLDERS = Folders("datetime")
HOURS = [Path(f"log/datetime=2025-10-01-{hour:02d}-00/part-{part}.parquet") for hour in range(4) for part in (1, 0)]


def hours(chosen):
    return [(part.moment.hour, part.path.stem) for part in chosen.parts]


def test_both_ends_of_a_window_are_inside():
    chosen = parts_within(HOURS, [], FOLDERS, Window("2025-10-01-01-00", "2025-10-01-02-00"))
    assert hours(chosen) == [(1, "part-0"), (1, "part-1"), (2, "part-0"), (2, "part-1")]
    assert chosen.outside == 4


def test_an_open_window_is_everything():
    assert len(parts_within(HOURS, [], FOLDERS, Window()).parts) == 8
    assert hours(parts_within(HOURS, [], FOLDERS, Window(first="2025-10-01-03-00"))) == [(3, "part-0"), (3, "part-1")]


def test_a_cap_spreads_over_the_window_and_ends_with_it():
    assert [hour for hour, _ in hours(parts_within(HOURS, [], FOLDERS, Window(max_partitions=2)))] == [1, 1, 3, 3]
    assert [hour for hour, _ in hours(parts_within(HOURS, [], FOLDERS, Window(max_partitions=1)))] == [3, 3]
    assert len(parts_within(HOURS, [], FOLDERS, Window(max_partitions=9)).parts) == 8


def test_folders_write_time_as_the_settings_say():
    folders = Folders("day", "%d.%m.%Y")
    chosen = parts_within([Path("log/day=03.10.2025/a.csv")], [], folders, Window("03.10.2025", "2025-10-03"))
    assert chosen.parts[0].moment == datetime(2025, 10, 3)


def test_what_cannot_be_placed_is_set_aside():
    strange = [Path("log/datetime=later/a.parquet"), Path("log/b.parquet")]
    nothing = Path("log/datetime=2025-10-01-00-00/part-2.parquet")
    chosen = parts_within([*HOURS, *strange], [nothing], FOLDERS, Window())
    assert len(chosen.parts) == 8
    assert [(one.path, one.why) for one in chosen.aside] == [
        (strange[0], "its folder's time 'later' is not written like `time_format` %Y-%m-%d-%H-%M"),
        (strange[1], "no folder `datetime=...` tells its time"),
        (nothing, EMPTY),
    ]


def test_an_empty_file_outside_the_window_does_not_count():
    nothing = Path("log/datetime=2025-10-01-00-00/part-2.parquet")
    assert parts_within(HOURS, [nothing], FOLDERS, Window(first="2025-10-01-01-00")).aside == ()


def test_a_column_tells_the_time_where_folders_do_not():
    chosen = parts_within([Path("b.csv"), Path("a.csv")], [], Folders(), Window(), untimed=True)
    assert [part.path.name for part in chosen.parts] == ["a.csv", "b.csv"]


def test_no_file_in_the_window():
    with pytest.raises(AisleError, match=r"none of 8 files .* go from 2025-10-01-00-00 to 2025-10-01-03-00; move the"):
        parts_within(HOURS, [], FOLDERS, Window(first="2026-01-01-00-00"))


def test_nothing_tells_the_time():
    with pytest.raises(
        AisleError, match=r"a\.csv: no folder `datetime=\.\.\.` tells its time, and so it is of all 1 files"
    ):
        parts_within([Path("a.csv")], [], FOLDERS, Window())


def test_no_rule_is_silent_about_what_it_leaves_out():
    window = Window("2025-10-01-01-00", max_partitions=2, max_parts=1)
    chosen = parts_within(HOURS, [], FOLDERS, window)
    assert [hour for hour, _ in hours(chosen)] == [1, 3]
    assert chosen.left == {"outside the window": 2, "over `max_partitions`": 2, "over `max_parts`": 2}
    assert len(chosen.parts) + chosen.outside == len(chosen.placed) == 8


def test_shares_follow_names_wherever_the_log_lies():
    days = [f"date=2025-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    files = [f"{day}/part-{part}.parquet" for day in days for part in range(3)]
    folders = Folders("date")

    def read(root, **shares):
        paths = [Path(root, file) for file in files]
        return {str(part.path.relative_to(root)) for part in parts_within(paths, [], folders, Window(**shares)).parts}

    third, half = (read("log", share_of_partitions=share) for share in (1 / 3, 0.5))
    assert third < half < set(files)
    assert {len([file for file in half if file.startswith(day)]) for day in days} == {0, 3}
    assert abs(len(half) / len(files) - 0.5) < 0.1
    assert read("/elsewhere/shop", share_of_partitions=0.5) == half
    parts = read("log", share_of_parts=0.5)
    assert read("/elsewhere/shop", share_of_parts=0.5) == parts
    assert {len([file for file in parts if file.startswith(day)]) for day in days} == {0, 1, 2, 3}
    one = read("log", max_parts=1)
    assert {len([file for file in one if file.startswith(day)]) for day in days} == {1}
    assert read("log", share_of_parts=0.5, max_parts=1) < parts


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5)), min_size=1, max_size=20, unique=True),
    st.builds(
        Window,
        first=st.sampled_from([None, "2025-10-03"]),
        last=st.sampled_from([None, "2025-10-06"]),
        max_partitions=st.one_of(st.none(), st.integers(1, 4)),
        share_of_partitions=st.sampled_from([0.5, 1.0]),
        share_of_parts=st.sampled_from([0.5, 1.0]),
        max_parts=st.one_of(st.none(), st.integers(1, 3)),
    ),
)
def test_what_is_chosen_is_chosen_again_of_itself_and_in_any_order(files, window):
    paths = [Path(f"log/date=2025-10-{day:02d}/{part}.csv") for day, part in files]
    try:
        chosen = parts_within(paths, [], Folders("date"), window)
    except AisleError:
        return
    assert parts_within(paths[::-1], [], Folders("date"), window).parts == chosen.parts
    again = parts_within([part.path for part in chosen.parts], [], Folders("date"), window)
    assert again.parts == chosen.parts
    assert again.left == {}


def test_caps_need_a_time():
    with pytest.raises(AisleError, match="`max_partitions` needs `partition`"):
        parts_within([Path("a.csv")], [], Folders(), Window(max_partitions=1), untimed=True)
    assert (
        len(parts_within([Path("a.csv"), Path("b.csv")], [], Folders(), Window(max_parts=1), untimed=True).parts) == 1
    )


def test_a_window_of_folders_that_no_setting_names():
    days = [Path(f"log/date=2025-10-0{day}/hour=1/a.csv") for day in (1, 2)]
    with pytest.raises(AisleError) as error:
        parts_within(days, [], Folders(), Window(first="2025-10-01"))
    assert str(error.value) == (
        "log/date=2025-10-01/hour=1/a.csv: no folder tells its time, and so it is of all 2 files (there are "
        "['date', 'hour']); name what tells the time with `partition` (or a table's column with `time`)."
    )


def test_a_share_of_nothing():
    with pytest.raises(AisleError, match=r"none of 1 files is read \(not in `share_of_parts` 1\); raise the share"):
        parts_within([Path("log/date=2025-10-01/a.csv")], [], Folders("date"), Window(share_of_parts=1e-9))
