"""What a synthetic shop can be asked for."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

OPENING = datetime(2025, 3, 3, tzinfo=UTC)
"""The first moment of every log, a Monday."""

MAX_SESSIONS = 100_000_000
MAX_ITEMS = 10_000_000


@dataclass(frozen=True)
class SyntheticShop:
    """A shop's size, period and character.

    Parameters
    ----------
    sessions
        Visitors; a session is one visitor's whole activity in the log.
    items
        Catalogue size; None for a tenth of the sessions, at least 500.
    days
        Length of the log from `OPENING`, in days.
    seed
        The same shop always writes the same log; another seed writes another shop.
    new_items
        Share of the catalogue that appears after the first day.
    wandering
        Share of clicks that leave the visitor's tastes for anything in the shop. The higher, the harder the
        next click is to foresee.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    sessions: int = 20_000
    items: int | None = None
    days: int = 28
    seed: int = 7
    new_items: float = 0.25
    wandering: float = 0.2

    def __post_init__(self) -> None:
        _check_range("sessions", self.sessions, 1, MAX_SESSIONS)
        _check_range("days", self.days, 7, 366)
        _check_range("new_items", self.new_items, 0.0, 0.9)
        _check_range("wandering", self.wandering, 0.0, 0.3)
        if self.items is not None:
            _check_range("items", self.items, 50, MAX_ITEMS)
        if self.seed < 0:
            raise ValueError(f"`seed` must not be negative, got {self.seed}.")

    @property
    def catalogue_size(self) -> int:
        """Number of items, with the default resolved."""
        return max(500, self.sessions // 10) if self.items is None else self.items


def random_stream(shop: SyntheticShop, *place: int) -> np.random.Generator:
    """Return the random numbers of one `place` in the shop, independent of those of every other place."""
    return np.random.Generator(np.random.PCG64DXSM(np.random.SeedSequence(shop.seed, spawn_key=place)))


def _check_range(name: str, value: float, least: float, most: float) -> None:
    if value < least:
        raise ValueError(f"`{name}` must be at least {least}, got {value}.")
    if value > most:
        raise ValueError(f"`{name}` must be at most {most}, got {value}.")
