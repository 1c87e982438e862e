"""How folders and files' names tell the time."""

from datetime import datetime
from pathlib import Path

import pytest

from data.errors import AisleError
from data.partitions.folders import FILE_NAME, Folders, check_folders, check_window, moment_of
from data.partitions.window import Window

DAYS = Folders("date", "%Y-%m-%d")


@pytest.mark.parametrize(
    ("folders", "path", "text"),
    [
        (DAYS, "log/date=2025-10-01/part-0.parquet", "2025-10-01"),
        (DAYS, "log/date=2025-10-01/hour=15/part-0.parquet", "2025-10-01"),
        (DAYS, "log/date=__HIVE_DEFAULT_PARTITION__/part-0.parquet", None),
        (DAYS, "log/part-0.parquet", None),
        (Folders("date,hour"), "log/date=2025-10-01/hour=15/part-0.parquet", "2025-10-01-15"),
        (Folders("date,hour"), "log/date=2025-10-01/part-0.parquet", None),
        (Folders("year,month,day"), "year=2025/month=1/day=02/a.csv", "2025-1-02"),
        (Folders(FILE_NAME), "log/events-2025-10-01.csv.gz", "2025-10-01"),
        (Folders(FILE_NAME, "%Y%m%d"), "log/shop7-20251001-part2.csv", "20251001"),
        (Folders(FILE_NAME, "%Y%m%d"), "log/order-120251001.csv", None),
        (Folders(), "log/date=2025-10-01/part-0.parquet", None),
    ],
)
def test_a_time_as_it_is_written(folders, path, text):
    assert folders.text_of(Path(path)) == text


def test_a_folder_without_a_time_is_one_all_the_same():
    nothing = Path("log/date=__HIVE_DEFAULT_PARTITION__/part-0.parquet")
    assert DAYS.is_told(nothing)
    assert not DAYS.is_told(Path("log/part-0.parquet"))


@pytest.mark.parametrize(
    ("last", "layout", "moment"),
    [
        ("2025-10-02-15-00", "%Y-%m-%d-%H-%M", datetime(2025, 10, 2, 15)),
        ("2025-10-02T15:00", "%Y-%m-%d", datetime(2025, 10, 2, 15)),
        ("2025-10-02", "%Y-%m-%d-%H-%M", datetime(2025, 10, 2, 23, 59, 59, 999_000)),
        ("02.10.2025", "%d.%m.%Y", datetime(2025, 10, 2, 23, 59, 59, 999_000)),
        ("2025-10", "%Y-%m", datetime(2025, 10, 1)),
        ("2025-10-02T00:00", "%Y-%m-%d", datetime(2025, 10, 2)),
    ],
)
def test_a_last_day_is_a_whole_one(last, layout, moment):
    assert Folders("date", layout).bounds(Window("2025-09-01T00:00", last)) == (datetime(2025, 9, 1), moment)


def test_ends_in_the_wrong_order_or_of_another_form():
    with pytest.raises(ValueError, match=r"`window\.first` must not lie after `window\.last`, got 2025-10-02 and 2025"):
        check_window(DAYS, Window("2025-10-02", "2025-10-01"), "window")
    with pytest.raises(ValueError, match="`window`: a window's end is 'yesterday'; write it as"):
        check_window(DAYS, Window("yesterday"), "window")
    with pytest.raises(AisleError, match="a window's end is 'yesterday'"):
        DAYS.bounds(Window("yesterday"))


def test_what_names_are_not_searched_for():
    with pytest.raises(ValueError, match=r"`partition_format` must be made of %Y, .* got %b"):
        check_folders(Folders(FILE_NAME, "%d-%b-%Y"), "partition_format")
    check_folders(Folders("date", "%d-%b-%Y"))


def test_the_last_day_of_all_and_a_moment_beyond_it():
    _, last = Folders("date", "%Y-%m-%d").bounds(Window(last="9999-12-31"))
    assert last == datetime(9999, 12, 31, 23, 59, 59, 999_000)
    assert moment_of("9999-12-31T23:00-05:00", "%Y-%m-%d") is None


@pytest.mark.parametrize("layout", ["%Y-%d-%d", "%Y-%c"])
def test_a_field_that_is_written_twice(layout):
    with pytest.raises(ValueError, match=f"`partition_format` must hold each field once, got '{layout}'"):
        check_folders(Folders("date", layout), "partition_format")
    check_folders(Folders("date", "%%%Y%%"))
