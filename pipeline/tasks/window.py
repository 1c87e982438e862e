"""Which sessions a fold asks and what it may learn from, as its log's times and the configuration have it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from data.boundaries import Boundaries, Cut, Folds, resolve
from data.errors import AisleError
from data.suspicions import early_times, stray_times
from data.tables import read_json


@dataclass(frozen=True)
class Window:
    """Which sessions a fold asks, and what it may learn from.

    Parameters
    ----------
    name
        `valid` or `test`.
    until
        The history ends here.
    start, end
        The fold's sessions begin at `start` or later; their events from `end` on are left out. Null for a
        test file of its own.
    cut
        How sessions are cut; null leaves them whole.
    """

    name: str
    until: datetime
    start: datetime | None
    end: datetime | None
    cut: Cut | None


def boundaries_of(log: Path, folds: Folds, test_file: bool) -> Boundaries:
    """The log's resolved fold boundaries.

    Raises
    ------
    AisleError
        If the log is too short for the windows.
    """
    with blaming(read_json(log / "summary.json")):
        return resolve(folds, *ends_of(log), test_file)


def ends_of(log: Path) -> tuple[datetime, datetime]:
    """The times of a log's first and last event."""
    summary = read_json(log / "summary.json")
    first, last = (datetime.fromisoformat(summary[name]).replace(tzinfo=UTC) for name in ("first", "last"))
    return first, last


def windows_of(boundaries: Boundaries, folds: Folds, test_file: bool) -> dict[str, Window]:
    """The windows of the folds `valid` and `test`."""
    b = boundaries
    valid = Window("valid", b.valid_start, b.valid_start, b.test_start, folds.cut)
    if test_file:
        return {"valid": valid, "test": Window("test", b.end, None, None, folds.cut_test_file)}
    return {"valid": valid, "test": Window("test", b.test_start, b.test_start, b.end, folds.cut)}


@contextmanager
def blaming(summary: Mapping[str, Any]) -> Iterator[None]:
    """Say first that a log's times have placed the folds, where they look wrong and the folds cannot be laid."""
    try:
        yield
    except AisleError as error:
        stray, early = stray_times.told_of(summary), stray_times.told_of(summary, early_times.CHECK)
        if early:
            raise AisleError(f"the folds cannot be laid: {early} Else: {error}") from None
        if not stray:
            raise
        raise AisleError(f"the folds cannot be laid, because stray times place them: {stray}") from None
