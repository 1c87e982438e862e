"""A value that shows what is wrong with rows, where it stands, and what would mend it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.shortened import sample


def name_files(files: Sequence[Path]) -> str:
    """The first two of some files, and how many more there are."""
    return ", ".join(str(file) for file in files[:2]) + (f" and {len(files) - 2:,} more" if len(files) > 2 else "")


@dataclass(frozen=True)
class Sample:
    """The first value of its kind.

    Parameters
    ----------
    path, row
        Where it stands.
    value
        As text; null where it is that there is none.
    mend
        What would make it right, such as a setting; empty where nothing is known.
    """

    path: Path
    row: int
    value: str | None
    mend: str = ""

    def where(self, *, several: bool) -> str:
        """Its row; of which file, if there are `several`."""
        return f"row {self.row:,}" + (f" of {self.path}" if several else "")

    def told(self, *, several: bool) -> str:
        """Such as `, such as '12,50' in row 7`."""
        if self.value is None:
            return ""
        return f", such as {sample(self.value)!r} in {self.where(several=several)}"
