"""What a part of a peer's work takes, in whichever environment it runs: nothing of Aisle is imported."""

import time
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def timed(what: str, taken: dict[str, float]) -> Generator[None]:
    """Note the seconds of what is done meanwhile under its name, and add its CPU seconds to `cpu`."""
    started, cpu = time.monotonic(), time.process_time()
    yield
    taken[what] = round(time.monotonic() - started, 1)
    taken["cpu"] = round(taken["cpu"] + time.process_time() - cpu, 1)
