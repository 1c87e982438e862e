"""What is said of a window."""

from pathlib import Path

from data.partitions.choosing import parts_within
from data.partitions.folders import Folders
from data.partitions.told import described, left_of, read_of, unplaced
from data.partitions.window import Window

DAYS = [Path(f"log/date=2025-10-0{day}/part-{part}.csv") for day in range(1, 5) for part in range(2)]
FOLDERS = Folders("date")


def test_what_is_left_out_is_counted_and_named():
    chosen = parts_within(DAYS, [], FOLDERS, Window("2025-10-02", "2025-10-03", max_parts=1))
    (warned,) = left_of(chosen, FOLDERS, " of the log")
    assert warned.plain() == {
        "check": "partitions_left",
        "said": "6 of 8 files of the log are not read (outside the window 4, over `max_parts` 2): of 4 partitions from "
        "2025-10-01 to 2025-10-04, 2 are read, 2025-10-02 to 2025-10-03.",
        "files": 6,
        "of": 8,
        "partitions": 2,
        "of_partitions": 4,
    }


def test_nothing_left_out_is_not_told():
    chosen = parts_within(DAYS, [], FOLDERS, Window())
    assert left_of(chosen, FOLDERS, "") == unplaced(chosen, "") == []


def test_files_without_partitions():
    files = [Path(f"log/{number}.csv") for number in range(4)]
    (warned,) = left_of(parts_within(files, [], Folders(), Window(max_parts=1), untimed=True), Folders(), "")
    assert warned.said == "3 of 4 files are not read (over `max_parts` 3)."
    assert read_of(files, Folders()) == {"files": 4}
    assert described(read_of(files, Folders())) == described(None) == []


def test_a_file_that_cannot_be_placed():
    strange = [Path("log/other.csv"), Path("log/date=__HIVE_DEFAULT_PARTITION__/a.csv")]
    chosen = parts_within([*DAYS, *strange], [], FOLDERS, Window())
    (warned,) = unplaced(chosen, " of the log")
    assert warned.said == (
        "2 files of the log are not read, as nothing tells when: log/other.csv: no folder `date=...` tells its time."
    )


def test_what_is_read():
    read = read_of(DAYS[2:6], FOLDERS)
    assert read == {"files": 4, "partition": "date", "partitions": 2, "first": "2025-10-02", "last": "2025-10-03"}
    assert described(read) == ["2 partitions of date from 2025-10-02 to 2025-10-03"]
