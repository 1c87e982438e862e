"""From raw files to EVENTS, ITEMS and the key dictionaries: streamed, validated, sharded by the session's key."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from data.boundary import some_rows, told
from data.errors import AisleError, BadInputError
from data.formats import LogFormat
from data.items import ATTRIBUTES, first_seen, late_names
from data.joining import Joined, open_joins, unjoined
from data.key_forms import refuse_lost
from data.keys import dictionary, key_hash
from data.marks import EVENT_ID, ORDER
from data.null_tokens import warn_of_tokens
from data.quality import Quality, judge, summarise
from data.readers.reader import Reader, SessionRule
from data.refunds_told import warn_of_negative
from data.repeated_hours import in_file_order
from data.repeats import RULE, repeated_orders, repeated_rows
from data.schema import Events, Items, Notes
from data.sessions import Sessions, assign_sessions, out_of_order
from data.silent import SILENT, named_of, without_events
from data.strangers import several_users
from data.tables import read_whole, scan, shard_file
from data.unknown_keys import unknown_keys, warn_of_unknown
from data.validate import QUARANTINE, Tally, rows_read, validate
from data.warned import Warned
from pipeline.store.task import ASIDE, Artifact, RawFile
from pipeline.tasks.log_checks import FILE, LINE, Cutting, Looks, look_at_times, warnings_of
from pipeline.tasks.log_keys import RawParts, settle_keys
from pipeline.tasks.log_refunds import refunding, settle_refunds, split_refunds
from pipeline.tasks.moments import order_moments

KEYS = ("item", "user", "category", "session")


@dataclass(frozen=True)
class Ingest:
    """All that decides how a log becomes tables."""

    reader: Reader
    format: LogFormat
    sessions: Sessions
    quality: Quality
    shards: int

    @property
    def by(self) -> SessionRule:
        """The session rule: the configured one, or the format's own."""
        return self.sessions.by or self.reader.sessions

    @property
    def synthetic_clock(self) -> bool:
        """Whether times are made up, and only their order means anything."""
        return self.reader.synthetic_clock or self.format.columns.ts is None

    @property
    def same_moment(self) -> str:
        """What the order of one moment means: a column that orders events says it is real."""
        rule = self.quality.same_moment
        return "file" if rule == "auto" and self.format.columns.order is not None else rule

    @property
    def owner(self) -> str:
        """The key by which rows belong together: a shard holds all of its rows."""
        return "session" if self.by == "column" else "user"


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
    """

    files: tuple[RawFile, ...]
    generated: Artifact | None
    ingest: Ingest
    known: Artifact | None
    bad_rows: str = field(metadata=ASIDE)
    joined: Mapping[str, RawFile] = field(default_factory=dict)
    left_out: tuple[Warned, ...] = field(default=(), metadata=ASIDE)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write the tables; return the summary.

        Raises
        ------
        AisleError
            If the input cannot be read, or is too bad (see `data.quality.judge`).
        """
        files = [self.generated.path / "log.parquet"] if self.generated else [file.path for file in self.files]
        known = self.known.path if self.known else None
        for folder in ("raw", "keyed", "events", "keys"):
            (into / folder).mkdir()
        joined = open_joins(self.ingest.format, {name: file.path for name, file in self.joined.items()})
        named: list[pl.Series] | None = [] if known is not None and self.ingest.by != "gap" else None
        tally, parts = _validate_all(into, files, self.ingest, joined, named)
        warned = unjoined(joined)
        try:
            judge(tally, files, self.ingest.quality, self.ingest.reader.strict_events, Path(self.bad_rows))
        except AisleError as error:
            raise BadInputError(str(error), {Path(self.bad_rows).name: into / "quarantine.parquet"}) from None
        warned += settle_keys(parts, _known_keys(known, self.ingest.by))
        split_refunds(into)
        looks = Looks()
        if not self.ingest.synthetic_clock:
            look_at_times(into / "raw", self.ingest.quality, tally, looks)
        repeated = _drop_repeated(into, tally, self.ingest)
        cutting = None if known is not None or self.ingest.by == "user" else Cutting(self.ingest.quality, tally, looks)
        _assign_sessions(into, self.ingest, repeated, cutting, twice=tally.repeated_hours > 0)
        silent = without_events(named or [], refunding(into, self.ingest.owner, _keys(into, "session")))
        codes = {name: _codes(into, name, known, silent if name == "session" else None) for name in KEYS}
        if len(silent):
            _write_silent(into, silent, codes["session"])
        counts = _write_events(into, self.ingest, codes)
        shards = [shard_file(into / "events", number) for number in range(self.ingest.shards)]
        decided, sorted_lines = order_moments(into, shards, self.ingest.same_moment, known)
        _write_notes(into, codes["session"])
        _write_items(into, codes, known)
        refunds, told_of_refunds = settle_refunds(into, codes)
        for folder in ("raw", "keyed"):
            for file in (into / folder).iterdir():
                file.unlink()
            (into / folder).rmdir()
        warned += warn_of_tokens(tally.dropped, tally.nulled, tally.read, self.ingest.format.null_tokens)
        unknown = {} if known is None else unknown_keys(into, known)
        warned += warn_of_unknown(unknown, counts["items"])
        warned += [*told_of_refunds, *warn_of_negative(tally.negative_orders)]
        warned += [*self.left_out, *sorted_lines, *_warnings(into, self.ingest, known, looks)]
        told = {"same_moment": decided, "usual": looks.usual.plain() if looks.usual else None}
        summary = summarise(tally) | counts | refunds | unknown | told | {"warnings": [one.plain() for one in warned]}
        (into / "summary.json").write_text(json.dumps(summary, indent=1) + "\n")
        return summary


