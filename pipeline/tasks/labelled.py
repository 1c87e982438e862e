"""A table of rows with labels by horizon: looked through, and written as a table of its own."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.aside import ASIDE
from data.errors import AisleError, BadInputError
from data.labelled.config import Labelled
from data.labelled.index import Index
from data.labelled.inventory import inventory, write_inventory
from data.labelled.looking import judge_parts, judge_rows, look_through
from data.labelled.materialise import write_rows
from data.labelled.roles import Declared
from data.labelled.told import columns_left, parts_aside, rows_aside
from data.opening.paths import Found, warned_of
from data.partitions.choosing import parts_within
from data.partitions.parts import Aside
from data.partitions.told import left_of, read_of
from data.partitions.window import Window
from data.tables import read_json
from data.warned import Warned, write_warnings
from pipeline.store.task import Artifact, RawFile

SUMMARY = "summary.json"
QUARANTINE = "quarantine.parquet"


@dataclass(frozen=True)
class LabelledIndex:
    """index.json, schema.parquet and texts/ (see `data.labelled.index`), summary.json, warnings.json.

    Parameters
    ----------
    files, empty
        The window's files, and those of no byte.
    table
        How they are laid out, without its windows.
    window
        Which rows of these files are read.
    declared
        Which columns may be features.
    labelled
        Whether rows are learnt from or judged: parts without a label are then set aside.
    known
        The index of the rows that were learnt from, where these are others.
    left_out
        What was said of files that stand beside them and are not read.
    outside
        What is to be said of files that the window leaves out, which may be others in each run.
    """

    files: tuple[RawFile, ...]
    empty: tuple[str, ...]
    table: Labelled
    window: Window
    declared: Declared
    labelled: bool
    known: Artifact | None = None
    left_out: tuple[Warned, ...] = field(default=(), metadata=ASIDE)
    outside: tuple[Warned, ...] = field(default=(), metadata=ASIDE)

    @classmethod
    def of(
        cls,
        found: Found,
        table: Labelled,
        window: Window,
        declared: Declared,
        *,
        labelled: bool,
        known: Artifact | None = None,
    ) -> "LabelledIndex":
        """The task for some files, of which those outside the window decide nothing.

        Raises
        ------
        AisleError
            If no file lies in the window.
        """
        chosen = parts_within(found.files, found.empty, table.folders, window, untimed=table.time is not None)
        files = tuple(RawFile(part.path) for part in chosen.parts)
        empty = tuple(str(one.path) for one in chosen.aside)
        split = "train" if known is None else ("valid" if labelled else "test")
        said = warned_of(found.left_out), tuple(left_of(chosen, table.folders, f" of `{split}`"))
        return cls(files, empty, table.layout, window.of_rows, declared, labelled, known, *said)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If more parts or rows are bad than the settings allow, or no row is left.
        """
        self.declared.check(self.table)
        files, empty = [file.path for file in self.files], list(map(Path, self.empty))
        folders, untimed = self.table.folders, self.table.time is not None
        chosen = parts_within(files, empty, folders, self.window, untimed=untimed)
        known = Index.load(self.known.path) if self.known else None
        looked = look_through(
            chosen, self.table, self.window, self.declared, into / "texts", known, labelled=self.labelled
        )
        looked.index.save(into)
        summary = {
            "parts": len(looked.index.parts),
            "parts_aside": _plain(looked.aside),
            "rows": looked.rows,
            "left": dict(looked.left.most_common()),
            "read": looked.index.rows,
            "absent": dict(looked.absent),
            "window": read_of([part.opened.part.path for part in looked.index.parts], folders),
        }
        (into / SUMMARY).write_text(json.dumps(summary, indent=1) + "\n")
        what = "" if known is None else " to score"
        warned = parts_aside(looked.aside, len(chosen.parts) + len(chosen.aside), what)
        warned += rows_aside(looked.left, looked.rows, "", what)
        write_warnings(into, [*self.left_out, *warned, *columns_left(looked.index, self.declared, known)])
        return {"parts": summary["parts"], "rows": summary["read"]}


@dataclass(frozen=True)
class LabelledRows:
    """rows/NNN.parquet (see `data.labelled.materialise`), columns.csv, quarantine.parquet, summary.json, warnings.json.

    Parameters
    ----------
    index
        What was found when the table was looked through.
    files
        The table's files.
    table
        How they are laid out, without its windows.
    """

    index: Artifact
    files: tuple[RawFile, ...]
    table: Labelled

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If more parts or rows are bad than the settings allow, or no row is left.
        """
        index, before = Index.load(self.index.path), read_json(self.index.path / SUMMARY)
        written = write_rows(index, self.table, into)
        written.quarantine.write_parquet(into / QUARANTINE)
        write_inventory(inventory(index, self.table, written.missing, written.odd, written.kept), into)
        aside = [Aside(Path(one["path"]), one["why"]) for one in before["parts_aside"]] + written.aside
        judge_parts(aside, len(index.parts) + len(before["parts_aside"]), self.table)
        try:
            judge_rows(written.bad, written.rows, self.table)
        except AisleError as error:
            said = f"{str(error).removesuffix('.')}; see {QUARANTINE}."
            raise BadInputError(said, {QUARANTINE: into / QUARANTINE}) from None
        summary = before | {
            "parts_aside": _plain(aside),
            "damaged": written.damaged,
            "quarantined": dict(written.bad.most_common()),
            "kept": written.kept,
            "nulled": {name: dict(counts) for name, counts in sorted(written.odd.items())},
        }
        (into / SUMMARY).write_text(json.dumps(summary, indent=1) + "\n")
        warned = parts_aside(written.aside, len(index.parts))
        write_warnings(into, warned + rows_aside(written.bad, written.rows, ", as their labels or keys are no good"))
        return {"rows": written.kept}


def _plain(aside: Sequence[Aside]) -> list[dict[str, str]]:
    return [{"path": str(one.path), "why": one.why} for one in aside]
