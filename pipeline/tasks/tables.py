"""What is learnt of flat tables."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.aside import ASIDE
from pipeline.store.task import RawFile
from tabular.classified_rows import FlatTable
from tabular.classify import build_table
from tabular.profile.settings import LookedAtTable
from tabular.profile.table import build_table_profile
from tabular.value import build_value_table
from tabular.value_rows import ValueTable


@dataclass(frozen=True)
class ClassifiedTable:
    """Classifiers of a flat table (see `tabular.classify.build_table`)."""

    table: FlatTable
    files: tuple[RawFile, ...]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Learn and write them."""
        return build_table(into, flat=self.table)


@dataclass(frozen=True)
class ValuedTable:
    """Values of a flat table (see `tabular.value.build_value_table`); `studies` outlives the artifact."""

    table: ValueTable
    files: tuple[RawFile, ...]
    studies: Path = field(metadata=ASIDE)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Learn and write them."""
        return build_value_table(into, flat=self.table, studies=self.studies)


@dataclass(frozen=True)
class ProfiledTable:
    """What a flat table looks like (see `tabular.profile.table.build_table_profile`)."""

    table: LookedAtTable
    files: tuple[RawFile, ...]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Look and write it."""
        return build_table_profile(into, flat=self.table)