def _validate_all(
    into: Path, files: Sequence[Path], ingest: Ingest, joined: Sequence[Joined], named: list[pl.Series] | None
) -> tuple[Tally, RawParts]:
    """Type every batch into raw/NNNNN.parquet and gather the bad rows and, if asked for, whom the rows name."""
    total, parts = Tally(), RawParts()
    bad_rows = [pl.DataFrame(schema=QUARANTINE)]
    max_price = ingest.quality.max_price
    for number, (path, first, batch) in enumerate(_batches(files, ingest, joined)):
        with told(path, f"rows {first:,} to {first + rows_read(batch) - 1:,}"):
            good, bad, tally = validate(batch, path, first, ingest.reader, ingest.format, ingest.by, max_price)
            if named is not None:
                named.append(named_of(batch, ingest.owner, path, first, ingest.reader, ingest.format))
        part = into / "raw" / f"{number:05d}.parquet"
        parts.see(good, part, path)
        before, line = total.read + total.exploded, good["row"]
        good = good.with_columns(row=pl.int_range(before, before + pl.len(), dtype=pl.UInt64))
        if ingest.quality.stray_times == "drop":
            good = good.with_columns(line.alias(LINE), pl.lit(str(path)).alias(FILE))
        good.write_parquet(part)
        bad_rows += [bad] if bad.height else []
        total += tally
    pl.concat(bad_rows).write_parquet(into / "quarantine.parquet")
    return total, parts


def _known_keys(known: Path | None, by: SessionRule) -> dict[str, pl.Series]:
    """An earlier log's keys; not of sessions that a rule has made."""
    names = () if known is None else (name for name in KEYS if name != "session" or by == "column")
    read = {name: read_whole(known / "keys" / f"{name}.parquet")["key"] for name in names}  # type: ignore[operator]
    return {name: keys for name, keys in read.items() if len(keys)}


def _batches(
    files: Sequence[Path], ingest: Ingest, joined: Sequence[Joined]
) -> Iterator[tuple[Path, int, pl.DataFrame]]:
    reader, last, first = ingest.reader, None, 1
    both = reader.read_joined if joined else None

    def read(path: Path) -> Iterator[pl.DataFrame]:
        return both(path, ingest.format, joined) if both else reader.read(path, ingest.format)

    for path, batch in some_rows(files, read):
        last, first = path, first if path == last else 1
        yield path, first, batch
        first += rows_read(batch)


