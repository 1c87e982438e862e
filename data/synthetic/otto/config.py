"""How large a generated log of OTTO's shape is."""

from dataclasses import dataclass
from functools import cached_property

from data.synthetic.shop import SyntheticShop

# OTTO RecSys dataset (https://github.com/otto-de/recsys-dataset, README, "Dataset Statistics")
TRAIN_SESSIONS, TRAIN_EVENTS = 12_899_779, 216_716_096
TEST_SESSIONS, TEST_EVENTS = 1_671_803, 13_851_293
ITEMS = 1_855_603
TRAIN_DAYS, TEST_DAYS = 28, 7
LARGEST = 4
"""Times OTTO's size."""

SHORTER = (TEST_EVENTS / TEST_SESSIONS - 2) / (TRAIN_EVENTS / TRAIN_SESSIONS - 2)
"""Of the events after a session's first two, what a test session has: it began within the last week."""


@dataclass(frozen=True)
class OttoLog:
    """A log of OTTO's shape: four weeks that train, and the sessions of one more week, which are asked.

    Parameters
    ----------
    fraction
        Of OTTO's sessions and items: 12.9 M, 1.67 M and 1.86 M; above 0, at most 4.
    seed
        The same fraction and seed are the same log, byte for byte.

    Raises
    ------
    ValueError
        If a parameter is out of its range.
    """

    fraction: float = 0.01
    seed: int = 7

    def __post_init__(self) -> None:
        if not 0 < self.fraction <= LARGEST:
            raise ValueError(f"`fraction` must be above 0 and at most {LARGEST}, got {self.fraction}.")
        if self.seed < 0:
            raise ValueError(f"`seed` must not be negative, got {self.seed}.")

    @cached_property
    def train(self) -> SyntheticShop:
        """Who comes in the first four weeks."""
        return self._shop(TRAIN_SESSIONS, TRAIN_DAYS)

    @cached_property
    def test(self) -> SyntheticShop:
        """Who first comes in the week after."""
        return self._shop(TEST_SESSIONS, TEST_DAYS)

    @cached_property
    def whole(self) -> SyntheticShop:
        """The shop over all five weeks, which has one catalogue."""
        return self._shop(TRAIN_SESSIONS + TEST_SESSIONS, TRAIN_DAYS + TEST_DAYS)

    def _shop(self, sessions: int, days: int) -> SyntheticShop:
        items = max(50, round(self.fraction * ITEMS))
        return SyntheticShop(max(1, round(self.fraction * sessions)), items, days, self.seed)
