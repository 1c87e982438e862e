"""What looked wrong and did not stop a run: said in one line, counted, and kept beside the results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Warned:
    """One thing that a check saw.

    Parameters
    ----------
    check
        The check's name, such as `same_moment`; stands in `metrics.json` under `warnings`.
    said
        What was seen, with its counts, and the setting that decides what is done: one line.
    counts
        The same numbers, by name.
    """

    check: str
    said: str
    counts: Mapping[str, int | float | str] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """As json holds it."""
        return {"check": self.check, "said": self.said, **self.counts}
