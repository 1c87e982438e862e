"""The most memory that this process holds while something is built in it."""

import contextlib
import resource
from collections.abc import Iterator
from pathlib import Path

from data.meanwhile import meanwhile

BETWEEN = 0.05
"""Seconds between two looks."""


class Peak:
    """What was held at most, in MiB, as far as it is known yet."""

    def __init__(self) -> None:
        self.mib = 0

    def see(self) -> None:
        """Look at what is held now."""
        with contextlib.suppress(OSError):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            self.mib = max(self.mib, pages * resource.getpagesize() // 2**20)


@contextlib.contextmanager
def watched() -> Iterator[Peak]:
    """Watch what this process holds until the context ends.

    The system counts the most that a process has ever held. Where that rises meanwhile it is the answer; where
    something before had held more, it is what was seen at several looks a second, which may miss a moment. Counting
    anew would be exact, and would take from whoever measures the whole process what it had held before.
    """
    peak, before = Peak(), _ever()
    peak.see()
    try:
        with meanwhile(peak.see, BETWEEN, "memory"):
            yield peak
    finally:
        peak.see()
        ever = _ever()
        if ever > before or not peak.mib:
            peak.mib = ever


def _ever() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
