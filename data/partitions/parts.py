"""The files of a log, each with the time that its folder tells, and those that cannot be read."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from data.errors import AisleError
from data.shortened import one_line

EMPTY, NO_ROW = "it has no byte", "it has no row"
MEND = re.compile(r"(; [^;]*\bfetch it again)?\.$")
"""How an error of a file ends, whose mend is said once of all parts."""


@dataclass(frozen=True)
class Part:
    """A file of a log.

    Parameters
    ----------
    path
        The file.
    moment
        What its folder tells of its rows' time, in UTC without a zone; null where it tells nothing.
    """

    path: Path
    moment: datetime | None = None

    @property
    def order(self) -> tuple[datetime, tuple[str, ...]]:
        """What parts are sorted by: their times, then their names."""
        return self.moment or datetime.min, self.path.parts


@dataclass(frozen=True)
class Aside:
    """A file that is not read, and why, in a few words without a stop."""

    path: Path
    why: str

    @classmethod
    def of(cls, path: Path, error: AisleError) -> "Aside":
        """A file that an error tells of, without its name and its mend."""
        return cls(path, one_line(MEND.sub("", str(error).removeprefix(f"{path}: ")), 200))
