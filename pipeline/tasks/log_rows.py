"""From raw files to typed rows, an owner's together in one shard, with their sessions."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from data.ahead import one_ahead
from data.boundary import some_rows, told
from data.progress import far
from data.repeats import RULE, repeated_rows
from data.sessions import assign_sessions
from data.shapes.joined import Joined
from data.shapes.marks import ORDER
from data.silent import named_of
from data.validate import QUARANTINE, Tally, rows_read, validate
from data.values.repeated_hours import in_file_order
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log_checks import FILE, LINE, Cutting
from pipeline.tasks.log_owners import OwnerDraw
from pipeline.tasks.log_parts import LogParts


def validate_all(
    into: Path,
    files: Sequence[Path],
    ingest: Ingest,
    joined: Sequence[Joined],
    named: list[pl.Series] | None,
    draw: OwnerDraw,
) -> tuple[Tally, LogParts]:
    """Type every batch into its owners' shards, and gather the bad rows and, if asked for, whom the rows name.

    Whoever is not drawn is not written, but his rows are looked at: what is bad, and what keys are, is the whole log's.
    """
    total, parts = Tally(), LogParts(into / "raw", ingest.owner, ingest.shards)
    bad_rows = [pl.DataFrame(schema=QUARANTINE)]
    for path, first, batch in one_ahead(_batches(files, ingest, joined)):
        with told(path, f"rows {first:,} to {first + rows_read(batch) - 1:,}"):
            good, bad, tally = validate(
                batch, path, first, ingest.reader, ingest.format, ingest.by, ingest.quality.most
            )
            if named is not None:
                named.append(named_of(batch, ingest.owner, path, first, ingest.reader, ingest.format))
        parts.see(good, path)
        before, line = total.read + total.exploded, good["row"]
        good = good.with_columns(row=pl.int_range(before, before + pl.len(), dtype=pl.UInt64))
        if ingest.quality.stray_times == "drop":
            good = good.with_columns(line.alias(LINE), pl.lit(str(path)).alias(FILE))
        parts.add(draw(good), path)
        bad_rows += [bad] if bad.height else []
        total += tally
        far(total.read, unit="rows")
    parts.flush()
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


def drop_repeated(parts: LogParts, tally: Tally, ingest: Ingest) -> pl.Series:
    """The rows that repeat another's id, counted as dropped."""
    if not ingest.format.numbered:
        return pl.Series("row", [], pl.UInt64)
    rows = repeated_rows(parts.scan(), ingest.shards)
    tally.kept -= len(rows)
    tally.dropped += Counter({RULE: len(rows)})
    return rows


def give_sessions(
    parts: LogParts, ingest: Ingest, repeated: pl.Series, cutting: Cutting | None, *, twice: bool
) -> None:
    """Give the rows of each shard their sessions.

    Sessions are cut where they are too long; not a test file's, which is answered whole, nor one that is all of a user.
    """
    for number in sorted(parts.files):
        if ingest.by == "column" and not twice and not len(repeated):
            long = cutting is not None and cutting.any_long(parts.rows(number, ["session"]))
            if not long:
                continue
        rows = parts.rows(number).lazy()
        if len(repeated):
            rows = rows.join(repeated.to_frame().lazy(), on="row", how="anti")
        rows = in_file_order(rows, ingest.owner) if twice else rows.drop("again")
        known = assign_sessions(rows, ingest.by, ingest.sessions.gap).collect()
        if cutting is not None:
            known = cutting(known, order_of(known.lazy()))
        parts.replace(number, known)


def order_of(typed: pl.LazyFrame) -> list[str]:
    """The columns by which a session's events follow each other: time, the log's own order, the files'."""
    own = [name for name in typed.collect_schema() if name.startswith(ORDER)]
    return ["ts", *own, "row"]
