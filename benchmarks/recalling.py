"""How many running sessions a second each source answers, and all of them with the union: `--sessions 100000`."""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
from rich.console import Console
from rich.table import Table

from candidates import Bigram, Chain, CoVisits, MatrixFactorisation, Popular, Revisit, SessionNeighbours, Word2Vec
from candidates.fusion import Fusion
from candidates.proposing import open_proposer
from candidates.source import CountingSource, Fitted, History, Source, WholeSource
from data.schema import TypeEnum
from data.synthetic import SyntheticShop, shop_events
from data.visible import visible_of

HISTORY, ITEMS = 200_000, 50_000
AT_ONCE, PER_SOURCE = 20_000, 200
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
    table = Table(title=f"{sessions:,} sessions, {PER_SOURCE} proposals each, history of {HISTORY:,} sessions")
    for column in ("source", "fit seconds", "recall seconds", "sessions/s", "proposals a session", "peak MiB"):
        table.add_column(column, justify="left" if column == "source" else "right")
    fitted: dict[str, Fitted] = {}
    with tempfile.TemporaryDirectory() as folder:
        for source in SOURCES:
            started = time.perf_counter()
            _fit(source, history, fitted, Path(folder) / source.name)
            spent = time.perf_counter() - started
            _report(table, source.name, spent, prefixes, lambda rows, s=source: _one(s, rows, fitted))  # type: ignore[misc]
        _report(table, "all, united and fused", None, prefixes, lambda rows: _all(rows, fitted))
    Console(width=120).print(table)
    return 0


def _shop(sessions: int) -> tuple[History, pl.LazyFrame]:
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
    return History(past.lazy(), until), prefixes.lazy()


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


def _one(source: Source, rows: pl.LazyFrame, fitted: dict[str, Fitted]) -> pl.DataFrame:
    return pl.concat(table.collect() for table in source.recall(rows, fitted[source.name], PER_SOURCE).values())


def _all(rows: pl.LazyFrame, fitted: dict[str, Fitted]) -> pl.DataFrame:
    visible = visible_of(rows.collect())
    proposer = open_proposer(SOURCES, fitted, PER_SOURCE, Fusion({}))
    return proposer(visible).frame(visible.query)


def _report(
    table: Table, name: str, fitting: float | None, prefixes: pl.LazyFrame, ask: Callable[[pl.LazyFrame], pl.DataFrame]
) -> None:
    queries = prefixes.select("query").unique().collect()["query"].sort()
    ask(prefixes.filter(pl.col("query") == queries[0]))  # loads the compiled kernels
    started, rows = time.perf_counter(), 0
    for first in range(0, len(queries), AT_ONCE):
        some = queries.slice(first, AT_ONCE).to_frame().lazy()
        rows += ask(prefixes.join(some, on="query", how="semi", maintain_order="left")).height
    spent = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    cells = (f"{spent:.1f}", f"{len(queries) / spent:,.0f}", f"{rows / len(queries):.0f}", f"{peak:,.0f}")
    table.add_row(name, "" if fitting is None else f"{fitting:.1f}", *cells)
    print(name, *cells, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
