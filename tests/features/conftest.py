"""A small world for the feature groups: a fold cut out of a raw log, and candidates for its queries."""

from collections.abc import Callable
from types import SimpleNamespace

import polars as pl
import pytest

from candidates.union import fuse, unite
from data.boundaries import Folds
from data.folds import cut_sessions, fold_events, history_of, prefixes_of
from data.schema import Items, Neighbours, Proposals, Queries
from tests.oracle.frames import at, random_events, table

VALID_START, END = at(2 * 24 * 60), at(9 * 24 * 60)
ITEMS = 12


def fold(log: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """History, queries and prefixes of a log, every session asked after two events."""
    sessions = log["session"].unique().sort()
    hashes = pl.DataFrame({"session": sessions, "hash": sessions.cast(pl.UInt64)}).lazy()
    folds = Folds(cut="first_n", first_n=2)
    inside = fold_events(log.lazy(), VALID_START, END).collect().lazy()
    cuts = cut_sessions(inside, hashes, folds, folds.cut).collect()
    queries = cuts.select(
        pl.col("session").alias("query"),
        "session",
        pl.col("session").cast(pl.String).alias("session_key"),
        "user",
        "start_ts",
        "cut_ts",
        "events",
        pl.lit("fit").alias("part").cast(Queries.create_empty().schema["part"]),
    )
    return {
        "history": history_of(log.lazy(), VALID_START).collect(),
        "queries": Queries.validate(queries),
        "prefixes": prefixes_of(inside, queries.lazy()).collect(),
    }


def candidates(queries: pl.Series) -> pl.DataFrame:
    """Two members' proposals for every query, over known items and one that the log lacks."""
    pools = {"near": range(0, 8, 2), "far": range(ITEMS, 3, -3)}
    lists = {
        name: table(Proposals, *((q, item, rank, 1 / rank) for q in queries for rank, item in enumerate(pool, 1)))
        for name, pool in pools.items()
    }
    return fuse(unite({name: rows.lazy() for name, rows in lists.items()}), {"near": 1.0, "far": 0.5}).collect()


@pytest.fixture
def log() -> pl.DataFrame:
    """EVENTS of the small world."""
    return random_events(5)


@pytest.fixture
def world() -> Callable[[pl.DataFrame], SimpleNamespace]:
    """All tables that a group may read, by name, made of a raw log."""

    def build(log: pl.DataFrame) -> SimpleNamespace:
        tables = fold(log)
        tables["candidates"] = candidates(tables["queries"]["query"])
        tables["items"] = table(Items, *((item, str(item), item % 3, None, None, None) for item in range(ITEMS)))
        tables["neighbours"] = table(Neighbours, *((i, (i + 1) % ITEMS, 1, 0.5) for i in range(ITEMS)))
        tables["vectors"] = pl.DataFrame(
            {"item": range(ITEMS), "vector": [[float(i), 1.0] for i in range(ITEMS)]},
            schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 2)},
        )
        return SimpleNamespace(**tables)

    return build
