"""A log's task: from raw files to EVENTS, ITEMS and the key dictionaries, streamed, validated, sharded."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from data.aside import ASIDE
from data.boundaries import FirstFold
from data.errors import AisleError, BadInputError
from data.partitions.folders import Folders
from data.partitions.told import read_of
from data.quality import judge, summarise
from data.refunds_told import warn_of_negative
from data.repeats import repeated_orders
from data.shapes.joined import open_joins
from data.shapes.joining import unjoined
from data.silent import without_events
from data.suspicions import early_times
from data.suspicions.strangers import several_users
from data.tables import scan
from data.unknown_keys import unknown_keys, warn_of_unknown
from data.values.clock import Clock
from data.values.null_tokens import warn_of_tokens
from data.warned import Warned
from pipeline.store.room import Room
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log_checks import Cutting, Looks, Straying, warnings_of
from pipeline.tasks.log_keys import settle_keys
from pipeline.tasks.log_owners import OwnerDraw, OwnerShare
from pipeline.tasks.log_refunds import refunding, settle_refunds, split_refunds
from pipeline.tasks.log_room import log_room
from pipeline.tasks.log_rows import drop_repeated, give_sessions, validate_all
from pipeline.tasks.log_tables import (
    KEYS,
    keys_in,
    known_keys,
    write_codes,
    write_events,
    write_silent,
)


@dataclass(frozen=True)
class LogTables:
    """A log's tables: events/NNN, items, late_names, notes, keys/*, quarantine (.parquet) and summary.json.

    Parameters
    ----------
    files
        The raw files.
    generated
        The generated shop, in place of files.
    ingest
        How they are read.
    known
        An earlier log's tables: its codes stay, new keys follow after them.
    bad_rows
        Where the quarantine goes, below the working directory, if the run stops over it: the user is to look at it.
    joined
        The tables that the format joins, by name.
    left_out
        What was said of files that stand beside the raw ones and are not read.
    first_fold
        When the log's first fold begins, where rows are dropped by what other rows say; null where none are.
    owners
        Whose rows are kept.
    folders
        How the files' times are told, for the summary; null where nothing does.
    """

    files: tuple[RawFile, ...]
    generated: Artifact | None
    ingest: Ingest
    known: Artifact | None
    bad_rows: str = field(metadata=ASIDE)
    joined: Mapping[str, RawFile] = field(default_factory=dict)
    left_out: tuple[Warned, ...] = field(default=(), metadata=ASIDE)
    first_fold: FirstFold | None = None
    owners: OwnerShare = field(default_factory=OwnerShare)
    folders: Folders | None = field(default=None, metadata=ASIDE)

    def room(self) -> Room:
        """By the raw files' sizes and beginnings."""
        files = [file.path for file in self.files]
        if self.generated is not None:
            files = [self.generated.path / "log.parquet"]
        told = log_room(files, self.ingest.shards, self.ingest.format.batch_rows, self.owners)
        return Room(told.memory, told.disk)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write the tables; return the summary.

        Raises
        ------
        AisleError
            If the input cannot be read, or is too bad (see `data.quality.judge`).
        """
        files = [self.generated.path / "log.parquet"] if self.generated else [file.path for file in self.files]
        known = self.known.path if self.known else None
        for folder in ("raw", "events", "keys"):
            (into / folder).mkdir()
        joined = open_joins(self.ingest.format, {name: file.path for name, file in self.joined.items()})
        named: list[pl.Series] | None = [] if known is not None and self.ingest.by != "gap" else None
        draw = OwnerDraw(self.owners, self.ingest.owner)
        tally, parts = validate_all(into, files, self.ingest, joined, named, draw)
        warned = unjoined(joined)
        try:
            judge(tally, files, self.ingest.quality, self.ingest.reader.strict_events, Path(self.bad_rows))
        except AisleError as error:
            told = "; ".join(str(one) for one in (error, *(missed.said for missed in warned)))
            raise BadInputError(told, {Path(self.bad_rows).name: into / "quarantine.parquet"}) from None
        warned += settle_keys(parts, known_keys(known, self.ingest.by))
        draw.settle(parts)
        draw.count(tally)
        split_refunds(into, parts, self.ingest)
        looks = Looks()
        if not self.ingest.synthetic_clock:
            Straying(self.ingest.quality, self.first_fold, known is not None, tally, looks)(parts)
            clock = Clock.of(self.ingest.format, self.ingest.reader.unit, self.ingest.reader.timezone)
            looks.said += early_times.suspect(parts.ends(), clock)
        repeated = drop_repeated(parts, tally, self.ingest)
        cutting = None if known is not None or self.ingest.by == "user" else Cutting(self.ingest.quality, tally, looks)
        give_sessions(parts, self.ingest, repeated, cutting, twice=tally.repeated_hours > 0)
        keys = keys_in(parts)
        silent = without_events(named or [], refunding(into, self.ingest.owner, keys["session"]))
        codes = {name: write_codes(into, keys[name], known, silent if name == "session" else None) for name in KEYS}
        if len(silent):
            write_silent(into, silent, codes["session"])
        counts = write_events(into, parts, self.ingest, codes, known)
        lazy = {name: table.lazy() for name, table in codes.items()}
        refunds, told_of_refunds = settle_refunds(into, parts, lazy, once=self.ingest.quality.duplicates == "drop")
        parts.clear()
        warned += warn_of_tokens(tally.dropped, tally.nulled, tally.read, self.ingest.format.null_tokens)
        unknown = {} if known is None else unknown_keys(into, known)
        warned += warn_of_unknown(unknown, counts["items"])
        warned += [*told_of_refunds, *warn_of_negative(tally.negative_orders)]
        warned += [*self.left_out, *_warnings(into, self.ingest, known, looks)]
        usual = {"usual": looks.usual.plain() if looks.usual else None}
        window = {} if self.folders is None else {"window": read_of([file.path for file in self.files], self.folders)}
        summary = (
            summarise(tally)
            | window
            | counts
            | refunds
            | unknown
            | usual
            | {"warnings": [one.plain() for one in warned]}
        )
        (into / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
        return summary


def _warnings(into: Path, ingest: Ingest, known: Path | None, looks: Looks) -> list[Warned]:
    """What looks wrong in the log's tables and stops nothing."""
    files, columns = sorted((into / "events").iterdir()), ingest.format.columns
    found = several_users(files, columns.session, columns.user) if ingest.by == "column" else []
    if not ingest.format.numbered and not ingest.synthetic_clock:
        found += repeated_orders(scan(into / "events"))
    if known is not None:  # a test file is answered, and nothing is learnt from it
        return found + looks.said
    return found + warnings_of(into, ingest.quality, ingest.by == "user", looks)
