"""Killed in the middle of any stage, the same command gives the bytes of an undisturbed run."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import cli, run
from pipeline.store.engine import HereEngine, build
from pipeline.store.store import Store
from tests.e2e.conftest import SMALL_MODELS, TINY, results

MOMENTS = ("log", "test~sources~covisits", "valid~training", "models~clicks", "test~metrics")


class KilledEngine(HereEngine):
    """Dies, without a chance to clean up, when it is asked to build a named artifact: its files lie half-written."""

    def __init__(self, moment):
        self.moment = moment

    def run(self, jobs, at_once=1):
        for task, into in jobs:
            if into.name == f"{self.moment}.tmp":
                build((task, into))
                (into / "half").write_text("half")
                os.kill(os.getpid(), signal.SIGKILL)
            yield build((task, into))


def start(workdir, moment):
    command = [sys.executable, "-m", "tests.e2e.test_resume", moment, str(workdir)]
    return subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE).returncode


def test_a_killed_run_resumes_to_the_same_bytes(tiny, tmp_path):
    stamps = []
    for moment in MOMENTS:
        assert start(tmp_path, moment) == -signal.SIGKILL
        assert (tmp_path / ".aisle" / "unfinished" / f"{moment}.tmp" / "half").exists()
        log = tmp_path / "log" / "manifest.json"
        stamps += [log.stat().st_mtime_ns] if log.exists() else []
    assert start(tmp_path, "nothing") == 0
    assert results(tmp_path) == results(tiny)
    assert not list(Path(tmp_path).rglob("*.tmp"))
    assert len(stamps) == len(MOMENTS) - 1
    assert len(set(stamps)) == 1, "a finished stage was built again after a kill"


@pytest.mark.parametrize("stands", [True, False])
def test_a_run_killed_while_it_replaces_an_artifact_builds_it_again(tmp_path, stands):
    from tests.pipeline.store.test_store import Text

    store = Store(tmp_path, lambda line: None)
    made = store.make("a", Text("one"))
    if not stands:  # killed after the old folder went away, before the new one came
        made.path.rename(tmp_path / ".aisle" / "unfinished" / "a.old.tmp")
    again = store.make("a", Text("two"))
    assert (again.path / "file.txt").read_text() == "two"


if __name__ == "__main__":
    moment, workdir = sys.argv[1:]
    cli.Store = lambda *arguments, **how: Store(*arguments, engine=KilledEngine(moment), **how)
    sys.exit(run.main([*TINY, *SMALL_MODELS, "--workdir", workdir]))
