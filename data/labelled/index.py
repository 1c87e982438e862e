"""What was found when a table was looked through: its parts, how many rows of each are read, its columns' types."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.labelled.choice import Choice
from data.labelled.opened import Opened
from data.labelled.roles import Role
from data.partitions.parts import Part
from data.sound import array_of, need, opening
from data.tables import read_json, read_whole

INDEX, SCHEMA = "index.json", "schema.parquet"


@dataclass(frozen=True)
class IndexedPart:
    """A part, and which of its rows are read.

    Parameters
    ----------
    opened
        Its file.
    kept
        How many rows of each row group are read.
    repeated
        A file of the places, from 0, of rows that are not read because their key has come before; null where none is.
    """

    opened: Opened
    kept: tuple[int, ...]
    repeated: Path | None = None

    def repeats(self, start: int, stop: int) -> npt.NDArray[np.int64]:
        """The places of such rows, counted from `start`, of those from there to before `stop`."""
        if self.repeated is None:
            return np.empty(0, np.int64)
        places = array_of(self.repeated, np.int64, mapped=True)
        first, last = np.searchsorted(places, [start, stop])
        return np.asarray(places[first:last]) - start

    @property
    def rows(self) -> int:
        """How many of its rows are read."""
        return sum(self.kept)


@dataclass(frozen=True)
class Index:
    """A table as it was looked through.

    Parameters
    ----------
    parts
        Those that are read, in their order.
    choice
        Which of their rows are.
    schema
        The type of each column of features in all parts.
    roles
        What each column is there for.
    """

    parts: tuple[IndexedPart, ...]
    choice: Choice
    schema: pl.Schema
    roles: Mapping[str, Role]

    @property
    def rows(self) -> int:
        """How many rows are read."""
        return sum(part.rows for part in self.parts)

    def with_role(self, role: Role) -> list[str]:
        """The columns that are there for something."""
        return [name for name, found in self.roles.items() if found == role]

    def save(self, folder: Path) -> None:
        """Write index.json and schema.parquet; files that stand in the folder are named relative to it."""
        held = {
            "parts": [_part(part, folder) for part in self.parts],
            "choice": _choice(self.choice),
            "roles": dict(self.roles),
        }
        (folder / INDEX).write_text(json.dumps(held, indent=1) + "\n")
        pl.DataFrame(schema=self.schema).write_parquet(folder / SCHEMA)

    @classmethod
    def load(cls, folder: Path) -> "Index":
        """Read what `save` has written.

        Raises
        ------
        AisleError
            If it is damaged.
        """
        held, schema = read_json(folder / INDEX), read_whole(folder / SCHEMA).schema
        with opening(folder / INDEX):
            parts = tuple(_read_part(one, folder) for one in held["parts"])
            choice = held["choice"] | {name: _moment(held["choice"][name]) for name in ("first", "last")}
            need(all(len(part.kept) == len(part.opened.groups) for part in parts), "its row groups differ")
            return cls(parts, Choice(**choice), schema, held["roles"])


def _part(part: IndexedPart, folder: Path) -> dict[str, Any]:
    opened = part.opened
    inside = opened.file.is_relative_to(folder)
    return {
        "path": str(opened.part.path),
        "moment": opened.part.moment.isoformat() if opened.part.moment else None,
        "file": str(opened.file.relative_to(folder)) if inside else None,
        "columns": list(opened.types),
        "groups": list(opened.groups),
        "kept": list(part.kept),
        "repeated": str(part.repeated.relative_to(folder)) if part.repeated else None,
    }


def _read_part(held: Mapping[str, Any], folder: Path) -> IndexedPart:
    part = Part(Path(held["path"]), _moment(held["moment"]))
    types = {name: pl.Null() for name in held["columns"]}  # only their names are used from here on
    file = part.path if held["file"] is None else folder / held["file"]
    repeated = None if held["repeated"] is None else folder / held["repeated"]
    return IndexedPart(Opened(part, file, tuple(held["groups"]), types), tuple(held["kept"]), repeated)


def _choice(choice: Choice) -> dict[str, Any]:
    ends = {
        name: end.isoformat() if end else None for name, end in {"first": choice.first, "last": choice.last}.items()
    }
    plain = {name: getattr(choice, name) for name in ("key", "time", "layout", "bound", "owner")}
    return plain | ends


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
