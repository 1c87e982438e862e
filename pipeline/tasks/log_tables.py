"""From typed rows to a log's tables: keys with their codes, EVENTS, NOTES, ITEMS."""

from pathlib import Path
from typing import Any

import polars as pl

from data.items import ATTRIBUTES, first_seen, late_names
from data.keys import dictionary, key_hash
from data.readers.reader import SessionRule
from data.schema import Events, Items, Notes
from data.sessions import out_of_order
from data.silent import SILENT
from data.tables import read_whole, scan, shard_file
from data.values.key_forms import refuse_lost
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log_rows import order_of

KEYS = ("item", "user", "category", "session")


def known_keys(known: Path | None, by: SessionRule) -> dict[str, pl.Series]:
    """An earlier log's keys; not of sessions that a rule has made."""
    names = () if known is None else (name for name in KEYS if name != "session" or by == "column")
    read = {name: read_whole(known / "keys" / f"{name}.parquet")["key"] for name in names}  # type: ignore[operator]
    return {name: keys for name, keys in read.items() if len(keys)}


def keys_in(into: Path, name: str) -> pl.Series:
    """The distinct keys of a column, as they come."""
    return scan(into / "keyed").select(name).unique().collect().to_series()


def write_silent(into: Path, silent: pl.Series, sessions: pl.LazyFrame) -> None:
    """Write silent.parquet: the sessions that a test file names without an event (see `data.silent`)."""
    mute = sessions.filter(pl.col("key").is_in(silent.implode())).select(session="code").sort("session")
    _write(mute.collect(), into / SILENT)


def write_codes(into: Path, name: str, known: Path | None, more: pl.Series | None = None) -> pl.LazyFrame:
    """Write keys/<name>.parquet (key, code, and a session's hash), with more keys, and return it."""
    keys = keys_in(into, name)
    keys = keys if more is None else pl.concat([keys, more])
    earlier = None if known is None else read_whole(known / "keys" / f"{name}.parquet")
    refuse_lost(name, keys.drop_nulls())
    codes = dictionary(keys, earlier)
    codes = codes.with_columns(hash=key_hash(codes["key"]) if codes.height else pl.lit(None, pl.UInt64))
    if earlier is not None:
        schema = earlier.schema if earlier.height else codes.schema
        codes = pl.concat([earlier.cast(schema), codes.cast(schema)])  # a log without any such key has no type of them
    _write(codes, into / "keys" / f"{name}.parquet")
    return codes.lazy()


def write_events(into: Path, ingest: Ingest, codes: dict[str, pl.LazyFrame]) -> dict[str, Any]:
    """Write events/NNN.parquet, sorted, and count what is in them."""
    duplicates = late = 0
    for number in range(ingest.shards):
        rows = _in_order(scan(shard_file(into / "keyed", number)), codes)
        late += out_of_order(rows.lazy()).collect().item()
        once = rows.filter(pl.struct("session", "item", "ts", "type").is_first_distinct())
        duplicates += rows.height - once.height
        rows = once if ingest.quality.duplicates == "drop" else rows
        events = Events.validate(rows.select(Events.column_names()), cast=True)
        _write(events, shard_file(into / "events", number))
    span = scan(into / "events").select(
        pl.len().alias("events"),
        *(pl.col(c).n_unique().alias(f"{c}s") for c in ("session", "item")),
        pl.col("user").drop_nulls().n_unique().alias("users"),
        first=pl.col("ts").min().dt.strftime("%Y-%m-%d %H:%M:%S%.3f"),
        last=pl.col("ts").max().dt.strftime("%Y-%m-%d %H:%M:%S%.3f"),
    )
    return span.collect().to_dicts()[0] | {"duplicates": duplicates, "out_of_order": late}


def _in_order(keyed: pl.LazyFrame, codes: dict[str, pl.LazyFrame]) -> pl.DataFrame:
    """A shard's EVENTS and what orders them, in codes and in order."""
    order = order_of(keyed)
    rows = coded(keyed, codes).select(*Events.column_names(), *order[1:]).collect()
    return rows.sort("session", *order)  # in one plan with the joins this takes three times as long


def write_notes(into: Path, sessions: pl.LazyFrame) -> None:
    """Write notes.parquet: what the log says of whole sessions; no row where it says nothing."""
    rows = scan(into / "keyed")
    order = order_of(rows)
    said = rows.group_by("session").agg(
        session_value=pl.col("session_value").sort_by(order).drop_nulls().first(),
        segment=pl.col("segment").sort_by(order).first(),
    )
    told = said.filter(pl.any_horizontal(pl.col("session_value", "segment").is_not_null()))
    notes = told.join(sessions.select("code", session="key"), on="session", validate="1:1").drop("session")
    named = notes.select(pl.col("code").alias("session"), "session_value", "segment").sort("session").collect()
    _write(Notes.validate(named, cast=True), into / "notes.parquet")


def coded(rows: pl.LazyFrame, codes: dict[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Codes for keys."""
    for name, table in codes.items():
        pairs = table.select(pl.col("key").alias(name), pl.col("code").alias(f"__{name}"))
        dtype = table.collect_schema()["key"]  # that of the log's keys, where all of a test file's are null
        rows = rows.with_columns(pl.col(name).cast(dtype)).join(pairs, on=name, how="left", validate="m:1")
    return rows.with_columns(pl.col(f"__{name}").alias(name) for name in codes)


def write_items(into: Path, codes: dict[str, pl.LazyFrame], known: Path | None) -> None:
    """Write items.parquet, every item's key and what the log says of it, and late_names.parquet, what it said late."""
    keyed = coded(scan(into / "keyed"), {c: codes[c] for c in ("item", "category")})
    said = first_seen(keyed, order_of(keyed)).collect().lazy()
    items = codes["item"].select(item="code", key=pl.col("key").cast(pl.String))
    table = items.join(said, on="item", how="left", validate="1:1").select("item", "key", *ATTRIBUTES).collect()
    late = late_names(said).collect()
    if known is not None:
        earlier = read_whole(known / "items.parquet")
        table = pl.concat([earlier, table.slice(earlier.height)])
        new = late.join(earlier, on="item", how="anti", maintain_order="left")
        late = pl.concat([read_whole(known / "late_names.parquet"), new])
    _write(Items.validate(table.sort("item"), cast=True), into / "items.parquet")
    _write(late, into / "late_names.parquet")


def _write(table: pl.DataFrame, path: Path) -> None:
    """Write a table from one piece of memory: else row groups, and so bytes, follow the threads that made it."""
    table.rechunk().write_parquet(path)
