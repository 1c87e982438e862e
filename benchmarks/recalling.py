"""How fast each source answers running sessions, many or one, and all of them with the union: `--sessions 100000`."""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from candidates import Bigram, Chain, CoVisits, MatrixFactorisation, Popular, Revisit, SessionNeighbours, Word2Vec
from candidates.fusion import Fusion
from candidates.proposals import Proposals, Recaller
from candidates.proposing import open_proposer
from candidates.source import CountingSource, Fitted, History, Source, WholeSource
from data.candidates import Candidates
from data.schema import TypeEnum
from data.synthetic import SyntheticShop, shop_events
from data.visible import Visible, visible_of

HISTORY, ITEMS = 200_000, 50_000
AT_ONCE, PER_SOURCE, ALONE = 20_000, 200, 500
Ask = Callable[[Visible], dict[str, Proposals] | Candidates]
NOTHING = {"user": pl.UInt32, "price": pl.Float64, "quantity": pl.Float64, "category": pl.UInt32}
SOURCES: tuple[Source, ...] = (
    Revisit(),
    CoVisits(threads=2),
    Bigram(),
    Chain(),
    SessionNeighbours(threads=2),
    Word2Vec(epochs=1, workers=2),
    MatrixFactorisation(iterations=2, threads=2),
    Popular(),
)


def main() -> int:
    """Fit every source on a generated shop, then ask them all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=100_000)
    sessions = parser.parse_args().sessions
    history, prefixes = _shop(sessions)
    visible = visible_of(prefixes)
    table = Table(title=f"{sessions:,} sessions, {PER_SOURCE} proposals each, history of {HISTORY:,} sessions")
    times = ("fit seconds", "recall seconds", "sessions/s", "µs alone, median", "99th percentile")
    for column in ("source", *times, "proposals a session", "peak MiB"):
        table.add_column(column, justify="left" if column == "source" else "right")
    fitted: dict[str, Fitted] = {}
    with tempfile.TemporaryDirectory() as folder:
        for source in SOURCES:
            started = time.perf_counter()
            _fit(source, history, fitted, Path(folder) / source.name)
            spent = time.perf_counter() - started
            recaller = source.open(fitted[source.name])
            _report(table, source.name, spent, visible, partial(_ask, recaller))
        _report(table, "all, united and fused", None, visible, open_proposer(SOURCES, fitted, PER_SOURCE, Fusion({})))
    Console(width=140).print(table)
    return 0


def _shop(sessions: int) -> tuple[History, pl.DataFrame]:
    """The first sessions are history, the others ask: with all of their events."""
    shop = SyntheticShop(sessions=HISTORY + sessions, items=ITEMS)
    codes = pl.col("session", "item").cast(pl.UInt32)
    kept = [codes, "ts", pl.col("type").cast(TypeEnum)]
    events = pl.concat(frame.select(kept) for frame in shop_events(shop, 50_000))
    nothing = {name: pl.lit(None, kind) for name, kind in NOTHING.items()}
    events = events.with_columns(**nothing).sort("session", "ts")
    border = events["session"].unique().sort()[HISTORY]
    past, asked = events.filter(pl.col("session") < border), events.filter(pl.col("session") >= border)
    until = past.select(pl.col("ts").max()).item() + timedelta(milliseconds=1)
    prefixes = asked.rename({"session": "query"}).with_columns(
        position=pl.int_range(pl.len(), dtype=pl.UInt32).over("query")
    )
    return History(past.lazy(), until), prefixes


def _fit(source: Source, history: History, fitted: dict[str, Fitted], into: Path) -> None:
    into.mkdir()
    if isinstance(source, CountingSource):
        for name, made in source.merge(source.count(history).collect().lazy()).items():
            made.collect().write_parquet(into / f"{name}.parquet")
    else:
        assert isinstance(source, WholeSource)
        source.fit(history, fitted, into)
    fitted[source.name] = Fitted(into)
    if isinstance(source, CoVisits):
        fitted |= {name: Fitted(into / name) for name in source.members}


def _ask(recaller: Recaller, visible: Visible) -> dict[str, Proposals]:
    return recaller(visible, PER_SOURCE)


def _size(found: dict[str, Proposals] | Candidates) -> int:
    """How many proposals."""
    return len(found.item) if isinstance(found, Candidates) else sum(len(one.items) for one in found.values())


def _some(visible: Visible, first: int, last: int) -> Visible:
    """Some of the queries."""
    begin, end = (int(visible.starts[i]) for i in (first, last))
    starts = visible.starts[first : last + 1] - begin
    of_queries = {name: getattr(visible, name)[first:last] for name in Visible._fields[:4]}
    of_events = {name: getattr(visible, name)[begin:end] for name in Visible._fields[5:]}
    return visible._replace(starts=starts, **of_queries, **of_events)


def _report(table: Table, name: str, fitting: float | None, visible: Visible, ask: Ask) -> None:
    queries = len(visible.query)
    alone = [_some(visible, i, i + 1) for i in range(min(ALONE, queries))]
    ask(alone[0])  # loads the compiled kernels
    started, rows = time.perf_counter(), 0
    for first in range(0, queries, AT_ONCE):
        rows += _size(ask(_some(visible, first, min(first + AT_ONCE, queries))))
    spent, each = time.perf_counter() - started, []
    for one in alone:
        started = time.perf_counter()
        ask(one)
        each.append(1e6 * (time.perf_counter() - started))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = (f"{spent:.1f}", f"{queries / spent:,.0f}", *(f"{np.percentile(each, p):,.0f}" for p in (50, 99)))
    cells = (*cells, f"{rows / queries:.0f}", f"{peak:,.0f}")
    table.add_row(name, "" if fitting is None else f"{fitting:.1f}", *cells)
    print(name, *cells, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
