"""How far long work has come, told to whoever listens, and by default to nobody.

What only tells it changes no result: calls of these functions are left out of the code that an artifact's identity is
made of (`pipeline/store/untold.py`). Therefore `far` stands alone as a statement and `rounds_told` starred in a list,
and nothing else is imported from here where results are made.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

LOG = logging.getLogger("aisle.progress")


@dataclass(frozen=True)
class Far:
    """How far work has come.

    Parameters
    ----------
    done
        How many of its units are done.
    of
        How many there are, or may be at most; null where nobody knows.
    unit
        What they are, such as `rows`.
    """

    done: int
    of: int | None
    unit: str


def far(done: int, of: int | None = None, unit: str = "") -> None:
    """Tell how far this work has come (see `Far`)."""
    if LOG.isEnabledFor(logging.DEBUG):
        LOG.debug("%d %s", done, unit, extra={"far": Far(done, of, unit)})


def rounds_told(of: int) -> list[Callable[[Any], None]]:
    """What LightGBM calls after each round: it tells how many trees are grown, of so many at most."""

    def grown(env: Any) -> None:  # noqa: ANN401 - LightGBM's own
        far(env.iteration + 1, of, "rounds")

    return [grown]


@contextmanager
def heard_by(listener: Callable[[Far], None]) -> Iterator[None]:
    """Give what is told to a function, until the context ends."""
    with handled(LOG, _Listening(listener), logging.DEBUG):
        yield


@contextmanager
def handled(log: logging.Logger, handler: logging.Handler, level: int) -> Iterator[None]:
    """Give what a logger is told from a level on to one more handler, and not to the loggers above it, for a while."""
    before = log.level, log.propagate
    log.setLevel(level)
    log.propagate = False
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)
        log.setLevel(before[0])
        log.propagate = before[1]


class _Listening(logging.Handler):
    def __init__(self, listener: Callable[[Far], None]) -> None:
        super().__init__()
        self.listener = listener

    def emit(self, record: logging.LogRecord) -> None:
        told = getattr(record, "far", None)
        if isinstance(told, Far):
            self.listener(told)
