"""How long one running session waits for its lists: milliseconds by part and by number of events.

`python -m benchmarks.one_session --workdir artifacts/demo` asks a finished run's recommender about sessions of 1 to 100
events, one at a time, and prints medians and tails after a warm-up. For one idle core: `taskset -c 0 python -m ...`.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from rich.console import Console
from rich.table import Table

from serving.answers import as_frame
from serving.recommender import Recommender

PARTS = ("read", "propose", "describe", "score", "list", "answer", "in all")
LENGTHS = ((1, 1), (2, 5), (6, 20), (21, 50), (51, 100))


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workdir", type=Path, default=Path("artifacts/demo"))
    parser.add_argument("--sessions", type=int, default=1_000)
    parser.add_argument("--warm-up", type=int, default=100)
    given = parser.parse_args(arguments)
    ranking = Recommender.load(given.workdir)._ranking
    asked = _sessions(given.workdir, given.sessions + given.warm_up)
    told = [(events.height, _timed(ranking, events)) for events in asked][given.warm_up :]
    _show(told)
    return 0


def _sessions(workdir: Path, most: int) -> list[pl.DataFrame]:
    """Sessions of 1 to 100 events, lengths in turn, made of the log's own events one after the other."""
    file = workdir / "shop" / "log.parquet"
    log = pl.read_parquet(file).sort("session", "ts")
    sizes = [1 + round(99 * ((number * 0.618034) % 1) ** 3) for number in range(most)]
    starts = np.linspace(0, log.height - max(sizes), most).astype(int)
    visits = zip(starts.tolist(), sizes, strict=True)
    return [_visit(log.slice(start, size), start) for start, size in visits]


def _visit(events: pl.DataFrame, number: int) -> pl.DataFrame:
    """Events as those of one visitor in one session."""
    return events.with_columns(session=pl.lit(number, pl.Int64), user=pl.lit(events["user"][0])).sort("ts")


def _timed(ranking: Any, events: pl.DataFrame) -> list[float]:  # noqa: ANN401 - what a recommender has opened
    took: list[float] = []

    def part(work: Callable[[], Any]) -> Any:  # noqa: ANN401
        started = time.perf_counter()
        made = work()
        took.append(1_000 * (time.perf_counter() - started))
        return made

    shown = part(lambda: ranking.reader(events))
    candidates = part(lambda: ranking.propose(shown.visible))
    described = part(lambda: ranking.describer(shown.visible, candidates))
    scores = part(lambda: ranking.score(described))
    lists = part(lambda: ranking.list(shown, described.candidates, scores, 20))
    part(lambda: as_frame(lists, shown, ranking.item_keys))
    return [*took, sum(took)]


def _show(told: Sequence[tuple[int, list[float]]]) -> None:
    table = Table(title=f"one session at a time: milliseconds, {len(told):,} sessions")
    for column in ("", *PARTS):
        table.add_column(column, justify="right" if column else "left")
    every = np.array([took for _, took in told])
    for name, share in (("p50", 50), ("p90", 90), ("p99", 99)):
        table.add_row(name, *(f"{value:.2f}" for value in np.percentile(every, share, axis=0)))
    lengths = np.array([events for events, _ in told])
    for low, high in LENGTHS:
        mine = every[(lengths >= low) & (lengths <= high)]
        if len(mine):
            cells = (f"{value:.2f}" for value in np.percentile(mine, 50, axis=0))
            table.add_row(f"p50 of {low} to {high} events ({len(mine)})", *cells)
    Console(width=140).print(table)


if __name__ == "__main__":
    sys.exit(main())
