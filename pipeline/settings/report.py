"""How a run's page is made."""

from dataclasses import dataclass

from data.checks import check_at_least, check_at_most


@dataclass(frozen=True)
class Report:
    """A page's settings.

    Parameters
    ----------
    resamples
        Draws of sessions behind each interval.
    stories
        Sessions that are told as stories.
    diverse
        Lists whose diversity is measured, at most: their pairs of items are many.
    seed
        Of the draws and of the choice of stories.
    """

    resamples: int = 1_000
    stories: int = 20
    diverse: int = 1_000
    seed: int = 42

    def __post_init__(self) -> None:
        check_at_least(self, 2, "resamples")
        check_at_least(self, 1, "diverse")
        check_at_least(self, 0, "stories", "seed")
        check_at_most(self, 100_000, "resamples")
        check_at_most(self, 200, "stories")
