"""What a generated in-app log can be asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

FOLDER_TIME = "%Y-%m-%d-%H-%M"
"""How an hour's folder writes its hour."""
FIRST_HOUR = datetime(2025, 10, 1)
"""The first hour of every log, in UTC without a zone, a Wednesday."""
MAX_ROWS = 1_000_000_000
MAX_HOURS = 24 * 366
MAX_PARTS = 1_000


@dataclass(frozen=True)
class InAppLog:
    """How large the log of an ad platform's impressions is, and when its rows happen.

    Parameters
    ----------
    rows
        Rows of `train`, all hours together; fewer at night.
    hours
        Hours of `train`, from `FIRST_HOUR` on.
    test_rows, test_hours
        Likewise of `test`; no rows, no such folder.
    gap_hours
        Hours between the last of `train` and the first of `test`.
    parts
        Files an hour.
    seed
        The same settings always write the same bytes; another seed writes other users of another market.
    dirt
        Whether the last part of an hour has one of the faults in `data.synthetic.inapp.dirt`, an hour each in turn.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    rows: int = 20_000
    hours: int = 36
    test_rows: int = 10_000
    test_hours: int = 24
    gap_hours: int = 96
    parts: int = 2
    seed: int = 7
    dirt: bool = False

    def __post_init__(self) -> None:
        _check_range("hours", self.hours, 1, MAX_HOURS)
        _check_range("test_hours", self.test_hours, 1, MAX_HOURS)
        _check_range("gap_hours", self.gap_hours, 0, MAX_HOURS)
        _check_range("parts", self.parts, 1, MAX_PARTS)
        _check_range("seed", self.seed, 0, 2**63 - 1)
        _check_range("rows", self.rows, self.parts * self.hours, MAX_ROWS)
        if self.test_rows:
            _check_range("test_rows", self.test_rows, self.parts * self.test_hours, MAX_ROWS)

    def hours_of(self, split: int) -> list[datetime]:
        """The hours of `train` (0) or `test` (1)."""
        first = 0 if split == 0 else self.hours + self.gap_hours
        return [FIRST_HOUR + timedelta(hours=first + hour) for hour in range((self.hours, self.test_hours)[split])]


def random_stream(seed: int, *place: int) -> np.random.Generator:
    """The random numbers of one place in the log, independent of those of every other place."""
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(seed, spawn_key=place)))


def _check_range(name: str, value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ValueError(f"`{name}` must lie between {least:,} and {most:,}, got {value:,}.")
