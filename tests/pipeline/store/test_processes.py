"""Who works for a process that is killed ends as well."""

import signal
import subprocess
import sys
import time
from pathlib import Path

from pipeline.interrupts import runs

ROOT = Path(__file__).parents[3]
WORKS = """
import os, time
from pipeline.store.processes import fresh_processes

if __name__ == "__main__":
    with fresh_processes(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(time.sleep, 600).result()
"""
PATIENCE = 60  # seconds, on a crowded machine


def test_a_worker_ends_with_the_process_that_it_works_for():
    with subprocess.Popen([sys.executable, "-c", WORKS], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        assert runs(worker)
        parent.send_signal(signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    while runs(worker):
        assert time.monotonic() < until
        time.sleep(0.05)
