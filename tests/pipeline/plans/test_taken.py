"""Which files of a log are read."""

import pytest

from data.errors import AisleError
from data.formats import Join, LogFormat
from data.partitions.folders import FILE_NAME
from data.partitions.window import Window
from pipeline.plans.taken import taken
from pipeline.settings.config import Config, Input

OCTOBER = Window("2025-10-01", "2025-10-02")


@pytest.fixture
def log(tmp_path):
    def put(*names):
        for name in names:
            path = tmp_path / "log" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("a\n1\n")
        return str(tmp_path / "log")

    return put


def read(train, tmp_path, **reading):
    found, warned = taken(Config(train=train, input=Input(**reading)))
    return [str(file.relative_to(tmp_path / "log")) for file in found.files], [one.said for one in warned]


def test_files_stay_in_the_order_in_which_they_are_named(log, tmp_path):
    folder = log("date=2025-10-02/b.csv", "date=2025-10-01/a.csv", "date=2025-10-03/a.csv")
    given = f"{folder}/date=2025-10-02,{folder}/date=2025-10-01,{folder}/date=2025-10-03"
    files, said = read(given, tmp_path, partition="date", window=OCTOBER)
    assert files == ["date=2025-10-02/b.csv", "date=2025-10-01/a.csv"]
    assert len(said) == 1
    assert read(given, tmp_path, partition="date") == ([*files, "date=2025-10-03/a.csv"], [])


def test_names_of_files_tell_a_time_too(log, tmp_path):
    folder = log("clicks-2025-09-30.csv", "clicks-2025-10-01.csv.gz", "buys-2025-10-02.csv", "notes.csv")
    files, said = read(folder, tmp_path, partition=FILE_NAME, window=OCTOBER)
    assert files == ["buys-2025-10-02.csv", "clicks-2025-10-01.csv.gz"]
    assert said == [
        "1 of 3 files of the log is not read (outside the window 1): of 3 partitions from 2025-09-30 to 2025-10-02, 2 "
        "are read, 2025-10-01 to 2025-10-02.",
        "1 file of the log is not read, as nothing tells when: "
        f"{folder}/notes.csv: no date in its name tells its time.",
    ]


def test_a_table_beside_the_log_is_none_of_its_partitions(log, tmp_path):
    folder = log("date=2025-10-01/a.csv", "date=2025-10-05/a.csv", "products.csv")
    joins = LogFormat(joins={"products": Join("products.csv", "a")})
    files, said = read(folder, tmp_path, format=joins, partition="date", window=OCTOBER)
    assert files == ["date=2025-10-01/a.csv"]
    assert len(said) == 1


def test_a_window_needs_to_know_what_tells_the_time(log, tmp_path):
    folder = log("date=2025-10-01/a.csv")
    with pytest.raises(AisleError, match=r"no folder tells its time, .*\(there are \['date'\]\); name what tells"):
        read(folder, tmp_path, window=OCTOBER)
    assert read(folder, tmp_path, window=Window(max_parts=1)) == (["date=2025-10-01/a.csv"], [])
