"""Bad input through the command line: one line that names the thing and the mend, nothing half-written."""

import gzip

import pytest

from tests.e2e.conftest import run_in

HEADER = "session,item,ts,type\n"
ROWS = "".join(f"{s},{i},{1_700_000_000 + 86_400 * s + 60 * i},clicks\n" for s in range(20) for i in range(3))
BASE = ("--config", "configs/own.yaml", "--input.format.unit", "s", "--input.sessions.by", "column")
COLUMNS = (
    "--input.format.columns",
    "{session: session, user: null, item: item, ts: ts, type: type}",
    "--input.format.events",
    "{}",
)


def run_on(path, workdir, *flags):
    return run_in(workdir, "--train", str(path), *flags, base=(*BASE, *COLUMNS))


def spoil(name, content, tmp_path):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", "", "has no rows"),
        ("header.csv", HEADER, "has no rows"),
        ("log.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Excel"),
        ("latin.csv", HEADER.encode() + b"1,caf\xe9,1700000000,clicks\n", "a line is not UTF-8"),
        ("column.csv", "visit,item,ts,type\n1,2,3,clicks\n", "column `session` is missing"),
        ("events.csv", HEADER + ROWS + "1,2,1700000000,view\n", "unknown event names: view (1)"),
        ("times.csv", HEADER + ROWS + "1,2,soon,clicks\n" * 5, "unparsable time 5"),
        (
            "lines.jsonl",
            '{"session": 1, "item": 2, "ts": 1700000000, "type": "clicks"}\n{"sess\n',
            "a line is not JSON",
        ),
        ("keys.jsonl", '{"session": 1, "item": 99999999999999999999, "ts": 1, "type": "clicks"}\n', "beyond"),
        ("cut.parquet", b"PAR1 and no more", "not a whole parquet file"),
        ("cut.csv.gz", gzip.compress((HEADER + ROWS * 50).encode(), mtime=0)[:-30], "truncated"),
    ],
)
def test_bad_files(name, content, message, tmp_path, capsys):
    workdir = tmp_path / "work"
    assert run_on(spoil(name, content, tmp_path), workdir) == 2
    error = capsys.readouterr().err
    assert message in error
    assert name in error
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    assert not list(workdir.rglob("*.tmp"))
    assert not (workdir / "log").exists()


def test_a_missing_file(tmp_path, capsys):
    assert run_on(tmp_path / "nothing.csv", tmp_path / "work") == 2
    assert "nothing.csv: there is no such file" in capsys.readouterr().err


def test_too_much_quarantine_shows_the_rows(tmp_path, capsys):
    import polars as pl

    path = spoil("log.csv", HEADER + ROWS + ",2,1700000000,clicks\n" * 3, tmp_path)
    assert run_on(path, tmp_path / "work") == 2
    error = capsys.readouterr().err
    assert "3 of 63 rows are bad (null session 3)" in error
    bad = pl.read_parquet(tmp_path / "work" / "log-quarantine.parquet")
    assert bad["row"].to_list() == [61, 62, 63]
    assert bad["reason"].unique().to_list() == ["null session"]


def test_a_few_bad_rows_are_set_aside_and_told(tmp_path, capsys):
    import polars as pl

    path = spoil("log.csv", HEADER + ROWS * 9 + ",2,1700000000,clicks\n", tmp_path)
    run_on(path, tmp_path / "work")
    assert "quarantined: null session: 1" in capsys.readouterr().out
    assert pl.read_parquet(tmp_path / "work" / "log" / "quarantine.parquet")["row"].to_list() == [541]


def test_a_log_too_short_for_its_windows(tmp_path, capsys):
    path = spoil("log.csv", HEADER + ROWS, tmp_path)
    assert run_on(path, tmp_path / "work", "--folds.valid", "30d") == 2
    assert "set `folds.valid` and `folds.test` to 4d or less" in capsys.readouterr().err


def test_times_without_a_zone_need_one(tmp_path, capsys):
    path = spoil("log.csv", HEADER + "1,2,2025-01-01 10:00:00,clicks\n", tmp_path)
    assert run_on(path, tmp_path / "work", "--input.format.timezone", "null") == 2
    assert "`input.format.timezone`" in capsys.readouterr().err


def test_labels_of_another_test_file(tmp_path, capsys, shared_data):
    folder = shared_data / "otto" / "shop_split_days14_seed42"
    labels = tmp_path / "labels.jsonl"
    labels.write_text('{"session": 99999999, "labels": {"clicks": 5}}\n')
    flags = ["--config", "configs/otto.yaml", "--workdir", str(tmp_path / "work"), "--labels", str(labels)]
    flags += ["--train", str(folder / "train_sessions.jsonl"), "--test", str(folder / "test_sessions.jsonl")]
    from pipeline import prepare

    assert prepare.main([*flags, "--folds.valid", "4d"]) == 2
    assert "no session of the labels is in the test file" in capsys.readouterr().err


def test_a_sample_of_nobody(tmp_path, capsys):
    assert run_on(spoil("log.csv", HEADER + ROWS, tmp_path), tmp_path / "work", "--sample", "0.0001") == 2
    assert "is drawn by `sample` 0.0001; raise it" in capsys.readouterr().err
