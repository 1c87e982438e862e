"""One type for each key column of a log, over all of its parts and the log whose codes it takes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.values.key_forms import POINT
from data.values.padded_keys import any_padded
from data.values.samples import Sample

KEYS = ("session", "user", "item", "category")
NUMBER = r"^(0|-?[1-9][0-9]*)$"
"""A whole number as it is written when nothing else is meant: without zeros before it, and without a plus."""


@dataclass
class KeyColumns:
    """What the parts of a log have in their key columns.

    Parameters
    ----------
    first
        By column and type, the first key of that type.
    floats, padded
        Columns with texts that may be other texts' numbers (see `data.values.key_forms`, `data.values.padded_keys`).
    """

    first: dict[str, dict[pl.DataType, Sample]] = field(default_factory=lambda: {key: {} for key in KEYS})
    floats: set[str] = field(default_factory=set)
    padded: set[str] = field(default_factory=set)

    def see(self, part: pl.DataFrame, path: Path) -> None:
        """Take note of a part's typed rows, of this file."""
        for name, types in self.first.items():
            keys = part[name]
            if keys.null_count() == len(keys):
                continue  # without a key there is no type, whatever the file's schema says
            if keys.dtype not in types:
                where = int(keys.is_not_null().arg_true()[0])
                types[keys.dtype] = Sample(path, part["row"][where], str(keys[where]))
            if keys.dtype == pl.String:
                self.floats |= {name} if name not in self.floats and keys.str.ends_with(".0").any() else set()
                self.padded |= {name} if name not in self.padded and any_padded(keys) else set()

    @property
    def mixed(self) -> set[str]:
        """Columns that are whole numbers in one part and texts in another."""
        return {name for name, types in self.first.items() if len(types) > 1}

    def settle(self, known: Mapping[str, pl.Series]) -> dict[str, pl.DataType]:
        """Each column's type: an earlier log's where there are such keys; else texts if any part has texts."""
        return {name: self._settled(types, known.get(name)) for name, types in self.first.items()}

    @staticmethod
    def _settled(types: Mapping[pl.DataType, Sample], known: pl.Series | None) -> pl.DataType:
        if known is not None and len(known):
            return known.dtype
        return pl.String() if pl.String() in types or not types else pl.Int64()


def as_settled(part: pl.DataFrame, types: Mapping[str, pl.DataType], file_of: Callable[[int], Path]) -> pl.DataFrame:
    """A part's rows with their keys in the settled types.

    Parameters
    ----------
    part
        Typed rows with `row`; a key column that it lacks is null in all of them.
    types
        By column.
    file_of
        A row's number -> the file it stands in, for messages.

    Raises
    ------
    AisleError
        If a text is no whole number where the log's keys are.
    """
    for name, dtype in types.items():
        if name not in part.columns:
            continue
        keys = part[name]
        if keys.dtype == pl.String and dtype == pl.Int64:
            keys = keys.str.replace(POINT, "$1")
            wrong = (~keys.str.contains(NUMBER)).fill_null(False) | (
                keys.is_not_null() & keys.cast(pl.Int64, strict=False).is_null()
            )
            if wrong.any():
                where = int(wrong.arg_true()[0])
                raise AisleError(
                    f"{file_of(part['row'][where])}: `{name}` keys are texts such as {part[name][where]!r} where the "
                    "log's are whole numbers: write both files in one format."
                )
        part = part.with_columns(keys.cast(dtype))
    return part
