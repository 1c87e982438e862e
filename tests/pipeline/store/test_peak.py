"""What is held while something is built is not what was held before."""

import time

import numpy as np

from pipeline.store.peak import watched
from pipeline.store.processes import fresh_processes

LARGE, SMALL = 400, 60  # MiB


def held(mib):
    """Hold so much for as long as several looks take."""
    array = np.ones(mib * 2**20, np.uint8)
    time.sleep(0.3)
    return array.sum()


def test_a_small_one_after_a_large_one_is_small():
    with watched() as first:
        held(LARGE)
    with watched() as later:
        held(SMALL)
    assert later.mib < first.mib - LARGE / 2


def peaks():
    """What is seen of nothing, and of a moment that is the most that a process has held."""
    with watched() as before:
        pass
    with watched() as peak:
        np.ones(LARGE * 2**20, np.uint8)
    return before.mib, peak.mib


def test_a_peak_is_seen_however_short():
    with fresh_processes(1) as pool:
        before, peak = pool.submit(peaks).result()
    assert peak > before + LARGE / 2