def _drop_repeated(into: Path, tally: Tally, ingest: Ingest) -> pl.LazyFrame:
    """The rows that repeat another's id, frame(row), counted as dropped."""
    if ingest.format.columns.event_id is None:
        return pl.LazyFrame(schema={"row": pl.UInt64})
    rows = repeated_rows(scan(into / "raw"), ingest.shards)
    tally.kept -= len(rows)
    tally.dropped += Counter({RULE: len(rows)})
    return rows.to_frame().lazy()


def _assign_sessions(
    into: Path, ingest: Ingest, repeated: pl.LazyFrame, cutting: Cutting | None, *, twice: bool
) -> None:
    """Bring the rows of an owner together in its shard, keyed/NNN.parquet, and give them their sessions.

    Sessions are cut where they are too long; not a test file's, which is answered whole, nor one that is all of a user.
    """
    raw = scan(into / "raw")
    if ingest.format.columns.event_id is not None:
        raw = raw.drop(EVENT_ID).join(repeated, on="row", how="anti")
    owners = raw.select(ingest.owner).unique().collect().sort(ingest.owner).to_series()
    shard = pl.DataFrame([owners, (key_hash(owners) % ingest.shards).alias("shard")])
    for number in range(ingest.shards):
        mine = shard.lazy().filter(pl.col("shard") == number).select(ingest.owner)
        rows = raw.join(mine, on=ingest.owner, how="semi")
        rows = in_file_order(rows, ingest.owner) if twice else rows.drop("again")
        known = assign_sessions(rows, ingest.by, ingest.sessions.gap).collect()
        if cutting is not None:
            known = cutting(known, _order(known.lazy()))
        known.write_parquet(shard_file(into / "keyed", number))


def _keys(into: Path, name: str) -> pl.Series:
    return scan(into / "keyed").select(name).unique().collect().to_series()


def _write_silent(into: Path, silent: pl.Series, sessions: pl.LazyFrame) -> None:
    """Write silent.parquet: the sessions that a test file names without an event (see `data.silent`)."""
    mute = sessions.filter(pl.col("key").is_in(silent.implode())).select(session="code").sort("session")
    mute.collect().write_parquet(into / SILENT)


def _codes(into: Path, name: str, known: Path | None, more: pl.Series | None = None) -> pl.LazyFrame:
    """Write keys/<name>.parquet (key, code, and a session's hash), with more keys, and return it."""
    keys = _keys(into, name)
    keys = keys if more is None else pl.concat([keys, more])
    earlier = None if known is None else read_whole(known / "keys" / f"{name}.parquet")
    refuse_lost(name, keys.drop_nulls())
    codes = dictionary(keys, earlier)
    codes = codes.with_columns(hash=key_hash(codes["key"]) if codes.height else pl.lit(None, pl.UInt64))
    if earlier is not None:
        schema = earlier.schema if earlier.height else codes.schema
        codes = pl.concat([earlier.cast(schema), codes.cast(schema)])  # a log without any such key has no type of them
    codes.write_parquet(into / "keys" / f"{name}.parquet")
    return codes.lazy()


