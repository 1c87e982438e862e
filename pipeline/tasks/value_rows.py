"""From a log's tables to described sessions: what they came to, what was known at their start, what they show."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from data.boundaries import Folds
from data.errors import AisleError
from data.folds import prefixes_of
from data.sampling import SALT_QUERIES, Sampling, sample_sessions
from data.schema import Closed, Prefixes, Touched, ValueQueries
from data.tables import items_before, scan, shard_file, write
from features import VALUE_GROUPS
from features.group import FeatureGroup
from features.session_rows import describe_sessions, prefix_lines
from value.session.cuts import Span, ValueCut, asked_events, cut_queries
from value.session.targets import Targets, closed_visits, finals, so_far

SIDES = ("train", "test")


def span_of(log: Path, folds: Folds, learn_from: datetime | None, test_file: bool) -> Span:
    """When sessions begin that are learnt from and scored.

    Raises
    ------
    AisleError
        If the log leaves nothing to learn from.
    """
    summary = json.loads((log / "summary.json").read_text())
    first, last = (datetime.fromisoformat(summary[name]).replace(tzinfo=UTC) for name in ("first", "last"))
    end = _utc(folds.end) or last + timedelta(milliseconds=1)
    test_start = end if test_file else _utc(folds.test_start) or end - folds.test
    try:
        return Span(_utc(learn_from) or first, test_start, end)
    except ValueError as error:
        raise AisleError(str(error)) from None


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


def build_closed(into: Path, *, log: Path, span: Span, targets: Targets, shards: int) -> dict[str, Any]:
    """Write closed/ and touched/NNN.parquet: what every session before the span's end came to.

    Raises
    ------
    AisleError
        If the target is a label and the log brings none, or the log's sessions are worth nothing.
    """
    items, notes = items_before(log, span.learn_from), pl.scan_parquet(log / "notes.parquet")
    counts = {"sessions": 0, "touched": 0}
    worth = 0.0
    for number in range(shards):
        events = pl.scan_parquet(shard_file(log / "events", number)).filter(pl.col("ts") < span.end)
        tables = pl.collect_all(closed_visits(events, items, notes, targets))
        closed, touched = Closed.validate(tables[0], cast=True), Touched.validate(tables[1], cast=True)
        worth += float(closed["value"].to_numpy().sum())
        counts["sessions"] += write(closed, shard_file(into / "closed", number))
        counts["touched"] += write(touched, shard_file(into / "touched", number))
    if not worth:
        raise AisleError(
            f"{counts['sessions']} sessions are worth 0 in all by `value.targets.kind` {targets.kind}: name the log's "
            "columns of prices, or of `session_value`, or choose another kind."
        )
    return counts


def build_past(into: Path, *, log: Path, closed: Path, span: Span) -> dict[str, Any]:
    """Write <group>.parquet of every group that reads nothing of a query: what was known from which moment on."""
    tables = _history(log, closed, span)
    groups = past_groups()
    return {g.name: write(g(tables).collect(), into / f"{g.name}.parquet") for g in groups}


def past_groups() -> list[FeatureGroup]:
    """The groups whose rows all shards share."""
    return [group for group in VALUE_GROUPS if group.from_history]


def _history(log: Path, closed: Path, span: Span) -> dict[str, pl.LazyFrame]:
    return {
        "history": scan(log / "events").filter(pl.col("ts") < span.end),
        "items": items_before(log, span.learn_from),
        "closed": scan(closed / "closed"),
        "touched": scan(closed / "touched"),
    }


def build_asked(
    into: Path,
    *,
    log: Path,
    test_log: Path | None,
    span: Span,
    cut: ValueCut,
    test_cut: ValueCut,
    folds: Folds,
    sampling: Sampling,
    shards: int,
) -> dict[str, Any]:
    """Write train/ and test/{queries,prefixes}/NNN.parquet.

    A session that is learnt from must have closed before the test begins; one that has not is left out and counted.

    Raises
    ------
    AisleError
        If no session can be learnt from, or none scored.
    """
    counts: dict[str, Any] = {}
    sides = {"train": (log, span.learn_from, span.test_start, cut), "test": (log, span.test_start, span.end, cut)}
    if test_log is not None:
        sides["test"] = (test_log, datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC), test_cut)
    for side, (source, start, end, how) in sides.items():
        before = span.end if source == log else end
        events = [
            _inside(shard_file(source / "events", n), before, start, end, how, side == "train") for n in range(shards)
        ]
        queries = _queries(events, source, how, folds.seed, sampling)
        if queries.is_empty():
            raise AisleError(
                f"no session of {how.least} events or more begins between {start:%Y-%m-%d %H:%M} and "
                f"{end:%Y-%m-%d %H:%M} UTC to {'learn from' if side == 'train' else 'be scored'}; widen the window "
                "(`value.learn_from`, `folds.test_start`), or lower `min_events` of the cut."
            )
        counts[f"{side} queries"] = queries.height
        for number, rows in enumerate(events):
            sessions = rows.select("session").unique()
            mine = queries.lazy().join(sessions, on="session", how="semi", maintain_order="left").collect()
            write(ValueQueries.validate(mine, cast=True), shard_file(into / side / "queries", number))
            prefixes = Prefixes.validate(prefixes_of(rows, mine.lazy()).collect(), cast=True)
            write(prefixes, shard_file(into / side / "prefixes", number))
    return counts


def _inside(
    file: Path, before: datetime, start: datetime, end: datetime, cut: ValueCut, closed_before_end: bool
) -> pl.LazyFrame:
    events = pl.scan_parquet(file).filter(pl.col("ts") < before)
    if closed_before_end:
        events = events.filter(pl.col("ts").max().over("session") < end)
    return asked_events(events, start, end, cut.least).collect().lazy()


def _queries(events: Sequence[pl.LazyFrame], log: Path, cut: ValueCut, seed: int, sampling: Sampling) -> pl.DataFrame:
    keys = pl.scan_parquet(log / "keys" / "session.parquet").select(session="code", session_key="key", hash="hash")
    cuts = pl.concat([cut_queries(rows, keys.select("session", "hash"), cut, seed) for rows in events]).collect()
    present = keys.join(cuts.lazy().select("session").unique(), on="session", how="semi")
    kept = sample_sessions(present, sampling.sample, sampling.max_sessions, SALT_QUERIES).collect()
    notes = pl.read_parquet(log / "notes.parquet").select("session", "segment")
    return (
        cuts.join(kept, on="session", validate="m:1", maintain_order="left")
        .join(notes, on="session", how="left", validate="m:1", maintain_order="left")
        .sort("session", "events")
        .with_row_index("query")
        .with_columns(pl.col("session_key").cast(pl.String), part=pl.lit(None))
    )


def build_described(
    into: Path, *, log: Path, closed: Path, past: Path, asked: Path, shard: int, span: Span, targets: Targets
) -> dict[str, Any]:
    """Write train.parquet and test.parquet: every query of a shard with its features, values so far and its target.

    Besides QUERIES and `<group>__<feature>` f32: so_far, taken_so_far and target (f64, null where not known), and
    `ordered`, the pieces ordered in all.
    """
    counts = {}
    ends = finals(scan(closed / "closed"))
    for side in SIDES:
        queries = pl.read_parquet(shard_file(asked / side / "queries", shard))
        prefixes = pl.read_parquet(shard_file(asked / side / "prefixes", shard)).lazy()
        tables = _history(log, closed, span) | {"queries": queries.lazy(), "prefixes": prefixes}
        tables |= {g.name: pl.scan_parquet(past / f"{g.name}.parquet") for g in past_groups()}
        tables["lines"] = prefix_lines(prefixes, tables["items"]).collect().lazy()
        features = describe_sessions(queries.lazy(), tables, VALUE_GROUPS)
        shown = so_far(prefixes, tables["items"], targets)
        rows = (
            queries.lazy()
            .join(shown, on="query", how="left", validate="1:1", maintain_order="left")
            .join(ends, on="session", how="left", validate="m:1", maintain_order="left")
            .join(features, on="query", how="left", validate="1:1", maintain_order="left")
            .with_columns(target=_target(targets))
            .drop("final", "part")
        )
        counts[side] = write(rows, into / f"{side}.parquet")
    return counts


def _target(targets: Targets) -> pl.Expr:
    final = pl.col("final")
    return (final - pl.col("so_far")).clip(lower_bound=0.0) if targets.of == "remaining" else final
