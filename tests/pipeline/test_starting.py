import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline import memory
from pipeline.memory import GIB, is_memory, lacking
from pipeline.starting import stage_of

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        (["python", "-m", "pipeline.run", "--workdir", "x"], "run"),
        (["python", "-X", "dev", "-m", "pipeline.otto_split"], "otto_split"),
        (["python", "-m", "aisle", "otto-split"], "otto_split"),
        (["python", "/x/bin/aisle", "rank", "--help"], "rank"),
        (["python", "/x/bin/aisle"], "aisle"),
        (["python", "-m", "pytest", "pipeline.run"], None),
        (["python", "mine.py", "-m"], None),
        (["python"], None),
    ],
)
def test_what_a_process_was_started_as(command, stage):
    assert stage_of(command) == stage


def test_a_limit_of_addresses_is_told_before_anything_is_imported():
    def limit():
        resource.setrlimit(resource.RLIMIT_AS, (3 * 10**9, 3 * 10**9))

    command = [sys.executable, "-m", "pipeline.run", "--config", "configs/dev.yaml"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, preexec_fn=limit)
    assert done.returncode == 2
    assert done.stderr.startswith("error: run: may address 2.8 GiB of memory (ulimit -v) and needs 5 GiB")
    assert done.stderr.count("\n") == 1


def test_little_memory_is_told(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 3 * GIB)
    assert lacking("run") is None
    monkeypatch.setattr(memory, "available", lambda: 100 * 2**20)
    assert lacking("run") == "run: 100 MiB of memory are available and 512 are needed: end other programs."
    monkeypatch.setattr(memory, "available", lambda: None)
    assert lacking("run") is None


def test_this_machine_says_what_is_available():
    assert 0 < memory.available() < 2**60


def test_libraries_say_in_their_own_words_that_memory_is_used_up():
    assert is_memory(RuntimeError("Unable to allocate 3.1 GiB for an array"))
    assert not is_memory(ValueError("no such column"))


ENDS = """
import os, sys, time

sys.orig_argv = ["python", "-m", "pipeline.rank"]
import pipeline

class Slow:
    def __del__(self, write=os.write, sleep=time.sleep):
        write(1, b"late")
        sleep(1)

slow = Slow()
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_has_ended_is_not_ended_again(number):
    """While Python takes itself apart it has no handlers: a signal would make a failure of what is done."""
    with subprocess.Popen([sys.executable, "-c", ENDS], cwd=ROOT, stdout=subprocess.PIPE) as run:
        assert run.stdout.read(4) == b"late"
        run.send_signal(number)
        assert run.wait(30) == 0