def _write_events(into: Path, ingest: Ingest, codes: dict[str, pl.LazyFrame]) -> dict[str, Any]:
    """Write events/NNN.parquet, sorted, and count what is in them."""
    duplicates = late = 0
    for number in range(ingest.shards):
        keyed = scan(shard_file(into / "keyed", number))
        rows = _coded(keyed, codes).sort("session", *_order(keyed)).collect()
        late += out_of_order(rows.lazy()).collect().item()
        once = rows.unique(["session", "item", "ts", "type"], keep="first", maintain_order=True)
        duplicates += rows.height - once.height
        rows = once if ingest.quality.duplicates == "drop" else rows
        Events.validate(rows.select(Events.column_names()), cast=True).write_parquet(
            shard_file(into / "events", number)
        )
    events = scan(into / "events")
    span = events.select(
        pl.len().alias("events"),
        *(pl.col(c).n_unique().alias(f"{c}s") for c in ("session", "item")),
        pl.col("user").drop_nulls().n_unique().alias("users"),
        first=pl.col("ts").min().dt.strftime("%Y-%m-%d %H:%M:%S%.3f"),
        last=pl.col("ts").max().dt.strftime("%Y-%m-%d %H:%M:%S%.3f"),
    )
    return span.collect().to_dicts()[0] | {"duplicates": duplicates, "out_of_order": late}


def _order(typed: pl.LazyFrame) -> list[str]:
    """The columns by which a session's events follow each other: time, the log's own order, the files'."""
    own = [name for name in typed.collect_schema() if name.startswith(ORDER)]
    return ["ts", *own, "row"]


def _warnings(into: Path, ingest: Ingest, known: Path | None, looks: Looks) -> list[Warned]:
    """What looks wrong in the log's tables and stops nothing."""
    files, columns = sorted((into / "events").iterdir()), ingest.format.columns
    found = several_users(files, columns.session, columns.user) if ingest.by == "column" else []
    if columns.event_id is None and not ingest.synthetic_clock:
        found += repeated_orders(scan(into / "events"))
    if known is not None:  # a test file is answered, and nothing is learnt from it
        return found + looks.said
    return found + warnings_of(into, ingest.quality, ingest.by == "user", looks)


def _write_notes(into: Path, sessions: pl.LazyFrame) -> None:
    """Write notes.parquet: what the log says of whole sessions; no row where it says nothing."""
    rows = scan(into / "keyed")
    order = _order(rows)
    said = rows.group_by("session").agg(
        session_value=pl.col("session_value").sort_by(order).drop_nulls().first(),
        segment=pl.col("segment").sort_by(order).first(),
    )
    told = said.filter(pl.any_horizontal(pl.col("session_value", "segment").is_not_null()))
    notes = told.join(sessions.select("code", session="key"), on="session", validate="1:1").drop("session")
    named = notes.select(pl.col("code").alias("session"), "session_value", "segment").sort("session").collect()
    Notes.validate(named, cast=True).write_parquet(into / "notes.parquet")


def _coded(rows: pl.LazyFrame, codes: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Codes for keys."""
    for name, table in codes.items():
        pairs = table.select(pl.col("key").alias(name), pl.col("code").alias(f"__{name}"))
        dtype = table.collect_schema()["key"]  # that of the log's keys, where all of a test file's are null
        rows = rows.with_columns(pl.col(name).cast(dtype)).join(pairs, on=name, how="left", validate="m:1")
    return rows.with_columns(pl.col(f"__{name}").alias(name) for name in codes)


def _write_items(into: Path, codes: dict[str, pl.LazyFrame], known: Path | None) -> None:
    """Write items.parquet, every item's key and what the log says of it, and late_names.parquet, what it said late."""
    keyed = _coded(scan(into / "keyed"), {c: codes[c] for c in ("item", "category")})
    said = first_seen(keyed, _order(keyed)).collect().lazy()
    items = codes["item"].select(item="code", key=pl.col("key").cast(pl.String))
    table = items.join(said, on="item", how="left", validate="1:1").select("item", "key", *ATTRIBUTES).collect()
    late = late_names(said).collect()
    if known is not None:
        earlier = read_whole(known / "items.parquet")
        table = pl.concat([earlier, table.slice(earlier.height)])
        new = late.join(earlier, on="item", how="anti", maintain_order="left")
        late = pl.concat([read_whole(known / "late_names.parquet"), new])
    Items.validate(table.sort("item"), cast=True).write_parquet(into / "items.parquet")
    late.write_parquet(into / "late_names.parquet")
