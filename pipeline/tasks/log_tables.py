"""From typed rows to a log's tables: keys with their codes, EVENTS, NOTES, ITEMS."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from data.ahead import one_ahead
from data.codes import Codes
from data.distinct import Distinct
from data.items import ATTRIBUTES, FirstSeen, late_names
from data.keys import dictionary, key_hash
from data.readers.reader import SessionRule
from data.schema import Events, Items, Notes
from data.silent import SILENT
from data.tables import read_whole, shard_file
from data.values.key_forms import refuse_lost
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log_counts import Counts, first_of_each, in_order
from pipeline.tasks.log_parts import LogParts
from pipeline.tasks.log_rows import order_of

KEYS = ("item", "user", "category", "session")
NOTES = {"session": pl.UInt32, "session_value": pl.Float64, "segment": pl.String}


def known_keys(known: Path | None, by: SessionRule) -> dict[str, pl.Series]:
    """An earlier log's keys; not of sessions that a rule has made."""
    names = () if known is None else (name for name in KEYS if name != "session" or by == "column")
    read = {name: read_whole(known / "keys" / f"{name}.parquet")["key"] for name in names}  # type: ignore[operator]
    return {name: keys for name, keys in read.items() if len(keys)}


def keys_in(parts: LogParts) -> dict[str, pl.Series]:
    """The distinct keys of each column, as they come."""
    found = {name: Distinct() for name in KEYS}
    for number in sorted(parts.files):
        rows = parts.rows(number, [name for name in KEYS if name in parts.said])
        for name in rows.columns:
            if name in found:
                found[name].add(rows[name])
    types = parts.unsaid | parts.said
    return {name: keys.keys(name, types[name]) for name, keys in found.items()}


def write_silent(into: Path, silent: pl.Series, sessions: pl.DataFrame) -> None:
    """Write silent.parquet: the sessions that a test file names without an event (see `data.silent`)."""
    mute = sessions.filter(pl.col("key").is_in(silent.implode())).select(session="code").sort("session")
    _write(mute, into / SILENT)


def write_codes(into: Path, keys: pl.Series, known: Path | None, more: pl.Series | None = None) -> pl.DataFrame:
    """Write keys/<name>.parquet (key, code, and a session's hash), with more keys, and return it."""
    name = keys.name
    keys = keys if more is None else pl.concat([keys, more])
    earlier = None if known is None else read_whole(known / "keys" / f"{name}.parquet")
    refuse_lost(name, keys.drop_nulls())
    codes = dictionary(keys, earlier)
    codes = codes.with_columns(hash=key_hash(codes["key"]) if codes.height else pl.lit(None, pl.UInt64))
    if earlier is not None:
        schema = earlier.schema if earlier.height else codes.schema
        codes = pl.concat([earlier.cast(schema), codes.cast(schema)])  # a log without any such key has no type of them
    _write(codes, into / "keys" / f"{name}.parquet")
    return codes


def write_events(
    into: Path, parts: LogParts, ingest: Ingest, codes: Mapping[str, pl.DataFrame], known: Path | None
) -> dict[str, Any]:
    """Write events/NNN.parquet, sorted, and notes, items and late names; count what is in them."""
    counts, seen, notes = Counts(codes), FirstSeen(), [pl.DataFrame(schema=NOTES)]
    for number, shard in enumerate(one_ahead(_shards(parts, ingest.shards, codes))):
        seen.add(shard.said, shard.order)
        notes += _notes(shard.said, shard.order)
        counts.add(shard.rows, shard.once)
        dropped = ingest.quality.duplicates == "drop" and not shard.once.all()
        rows = shard.rows.filter(shard.once) if dropped else shard.rows
        events = Events.validate(rows.select(Events.column_names()), cast=True)
        counts.keep(events)
        _write(events, shard_file(into / "events", number))
    _write(Notes.validate(pl.concat(notes).sort("session"), cast=True), into / "notes.parquet")
    write_items(into, codes["item"], seen.table(), known)
    return counts.told()


class _Shard(NamedTuple):
    """A shard's rows in codes, as the log has them and in the order of EVENTS, and which repeat no other."""

    said: pl.DataFrame
    order: list[str]
    rows: pl.DataFrame
    once: pl.Series


def _shards(parts: LogParts, shards: int, codes: Mapping[str, pl.DataFrame]) -> Iterator[_Shard]:
    opened = {name: Codes(table) for name, table in codes.items()}
    for number in range(shards):
        said = _coded(parts.rows(number), opened)
        order = order_of(said.lazy())
        rows = in_order(said.select(*Events.column_names(), *order[1:]), ["session", *order])
        yield _Shard(said, order, rows, first_of_each(rows))


def _coded(rows: pl.DataFrame, codes: Mapping[str, Codes]) -> pl.DataFrame:
    """Codes for keys."""
    return rows.with_columns(codes[name].of(rows[name]) for name in KEYS)


def _notes(rows: pl.DataFrame, order: Sequence[str]) -> list[pl.DataFrame]:
    """What a shard's rows say of whole sessions; nothing where they say nothing."""
    if all(rows[name].null_count() == rows.height for name in ("session_value", "segment")):
        return []
    said = (
        rows.lazy()
        .group_by("session")
        .agg(
            session_value=pl.col("session_value").sort_by(order).drop_nulls().first(),
            segment=pl.col("segment").sort_by(order).first(),
        )
    )
    told = said.filter(pl.any_horizontal(pl.col("session_value", "segment").is_not_null()))
    return [told.select("session", "session_value", "segment").collect()]


def write_items(into: Path, items: pl.DataFrame, said: pl.DataFrame, known: Path | None) -> None:
    """Write items.parquet, every item's key and what the log says of it, and late_names.parquet, what it said late.

    Parameters
    ----------
    into
        The log's folder.
    items
        The items' keys and codes.
    said
        As `data.items.first_seen` gives it.
    known
        An earlier log's tables.
    """
    named = items.lazy().select(item="code", key=pl.col("key").cast(pl.String))
    table = named.join(said.lazy(), on="item", how="left", validate="1:1").select("item", "key", *ATTRIBUTES).collect()
    late = late_names(said.lazy()).collect()
    if known is not None:
        earlier = read_whole(known / "items.parquet")
        table = pl.concat([earlier, table.sort("item").slice(earlier.height)])
        new = late.join(earlier, on="item", how="anti", maintain_order="left")
        late = pl.concat([read_whole(known / "late_names.parquet"), new])
    _write(Items.validate(table.sort("item"), cast=True), into / "items.parquet")
    _write(late, into / "late_names.parquet")


def _write(table: pl.DataFrame, path: Path) -> None:
    """Write a table from one piece of memory: else row groups, and so bytes, follow the threads that made it."""
    table.rechunk().write_parquet(path)
