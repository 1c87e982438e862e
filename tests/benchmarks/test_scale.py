"""What a scale run is summed up to."""

import json

import polars as pl
import pytest

from benchmarks.scale import as_markdown, compared, stages
from data.manifest import write_manifest


@pytest.fixture
def run(tmp_path):
    """A working directory of two shards and a fold."""
    for name, seconds, rows in (("test/candidates/000", 2.0, 30), ("test/candidates/001", 3.0, 20), ("log", 1.0, 9)):
        folder = tmp_path / name
        folder.mkdir(parents=True)
        (folder / "file").write_bytes(b"x" * 2**20)
        told = {"about": {"rows": rows}, "seconds": seconds, "cpu_seconds": 2 * seconds, "peak_memory_mib": 100 + rows}
        write_manifest(folder, {"name": name, "id": "i", "files": {}, "content": "c", **told})
    return tmp_path


def test_shards_of_a_stage_are_one_row(run):
    table = stages(run)
    (candidates,) = table.filter(pl.col("stage") == "test/candidates").to_dicts()
    assert candidates["mib_on_disk"] == pytest.approx(2.0, abs=0.01)
    del candidates["mib_on_disk"]
    told = {"rows": 50, "seconds": 5.0, "cpu_seconds": 10.0, "peak_mib": 130}
    assert candidates == {"stage": "test/candidates", "artifacts": 2, **told}
    lines = as_markdown(table).splitlines()
    assert len(lines) == 5
    assert "| test/candidates | 2 | 50 | 5.0 | 10.0 | 10 | 130 | 2.0 |" in lines
    assert lines[-1].startswith("| all | 3 | 0 | 6.0 | 12.0 |")


def test_growth_is_told_by_stage(run):
    table = stages(run)
    longer = table.with_columns(pl.col("seconds") * 3)
    lines = compared({0.01: table, 0.1: longer}).splitlines()
    assert lines[0] == "| stage | 1%: s, CPU s, MiB | 10%: s, CPU s, MiB | time x, for log x 10 |"
    assert "| test candidates | 5.0, 10.0, 130 | 15.0, 10.0, 130 | 3.0 |" in lines
    assert lines[-1] == "| all | 6.0, 12.0, 130 | 18.0, 12.0, 130 | 3.0 |"
    assert json.loads(table.write_json())[0]["artifacts"] >= 1
