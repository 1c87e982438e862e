import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from data.errors import AisleError
from pipeline.run_log import logged

ROOT = Path(__file__).parents[2]


def told(workdir):
    """The log's lines without their times, which are checked."""
    lines = [line.split("\t") for line in (workdir / "run.log").read_text().splitlines()]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line[0]) for line in lines)
    return [tuple(line[1:]) for line in lines]


def test_lines_are_appended_with_their_stage(tmp_path):
    with logged(tmp_path, "prepare", ["--shards", "2"], str) as log:
        log("log: built")
        log("a\tb\nc")
    with pytest.raises(AisleError), logged(tmp_path, "rank", [], lambda error: f"said: {error}"):
        raise AisleError("no")
    here = f"(process {os.getpid()})"
    assert told(tmp_path) == [
        ("prepare", f"begins: prepare --shards 2 {here}"),
        ("prepare", "log: built"),
        ("prepare", r"a\tb\nc"),
        ("prepare", "ends: done"),
        ("rank", f"begins: rank {here}"),
        ("rank", "ends: said: no"),
    ]


def test_the_end_is_said_once(tmp_path):
    with logged(tmp_path, "rank", [], str) as log:
        log.end("stopped by a signal")
    assert [line for _, line in told(tmp_path)][1:] == ["ends: stopped by a signal"]


KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.run_log import logged
with logged(Path(sys.argv[1]), "rank", [], str) as log:
    log("models/clicks: built")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_run_leaves_what_it_said(tmp_path):
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, check=False)
    assert [line.partition(" (")[0] for _, line in told(tmp_path)] == ["begins: rank", "models/clicks: built"]


def test_a_full_disk_stops_nothing(tmp_path):
    with logged(tmp_path, "rank", [], str) as log:
        os.dup2(os.open("/dev/full", os.O_WRONLY), log.file)
        log("lost")


@pytest.mark.parametrize("make", [lambda path: path.symlink_to(path.parent / "other"), Path.mkdir, os.mkfifo])
def test_what_is_no_file_of_ours_is_refused(tmp_path, make):
    make(tmp_path / "run.log")
    with pytest.raises(AisleError, match=r"run\.log: .*move"), logged(tmp_path, "rank", [], str):
        pass
    assert not (tmp_path / "other").exists()
