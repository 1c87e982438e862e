"""From a log's tables to described sessions: what they came to, what was known at their start, what they show."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from data.boundaries import Folds
from data.errors import AisleError
from data.sampling import SALT_QUERIES, Sampling, sample_sessions
from data.schema import Closed, Prefixes, Reclosed, Retouched, Touched, ValueQueries
from data.silent import long_warning
from data.suspicions import thin_fold
from data.tables import items_before, read_json, read_whole, scan, shard_file, write
from data.warned import Warned, write_warnings
from features.group import FeatureGroup
from pipeline.store.task import Artifact
from pipeline.tasks.history import ROWS
from pipeline.tasks.log_refunds import FILE
from pipeline.tasks.shards import write_queries
from pipeline.tasks.window import blaming, ends_of
from value.session.amended import amended_visits, visits_known
from value.session.cuts import Span, ValueCut, asked_events, cut_queries, shown
from value.session.describer import SessionDescriber
from value.session.net import net_orders, net_prefixes
from value.session.targets import Targets, closed_visits, event_values, finals

SIDES = ("train", "test")
VISITS = {"closed": Closed, "touched": Touched, "reclosed": Reclosed, "retouched": Retouched}


def span_of(log: Path, folds: Folds, learn_from: datetime | None, test_file: bool) -> Span:
    """When sessions begin that are learnt from and scored.

    Raises
    ------
    AisleError
        If the log leaves nothing to learn from.
    """
    first, last = ends_of(log)
    end = _utc(folds.end) or last + timedelta(milliseconds=1)
    test_start = end if test_file else _utc(folds.test_start) or end - folds.test
    try:
        return Span(_utc(learn_from) or first, test_start, end)
    except ValueError as error:
        with blaming(read_json(log / "summary.json")):
            raise AisleError(str(error)) from None


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment is not None and moment.tzinfo is None else moment


@dataclass(frozen=True)
class ClosedSessions:
    """closed/ and touched/NNN.parquet: what every session before the span's end came to.

    Where the log has refunds, reclosed/ and retouched/ too: what was known of it later.
    """

    log: Artifact
    span: Span
    targets: Targets
    shards: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If the target is a label and the log brings none, or the log's sessions are worth nothing.
        """
        log, span, targets = self.log.path, self.span, self.targets
        items, notes = items_before(log, span.learn_from), scan(log / "notes.parquet")
        counts = Counter[str]()
        worth, orders = 0.0, 0
        for number in range(self.shards):
            events = scan(shard_file(log / "events", number)).filter(pl.col("ts") < span.end)
            if (back := refunds_before(log, span.end)) is not None:
                known = amended_visits(events, items, notes, targets, back)
            else:
                known = dict(zip(("closed", "touched"), closed_visits(events, items, notes, targets), strict=True))
            tables = dict(zip(known, pl.collect_all(list(known.values())), strict=True))
            worth += float(tables["closed"]["value"].to_numpy().sum())
            orders += int(tables["closed"]["orders"].sum())
            for name, table in tables.items():
                counts[name] += write(VISITS[name].validate(table, cast=True), shard_file(into / name, number))
        if not worth:
            raise AisleError(_worthless(counts["closed"], orders, targets.kind))
        return {"sessions": counts.pop("closed"), **counts}


def _worthless(sessions: int, orders: int, kind: str) -> str:
    if kind == "revenue" and not orders:
        return (
            f"nobody buys: none of {sessions:,} sessions has an order, and revenue is theirs; map the shop's name of "
            "an order to `orders` in `input.format.events`, or set `value.targets.kind` to weights or label."
        )
    return (
        f"{sessions:,} sessions are worth 0 in all by `value.targets.kind` {kind}: name the log's columns of prices, "
        "or of `session_value`, or choose another kind."
    )


