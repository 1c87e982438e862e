"""From raw files to typed rows, an owner's together in one shard, with their sessions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from data.boundary import some_rows, told
from data.keys import key_hash
from data.progress import far
from data.repeats import RULE, repeated_rows
from data.sessions import assign_sessions
from data.shapes.joined import Joined
from data.shapes.marks import EVENT_ID, ORDER
from data.silent import named_of
from data.tables import scan, shard_file
from data.validate import QUARANTINE, Tally, rows_read, validate
from data.values.repeated_hours import in_file_order
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log_checks import FILE, LINE, Cutting
from pipeline.tasks.log_keys import RawParts


def validate_all(
    into: Path, files: Sequence[Path], ingest: Ingest, joined: Sequence[Joined], named: list[pl.Series] | None
) -> tuple[Tally, RawParts]:
    """Type every batch into raw/NNNNN.parquet and gather the bad rows and, if asked for, whom the rows name."""
    total, parts = Tally(), RawParts()
    bad_rows = [pl.DataFrame(schema=QUARANTINE)]
    for number, (path, first, batch) in enumerate(_batches(files, ingest, joined)):
        with told(path, f"rows {first:,} to {first + rows_read(batch) - 1:,}"):
            good, bad, tally = validate(
                batch, path, first, ingest.reader, ingest.format, ingest.by, ingest.quality.most
            )
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
        far(total.read, unit="rows")
    pl.concat(bad_rows).write_parquet(into / "quarantine.parquet")
    return total, parts


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


def drop_repeated(into: Path, tally: Tally, ingest: Ingest) -> pl.LazyFrame:
    """The rows that repeat another's id, frame(row), counted as dropped."""
    if not ingest.format.numbered:
        return pl.LazyFrame(schema={"row": pl.UInt64})
    rows = repeated_rows(scan(into / "raw"), ingest.shards)
    tally.kept -= len(rows)
    tally.dropped += Counter({RULE: len(rows)})
    return rows.to_frame().lazy()


def give_sessions(into: Path, ingest: Ingest, repeated: pl.LazyFrame, cutting: Cutting | None, *, twice: bool) -> None:
    """Bring the rows of an owner together in its shard, keyed/NNN.parquet, and give them their sessions.

    Sessions are cut where they are too long; not a test file's, which is answered whole, nor one that is all of a user.
    """
    raw = scan(into / "raw")
    if ingest.format.numbered:
        raw = raw.drop(EVENT_ID).join(repeated, on="row", how="anti")
    for number, mine in enumerate(_sharded(raw, ingest)):
        rows = in_file_order(mine, ingest.owner) if twice else mine.drop("again")
        known = assign_sessions(rows, ingest.by, ingest.sessions.gap).collect()
        if cutting is not None:
            known = cutting(known, order_of(known.lazy()))
        known.write_parquet(shard_file(into / "keyed", number))


def _sharded(raw: pl.LazyFrame, ingest: Ingest) -> Iterator[pl.LazyFrame]:
    """The rows of each shard's owners, who are told by a hash of their keys."""
    if ingest.shards == 1:
        yield raw
        return
    owners = raw.select(ingest.owner).unique().collect().sort(ingest.owner).to_series()
    shard = pl.DataFrame([owners, (key_hash(owners) % ingest.shards).alias("shard")])
    for number in range(ingest.shards):
        mine = shard.lazy().filter(pl.col("shard") == number).select(ingest.owner)
        yield raw.join(mine, on=ingest.owner, how="semi")


def order_of(typed: pl.LazyFrame) -> list[str]:
    """The columns by which a session's events follow each other: time, the log's own order, the files'."""
    own = [name for name in typed.collect_schema() if name.startswith(ORDER)]
    return ["ts", *own, "row"]
