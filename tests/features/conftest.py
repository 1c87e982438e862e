"""A small world for the feature groups: a fold cut out of a raw log, and candidates for its queries."""

from collections.abc import Callable
from types import SimpleNamespace

import polars as pl
import pytest

from candidates.fusion import Fusion
from data.boundaries import Folds
from data.folds import cut_sessions, fold_events, history_of, prefixes_of
from data.schema import Items, Proposals, Queries
from features import GROUPS
from features.join import describe
from tests.oracle.frames import at, random_events, table
from tests.oracle.recalling import unite

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
    return Fusion({"near": 1.0, "far": 0.5})(unite({name: rows.lazy() for name, rows in lists.items()})).collect()


@pytest.fixture
def log() -> pl.DataFrame:
    """EVENTS of the small world, a price at every other item."""
    price = pl.when(pl.col("item") % 2 == 0).then(pl.col("item") + pl.col("session") % 3 + 1.1)
    return random_events(5).with_columns(price=price)


def neighbours() -> pl.DataFrame:
    """Two tables side by side: each item's next ones, and one before."""
    pairs = [(i, (i + 1) % ITEMS, 0.5, 0.1 * i) for i in range(ITEMS)]
    pairs += [(i, (i + 2) % ITEMS, 0.3, None) for i in range(ITEMS)] + [(i, i - 1, None, 0.7) for i in range(3, ITEMS)]
    names = {"item": pl.UInt32, "neighbour": pl.UInt32, "near__score": pl.Float32, "far__score": pl.Float32}
    return pl.DataFrame(pairs, schema=names, orient="row").sort("item", "neighbour")


@pytest.fixture
def world() -> Callable[[pl.DataFrame], SimpleNamespace]:
    """All tables that a group may read, by name, made of a raw log."""

    def build(log: pl.DataFrame) -> SimpleNamespace:
        tables = fold(log)
        tables["asked"] = tables["prefixes"]
        tables["candidates"] = candidates(tables["queries"]["query"])
        known = ((item, str(item), item % 3 if item else None, "ab"[item % 2], None, item / 3) for item in range(ITEMS))
        tables["items"] = table(Items, *known)
        tables["neighbours"] = neighbours()
        tables["vectors"] = pl.DataFrame(
            {"item": range(ITEMS), "vector": [[float(i), 1.0] for i in range(ITEMS)]},
            schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 2)},
        )
        lazy = {name: frame.lazy() for name, frame in tables.items()}
        before = [group for group in GROUPS if group.scope != "row"]
        tables["described"] = describe(lazy["candidates"], lazy["queries"], lazy, before).collect()
        return SimpleNamespace(**tables)

    return build
