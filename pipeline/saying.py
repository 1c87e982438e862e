"""What tasks say while they work, to the logger `aisle`: said like the rest of a command's lines."""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

LOG = logging.getLogger("aisle")
WARNING = "warning: "
"""How a line begins that tells of something that looks wrong."""


def say_warnings(found: Sequence[Mapping[str, Any]], said: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Say what was not said before; return it."""
    new = [one for one in found if one not in said]
    for one in new:
        LOG.warning("%s%s", WARNING, one["said"])
    return new


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
