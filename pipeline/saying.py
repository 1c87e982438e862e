"""What tasks say while they work, to the logger `aisle`: said like the rest of a command's lines."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

LOG = logging.getLogger("aisle")


@contextmanager
def said_by(report: Callable[[str], None]) -> Iterator[None]:
    """Give the logger's lines to a function, and to nothing else; afterwards they go where they went before."""
    before = LOG.level, LOG.propagate, LOG.handlers
    LOG.setLevel(logging.INFO)
    LOG.propagate, LOG.handlers = False, [_Saying(report)]
    try:
        yield
    finally:
        LOG.setLevel(before[0])
        LOG.propagate, LOG.handlers = before[1:]


class _Saying(logging.Handler):
    def __init__(self, report: Callable[[str], None]) -> None:
        super().__init__()
        self.report = report

    def emit(self, record: logging.LogRecord) -> None:
        self.report(record.getMessage())
