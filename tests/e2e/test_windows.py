"""A log in hive folders, of which a window is read, through the command line."""

import json

import polars as pl
import pytest

from pipeline import prepare, run
from tests.e2e.conftest import SMALL_MODELS, TINY, metrics_of, run_in

WIDE = ("--input.partition", "date")


@pytest.fixture(scope="module")
def hive(shop_log, tmp_path_factory):
    """The tiny shop's log, a folder a day with two parts each; the first day's parts are broken."""
    folder = tmp_path_factory.mktemp("hive") / "log"
    days = sorted(shop_log["ts"].dt.date().unique())
    for day in days:
        rows = shop_log.filter(pl.col("ts").dt.date() == day)
        (folder / f"date={day}").mkdir(parents=True)
        for part in (0, 1):
            rows.gather_every(2, part).write_parquet(folder / f"date={day}" / f"part-{part}.parquet")
    for part in (folder / f"date={days[0]}").iterdir():
        part.write_bytes(b"PAR1 and no more")
    return folder, [str(day) for day in days]


def prepared(hive, tmp_path, capsys, *flags):
    """The log's summary, and what was printed."""
    base = ("--config", "configs/dev.yaml", "--train", str(hive[0]), "--workdir", str(tmp_path / "work"))
    assert prepare.main([*base, *WIDE, *flags]) == 0
    return json.loads((tmp_path / "work" / "log" / "summary.json").read_text()), capsys.readouterr().out


def events(shop_log, days):
    return shop_log.filter(pl.col("ts").dt.date().cast(pl.String).is_in(days)).height


def test_partitions_outside_the_window_are_never_opened(hive, shop_log, tmp_path, capsys):
    days = hive[1]
    told, printed = prepared(hive, tmp_path, capsys, "--input.window.first", days[1], "--input.window.last", days[-2])
    files = 2 * (len(days) - 2)
    ends = {"first": days[1], "last": days[-2]}
    assert told["window"] == {"files": files, "partition": "date", "partitions": len(days) - 2, **ends}
    assert told["events"] == events(shop_log, days[1:-1])
    assert (told["first"][:10], told["last"][:10]) == (days[1], days[-2])
    assert f"{len(days) - 2} partitions of date from {days[1]} to {days[-2]}" in printed
    assert (
        f"warning: 4 of {2 * len(days)} files of the log are not read (outside the window 4): of {len(days)} "
        f"partitions from {days[0]} to {days[-1]}, {len(days) - 2} are read, {days[1]} to {days[-2]}.\n"
    ) in printed


def test_a_run_over_a_window_and_a_share_of_sessions(hive, shop_log, tmp_path, capsys):
    days = hive[1]
    flags = ("--train", str(hive[0]), *WIDE, "--input.window.first", days[1], "--input.window.sample", "0.7")
    base = ("--config", "configs/dev.yaml", *SMALL_MODELS)
    assert run_in(tmp_path / "work", *flags, base=base) == 0
    told = json.loads((tmp_path / "work" / "log" / "summary.json").read_text())
    assert told["events"] + told["dropped"]["not sampled"] == events(shop_log, days[1:])
    (warned,) = [one for one in metrics_of(tmp_path / "work")["warnings"] if one["check"] == "partitions_left"]
    assert (warned["files"], warned["partitions"], warned["of_partitions"]) == (2, 1, len(days))
    later = hive[0] / "date=2024-01-01"
    later.mkdir()
    try:
        (later / "part-0.parquet").write_bytes(b"of another year")
        capsys.readouterr()
        assert run.main([*base, "--workdir", str(tmp_path / "work"), *flags, "--dry-run", "--json"]) == 0
        would = json.loads(capsys.readouterr().out)["result"]["would_build"]
        assert would == ["test/metrics"]  # which tells how many files are left out
    finally:
        (later / "part-0.parquet").unlink()
        later.rmdir()


def test_a_window_of_nothing(hive, tmp_path, capsys):
    days = hive[1]
    base = (*TINY[:2], "--train", str(hive[0]), "--workdir", str(tmp_path / "work"), *WIDE)
    assert prepare.main([*base, "--input.window.first", "2031-01-01"]) == 2
    assert capsys.readouterr().err == (
        f"error: none of {2 * len(days)} files lies between 2031-01-01 and the last: their folders' times go from "
        f"{days[0]} to {days[-1]}; move the window.\n"
    )
    assert prepare.main([*base, "--input.window.first", "2031-01-01", "--input.window.last", "2030-01-01"]) == 2
    assert "`input.window.first` must not lie after `input.window.last`" in capsys.readouterr().err


def test_a_test_file_is_answered_whole(hive, shop_log, tmp_path, capsys):
    days = hive[1]
    test = f"{hive[0]}/date={days[-1]}/*.parquet"
    window = ("--input.window.first", days[2], "--input.window.last", days[-2], "--input.window.max-rows", "500")
    told, _ = prepared(hive, tmp_path, capsys, *window, "--test", test, "--allow-leaks")
    assert 0 < told["events"] <= 500
    asked = json.loads((tmp_path / "work" / "test" / "log" / "summary.json").read_text())
    assert asked["events"] == events(shop_log, days[-1:])
    assert "window" not in asked
