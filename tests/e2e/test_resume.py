"""Killed in the middle of any stage, the same command gives the bytes of an undisturbed run."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.e2e.conftest import SMALL_MODELS, TINY, results

MOMENTS = (
    "log.tmp/events",
    "test~sources~covisits.tmp",
    "valid~fusion.tmp",
    "test~candidates~000.tmp",
    "valid~training.tmp",
    "models~clicks.tmp",
    "test~ranked~000.tmp",
    "test~metrics.tmp",
)


def start(workdir):
    command = [sys.executable, "-m", "pipeline.run", *TINY, *SMALL_MODELS, "--workdir", str(workdir)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def kill_at(workdir, moment, patience=60.0):
    """Start a run and kill it the moment that a path appears; whether it was caught alive."""
    process = start(workdir)
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        if (workdir / ".aisle" / "unfinished" / moment).exists():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
    process.wait()
    return False


def test_a_killed_run_resumes_to_the_same_bytes(tiny, tmp_path):
    caught, stamps = [], []
    for moment in MOMENTS:
        caught += [moment] if kill_at(tmp_path, moment) else []
        log = tmp_path / "log" / "manifest.json"
        stamps += [log.stat().st_mtime_ns] if log.exists() else []
    assert len(caught) >= 4, f"only caught {caught}"
    assert start(tmp_path).wait(timeout=120) == 0
    assert results(tmp_path) == results(tiny)
    assert not list(Path(tmp_path).rglob("*.tmp"))
    assert len(set(stamps)) == 1, "a finished stage was built again after a kill"
