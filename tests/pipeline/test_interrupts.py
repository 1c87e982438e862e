"""What many commands of one process leave behind."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from pipeline import interrupts
from pipeline.ending import ended


@pytest.fixture
def hooks(monkeypatch):
    """The functions that are registered to be called at a fork, from an unused state on."""
    found = []
    monkeypatch.setattr(os, "register_at_fork", lambda **hook: found.append(hook))
    interrupts._deafen_forks.cache_clear()
    yield found
    interrupts._deafen_forks.cache_clear()


def settle():
    """Wait for those who listen to hear that there is nothing more."""
    for thread in threading.enumerate():
        if thread.name == "stops":
            thread.join(10)


def test_a_process_of_many_commands_keeps_one_hook_and_no_pipe(hooks):
    ended("rank", [], lambda given, clean: 0)
    settle()
    before = len(os.listdir("/proc/self/fd")), signal.getsignal(signal.SIGTERM)
    for number in range(20):
        assert ended("rank", [], lambda given, clean, number=number: number % 2) == number % 2
    settle()
    assert len(hooks) == 1
    assert not interrupts._listening
    assert (len(os.listdir("/proc/self/fd")), signal.getsignal(signal.SIGTERM)) == before
    assert not [thread for thread in threading.enumerate() if thread.name == "stops"]


def test_a_fork_hears_nothing_while_a_command_runs_and_stays_as_it_is_afterwards(monkeypatch):
    told = []
    monkeypatch.setattr(signal, "set_wakeup_fd", lambda fd, **how: told.append(fd) or -1)
    ended("rank", [], lambda given, clean: interrupts._be_deaf())
    assert told.count(-1) == 2  # in the fork, and as the command ends
    told.clear()
    interrupts._be_deaf()
    assert told == []


def test_a_command_that_is_stopped_ends_what_it_started_and_nothing_of_its_caller():
    sleeps = [sys.executable, "-c", "import time; time.sleep(60)"]
    started = []

    def work(given, clean):
        started.append(subprocess.Popen(sleeps))
        raise KeyboardInterrupt

    with subprocess.Popen(sleeps) as callers:
        try:
            assert ended("rank", [], work) == 130
            assert started[0].wait(10) == -signal.SIGTERM
            assert callers.poll() is None
        finally:
            callers.kill()
