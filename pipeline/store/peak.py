"""The most memory that this process holds while something is built in it."""

import contextlib
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

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
    peak, before, done = Peak(), _ever(), threading.Event()

    def look() -> None:
        while not done.wait(BETWEEN):
            peak.see()

    peak.see()
    looking = threading.Thread(target=look, daemon=True, name="memory")
    looking.start()
    try:
        yield peak
    finally:
        done.set()
        looking.join()
        peak.see()
        ever = _ever()
        peak.mib = ever if ever > before or not peak.mib else min(peak.mib, ever)


def _ever() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