@dataclass(frozen=True)
class ValuePast:
    """rows.parquet of a group that reads nothing of a query: what was known from which moment on."""

    group: FeatureGroup
    log: Artifact
    closed: Artifact
    span: Span

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        tables = _history(self.log.path, self.closed.path, self.span)
        return {"rows": write(self.group(tables).collect(), into / ROWS)}


def _history(log: Path, closed: Path, span: Span) -> dict[str, pl.LazyFrame]:
    return {
        "history": scan(log / "events").filter(pl.col("ts") < span.end),
        "items": items_before(log, span.learn_from),
    } | visits_known(closed)


@dataclass(frozen=True)
class AskedSessions:
    """train/ and test/{queries,prefixes}/NNN.parquet.

    A session that is learnt from must have closed before the test begins; one that has not is left out and counted.
    """

    log: Artifact
    test_log: Artifact | None
    span: Span
    cut: ValueCut
    test_cut: ValueCut
    folds: Folds
    sampling: Sampling
    shards: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If no session can be learnt from, or none scored.
        """
        log, span, shards = self.log.path, self.span, self.shards
        summary = read_json(log / "summary.json")
        items = items_before(log, span.learn_from)
        counts: dict[str, Any] = {}
        sides = {
            "train": (log, span.learn_from, span.test_start, self.cut),
            "test": (log, span.test_start, span.end, self.cut),
        }
        if self.test_log is not None:
            always = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)
            sides["test"] = (self.test_log.path, *always, self.test_cut)
        for side, (source, start, end, cut) in sides.items():
            before = span.end if source == log else end
            inside = [
                _inside(shard_file(source / "events", n), before, start, end, cut, side == "train")
                for n in range(shards)
            ]
            events, long = [rows for rows, _ in inside], sum(more for _, more in inside)
            queries = _queries(events, source, cut, self.folds, self.sampling)
            if queries.is_empty():
                with blaming(summary):
                    raise AisleError(_why(side, source, (start, end), cut))
            counts[f"{side} queries"] = queries.height
            for number, rows in enumerate(events):
                mine, _ = write_queries(into / side, number, rows, queries, ValueQueries)
                if (back := refunds_before(source, before)) is not None:
                    _net_prefixes(shard_file(into / side / "prefixes", number), mine, back, items)
        thin: list[Warned] = []
        if self.test_log is None:
            thin = thin_fold.suspect("test", scan(log / "events"), span.test_start, span.end, summary["usual"])
        write_warnings(into, [*thin, *(long_warning(long) if self.test_log is not None else [])])
        return counts


def _why(side: str, log: Path, window: tuple[datetime, datetime], cut: ValueCut) -> str:
    """Why no session is learnt from, or scored."""
    longest = (
        scan(log / "events").group_by("session").len().select(pl.col("len").max(), sessions=pl.len()).collect().row(0)
    )
    if longest[0] < cut.least:
        return (
            f"none of {longest[1]:,} sessions has more than {longest[0]} events, where the cut needs {cut.least}: "
            "lower its `first_n` or `min_events`, or check what a session is (`input.sessions`)."
        )
    start, end = window
    return (
        f"no session of {cut.least} events or more begins between {start:%Y-%m-%d %H:%M} and {end:%Y-%m-%d %H:%M} UTC "
        f"to {'learn from' if side == 'train' else 'be scored'}; widen the window (`value.learn_from`, "
        "`folds.test_start`), lower `min_events` of the cut, or, where a session is a whole user, let a pause end one "
        "(`input.sessions.by: gap`)."
    )


def _inside(
    file: Path, before: datetime, start: datetime, end: datetime, cut: ValueCut, closed_before_end: bool
) -> tuple[pl.LazyFrame, int]:
    events = scan(file).filter(pl.col("ts") < before)
    if closed_before_end:
        events = events.filter(pl.col("ts").max().over("session") < end)
    return shown(asked_events(events, start, end, cut.least), cut)


def _queries(
    events: Sequence[pl.LazyFrame], log: Path, cut: ValueCut, folds: Folds, sampling: Sampling
) -> pl.DataFrame:
    keys = scan(log / "keys" / "session.parquet").select(session="code", session_key="key", hash="hash")
    cuts = pl.concat([cut_queries(rows, keys.select("session", "hash"), cut, folds) for rows in events]).collect()
    present = keys.join(cuts.lazy().select("session").unique(), on="session", how="semi")
    kept = sample_sessions(present, sampling.sample, sampling.max_sessions, SALT_QUERIES).collect()
    notes = read_whole(log / "notes.parquet").select("session", "segment")
    return (
        cuts.join(kept, on="session", validate="m:1", maintain_order="left")
        .join(notes, on="session", how="left", validate="m:1", maintain_order="left")
        .sort("session", "events")
        .with_row_index("query")
        .with_columns(pl.col("session_key").cast(pl.String), part=pl.lit(None))
    )


@dataclass(frozen=True)
class DescribedSessions:
    """train.parquet and test.parquet: every query of a shard with its features, values so far and its target.

    Besides QUERIES and `<group>__<feature>` f32: so_far, taken_so_far and target (f64, null where not known), and
    `ordered`, the pieces ordered in all.

    Parameters
    ----------
    log, closed
        The log's tables, and what its sessions came to.
    past
        The tables of the groups that read nothing of a query, by group.
    asked, shard
        The queries.
    groups
        What describes them.
    span, targets
        What may be known, and what is predicted.
    """

    log: Artifact
    closed: Artifact
    past: Mapping[str, Artifact]
    asked: Artifact
    shard: int
    groups: tuple[FeatureGroup, ...]
    span: Span
    targets: Targets

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        asked, shard = self.asked.path, self.shard
        tables = _history(self.log.path, self.closed.path, self.span)
        tables |= {name: scan(table.path / ROWS) for name, table in self.past.items()}
        describer = SessionDescriber.open(self.groups, tables, self.targets)
        counts = {}
        for side, until in zip(SIDES, (self.span.test_start, self.span.end), strict=True):
            ends = self._ends(until)
            queries = read_whole(shard_file(asked / side / "queries", shard))
            prefixes = read_whole(shard_file(asked / side / "prefixes", shard))
            rows = (
                describer(queries, prefixes)
                .join(ends, on="session", how="left", validate="m:1", maintain_order="left")
                .with_columns(target=_target(self.targets))
                .drop("final", "part")
            )
            counts[side] = write(rows, into / f"{side}.parquet")
        return counts

    def _ends(self, until: datetime) -> pl.DataFrame:
        """What sessions came to, as far as it is known before a moment."""
        log, targets = self.log.path, self.targets
        back = refunds_before(log, until)
        if back is None or targets.kind != "revenue":
            return finals(scan(self.closed.path / "closed")).collect()
        items = items_before(log, self.span.learn_from)
        events = scan(shard_file(log / "events", self.shard)).filter(pl.col("ts") < self.span.end)
        return finals(event_values(net_orders(events, items, back, ("session",)), items, targets)).collect()


def refunds_before(log: Path, until: datetime) -> pl.LazyFrame | None:
    """REFUNDS that are known before a moment; null where the log has none."""
    return scan(log / FILE).filter(pl.col("ts") < until) if (log / FILE).exists() else None


def _net_prefixes(file: Path, queries: pl.DataFrame, back: pl.LazyFrame, items: pl.LazyFrame) -> None:
    """Write a shard's prefixes again, their orders less what went back before the moment that is asked at."""
    net = net_prefixes(read_whole(file).lazy(), queries.lazy(), items, back)
    write(Prefixes.validate(net.collect(), cast=True), file)


def _target(targets: Targets) -> pl.Expr:
    final = pl.col("final")
    return (final - pl.col("so_far")).clip(lower_bound=0.0) if targets.of == "remaining" else final
