"""How large a log is, and what room it takes, told before it is read."""

import gzip

import polars as pl
import pytest

from data.errors import AisleError
from data.opening.limits import MIB
from pipeline.tasks.log_room import log_room, rows_about, shards_within

EVENTS = ",".join(f'{{"aid":{n},"ts":{1_700_000_000_000 + n},"type":"clicks"}}' for n in range(10))
OTTO = "".join(f'{{"session":{n},"events":[{EVENTS}]}}\n' for n in range(3_000))
CSV = "session,item,ts\n" + "".join(f"{n},{n % 7},{1_700_000_000 + n}\n" for n in range(30_000))


@pytest.mark.parametrize(("name", "text"), [("log.jsonl", OTTO), ("log.csv", CSV)])
def test_rows_of_a_text(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    assert rows_about(tmp_path / name) == pytest.approx(30_000, rel=0.1)


def test_rows_of_a_packed_text_are_a_guess(tmp_path):
    with gzip.open(tmp_path / "log.csv.gz", "wt") as packed:
        packed.write(CSV)
    assert 10_000 < rows_about(tmp_path / "log.csv.gz") < 200_000


def test_rows_of_little_and_of_parquet(tmp_path):
    (tmp_path / "few.csv").write_text("session,item\n1,2\n")
    assert rows_about(tmp_path / "few.csv") == 2
    pl.DataFrame({"item": range(1_234)}).write_parquet(tmp_path / "log.parquet")
    assert rows_about(tmp_path / "log.parquet") == 1_234
    with pytest.raises(AisleError, match="there is no such file"):
        rows_about(tmp_path / "none.csv")


def test_more_shards_take_less_memory_and_no_fewer_would_do(tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_text(OTTO)
    files = [file] * 1_000  # 30 M rows
    assert log_room(files, 1, 1_000_000).rows == pytest.approx(30_000_000, rel=0.1)
    shards = shards_within(files, 2_048 * MIB, 1_000_000)
    assert shards is not None
    assert log_room(files, shards, 1_000_000).memory <= 2_048 * MIB < log_room(files, shards // 2, 1_000_000).memory
    assert shards_within(files, 256 * MIB, 1_000_000) is None
    assert log_room(files, 4, 1_000_000).disk == log_room(files, 1, 1_000_000).disk > 1_000 * MIB


def test_a_file_that_cannot_be_read_takes_no_room(tmp_path):
    (tmp_path / "cut.parquet").write_bytes(b"PAR1 and no more")
    assert rows_about(tmp_path / "cut.parquet") == 0
