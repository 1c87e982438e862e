"""Which statistics of groups of rows are learnt, and of what."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from data.checks import check_at_least

Statistic = Literal["buys", "log", "money"]
STATISTICS: Final = ("buys", "log", "money")
OPERATION = re.compile(r"(\S+)\s+([*/-])\s+(\S+)")


class Operation(NamedTuple):
    """`left * right`, `left / right` or `left - right`, of two features."""

    left: str
    sign: str
    right: str


@dataclass(frozen=True)
class Beside:
    """How rows stand among those of their group.

    Parameters
    ----------
    by
        Columns of categories, each of which groups the rows.
    of
        Features that are compared within a group, or patterns of them (`*__sum`).
    fewest
        Rows of a group in which a feature is known; a group with fewer is compared with all rows.
    """

    by: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    fewest: int = 200

    def __post_init__(self) -> None:
        check_at_least(self, 1, "fewest")


@dataclass(frozen=True)
class TargetMeans:
    """What the target was, on average, of taught rows of the same category.

    Parameters
    ----------
    of
        Columns of categories; two with a `*` between (`country*dev_os`) make one. Empty: every column of categories.
    statistics
        Of `buys` (whether the target is above 0), `log` (of 1 + the target) and `money` (the target).
    horizons
        Targets whose means are taken, by name; empty: the first of them.
    prior_rows
        A category's mean counts as many rows more with the mean of all (Micci-Barreca 2001).
    """

    of: tuple[str, ...] = ()
    statistics: tuple[str, ...] = ("buys", "log")
    horizons: tuple[str, ...] = ()
    prior_rows: float = 100.0

    def __post_init__(self) -> None:
        check_at_least(self, 0, "prior_rows")
        if unknown := [name for name in self.statistics if name not in STATISTICS]:
            raise ValueError(f"`statistics` must be of {', '.join(STATISTICS)}, got {', '.join(unknown)}.")


@dataclass(frozen=True)
class Local:
    """Statistics of groups.

    Parameters
    ----------
    beside
        How rows stand among those of their group.
    target_means
        What the target was of rows of the same category.
    interactions
        A feature's name -> two features with a sign between, `a * b`, `a / b` or `a - b`, with blanks around the sign.
    most_levels
        Levels of a category that are told apart, the most frequent ones; the others count as never seen.
    """

    beside: Beside = field(default_factory=Beside)
    target_means: TargetMeans = field(default_factory=TargetMeans)
    interactions: Mapping[str, str] = field(default_factory=dict)
    most_levels: int = 10_000

    def __post_init__(self) -> None:
        check_at_least(self, 1, "most_levels")
        _ = self.operations

    @property
    def operations(self) -> dict[str, Operation]:
        """The interactions, read."""
        return {name: _operation(name, text) for name, text in self.interactions.items()}


def _operation(name: str, text: str) -> Operation:
    match = OPERATION.fullmatch(text.strip())
    if match is None:
        raise ValueError(
            f"`interactions.{name}` must be two features and *, / or - between them, such as a__sum / b__count, "
            f"got {text!r}."
        )
    return Operation(*match.groups())
