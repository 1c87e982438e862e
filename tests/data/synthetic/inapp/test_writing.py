"""A generated in-app log on disk: folders of hours, the same bytes for a seed, and the faults that are asked for."""

import hashlib
from datetime import datetime

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.errors import AisleError
from data.synthetic.inapp import InAppLog, write_inapp
from data.synthetic.inapp.block import hour_sizes
from data.synthetic.inapp.dirt import FAULTS
from pipeline import inapp_log


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_folders_and_parts(tmp_path):
    small = InAppLog(rows=100, hours=3, test_rows=40, test_hours=2, gap_hours=24, parts=3)
    assert write_inapp(small, tmp_path / "log") == {"train": 100, "test": 40}
    hours = [f"datetime=2025-10-01-0{hour}-00" for hour in range(3)]
    assert sorted(path.name for path in (tmp_path / "log" / "train").iterdir()) == hours
    assert sorted(path.name for path in (tmp_path / "log" / "test").iterdir()) == [
        "datetime=2025-10-02-03-00",
        "datetime=2025-10-02-04-00",
    ]
    names = [path.name for path in sorted((tmp_path / "log" / "train" / hours[0]).iterdir())]
    assert [name[:11] for name in names] == ["part-00000-", "part-00001-", "part-00002-"]
    assert all(name.endswith(".snappy.parquet") for name in names)
    assert pl.read_parquet(tmp_path / "log" / "train")["row_id"].n_unique() == 100


def test_a_seed_is_a_log(tmp_path):
    for name, seed in {"one": 5, "same": 5, "other": 6}.items():
        write_inapp(InAppLog(rows=60, hours=2, test_rows=20, test_hours=1, seed=seed), tmp_path / name)
    one, same, other = (digests(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert not set(one.values()) & set(other.values())


def test_hours_share_the_rows_by_the_clock():
    evening, morning = datetime(2025, 10, 1, 20), datetime(2025, 10, 1, 8)
    assert hour_sizes(100, [evening, morning], 0) == [75, 25]  # 1.5 to 0.5
    assert hour_sizes(104, [evening, morning], 2) == [77, 27]


def test_each_fault_has_a_part(tmp_path):
    hours = len(FAULTS)
    write_inapp(InAppLog(rows=2_000, hours=hours, test_rows=0, dirt=True, seed=2), tmp_path / "log")
    parts = sorted((tmp_path / "log" / "train").rglob("part-00001-*"))
    clean = pq.read_schema(next((tmp_path / "log" / "train").rglob("part-00000-*")))
    by_fault = dict(zip(FAULTS, parts, strict=True))
    assert by_fault["empty"].stat().st_size == 0
    with pytest.raises(pa.ArrowInvalid, match="magic bytes"):
        pq.ParquetFile(by_fault["truncated"])
    schema = {name: pq.read_schema(by_fault[name]) for name in FAULTS[:-2]}
    assert schema["bad rows"].equals(clean)
    assert str(schema["widths"].field("hour").type) == "int64"
    assert str(schema["null types"].field("whale_users_bundle_total_revenue").type) == "null"
    assert set(clean.names) - set(schema["absent columns"].names) == {"carrier", "rwd_prank", "cpm"}
    assert set(schema["more columns"].names) - set(clean.names) == {"experiment"}
    assert set(clean.names) - set(schema["no label"].names) == {"iap_revenue_d7"}
    assert str(schema["pairs"].field("cpm").type).startswith("list<element: struct<key: string")
    assert str(schema["texts"].field("release_msrp").type) == "string"
    bad = pl.read_parquet(by_fault["bad rows"])
    assert bad["row_id"].null_count() == len(range(2, bad.height, 50))
    assert bad["iap_revenue_d7"].null_count() == len(range(3, bad.height, 50))
    assert bad["iap_revenue_d7"].is_nan().sum() == len(range(4, bad.height, 50))
    assert (bad["iap_revenue_d28"] < 0).sum() == len(range(5, bad.height, 50))


def test_a_folder_with_anything_in_it_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").touch()
    with pytest.raises(AisleError, match="is not an empty folder; name one that is empty or absent"):
        write_inapp(InAppLog(rows=72), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_the_command(tmp_path, capsys):
    asked = ["--out", str(tmp_path / "log"), "--rows", "30", "--hours", "2", "--test-rows", "0", "--seed", "9"]
    assert inapp_log.main(asked) == 0
    assert capsys.readouterr().out == f"wrote 30 rows of train and 0 of test to {tmp_path / 'log'}\n"
    assert [path.name for path in (tmp_path / "log").iterdir()] == ["train"]
    assert inapp_log.main(["--out", str(tmp_path / "other"), "--rows", "3"]) == 2
    assert capsys.readouterr().err == "error: `rows` must lie between 72 and 1,000,000,000, got 3.\n"
