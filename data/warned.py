"""What looked wrong and did not stop a run: said in one line, counted, and kept beside the results."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

WARNINGS = "warnings.json"
"""Beside an artifact's tables: what was seen when it was made, told again whenever it is used."""


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


def write_warnings(folder: Path, seen: Sequence[Warned]) -> None:
    """Write warnings.json, an empty list where nothing was seen."""
    (folder / WARNINGS).write_text(json.dumps([warned.plain() for warned in seen], indent=1) + "\n")


def read_warnings(folder: Path) -> list[dict[str, Any]]:
    """What `write_warnings` wrote."""
    found: list[dict[str, Any]] = json.loads((folder / WARNINGS).read_text())
    return found
