"""A scored fold of two shards with candidates of two members, and a ranker that counts who proposes."""

from pathlib import Path

import lightgbm as lgb
import numpy as np
import polars as pl

from data.schema import CandidateKeys, Events, Neighbours, check_wide
from data.tables import shard_file
from features.groups.item_age import item_age
from features.groups.session_shape import session_shape
from features.groups.source_votes import source_votes
from pipeline.store.task import Artifact
from pipeline.tasks.description import Description
from pipeline.tasks.history import ROWS
from ranker.lambdarank import Trained
from ranker.model_files import save_trained
from tests.oracle.frames import ITEMS, labels, prefixes, queries

GROUPS = (session_shape, item_age, source_votes)
MEMBERS = "source_votes__members"
SEEN = (
    prefixes((2, 4, 0, "clicks"), (2, 5, 1, "carts"), (3, 5, 0, "clicks")),
    prefixes((7, 1, 0, "orders")),
)
ASKED = (
    queries((2, 0, 0, "fit"), (3, 1, 0, "stop"), (4, 2, 0, "tune")),
    queries((7, 3, 0, "fit")),
)
TRUTH = (labels((2, "clicks", 6), (2, "orders", 5), (3, "carts", 9)), labels((7, "orders", 2)))
AGES = {"item": [4, 5, 6], "item_age__age_days": [1.0, 2.0, 3.0]}


def candidates(*rows):
    """CANDIDATES of (query, item, fused rank, rank by a, rank by b)."""
    schema = {
        "query": pl.UInt32,
        "item": pl.UInt32,
        "fused__rank": pl.UInt16,
        "a__rank": pl.UInt16,
        "b__rank": pl.UInt16,
    }
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    scores = {f"{m}__score": pl.when(pl.col(f"{m}__rank").is_not_null()).then(pl.lit(1.0, pl.Float32)) for m in "ab"}
    return check_wide(
        frame.with_columns(fused__score=(1 / pl.col("fused__rank")).cast(pl.Float32), **scores).select(
            "query", "item", "a__rank", "a__score", "b__rank", "b__score", "fused__score", "fused__rank"
        ),
        CandidateKeys,
    )


PROPOSED = (
    candidates(
        (2, 4, 1, 1, None), (2, 5, 2, None, 1), (2, 6, 3, 2, 2), (2, 8, 4, 3, 3), (3, 6, 1, None, 1), (3, 4, 2, 1, 2)
    ),
    candidates((7, 2, 1, 1, 1)),
)


def description(folder: Path, total=3) -> Description:
    """What the fold's features are made from; the fourth candidate of query 2 is cut off."""
    for table_name, shards in {"queries": ASKED, "prefixes": SEEN, "labels": TRUTH}.items():
        (folder / "fold" / table_name).mkdir(parents=True)
        for shard, rows in enumerate(shards):
            rows.write_parquet(shard_file(folder / "fold" / table_name, shard))
    ITEMS.write_parquet(folder / "fold" / "items.parquet")
    made = []
    for shard, rows in enumerate(PROPOSED):
        (folder / "candidates" / str(shard)).mkdir(parents=True)
        rows.write_parquet(shard_file(folder / "candidates" / str(shard), shard))
        made.append(Artifact(folder / "candidates" / str(shard), str(shard)))
    for name in ("pairs/neighbours", "age"):
        (folder / name).mkdir(parents=True)
    Neighbours.create_empty().select("item", "neighbour").write_parquet(folder / "pairs" / "neighbours" / "000.parquet")
    nothing = pl.DataFrame(schema={"item": pl.UInt32, "vector": pl.Array(pl.Float32, 1)})
    nothing.write_parquet(folder / "pairs" / "vectors.parquet")
    ages(folder / "age" / ROWS)
    history = {"item_age": Artifact(folder / "age", "age")}
    return Description(
        Artifact(folder / "fold", "fold"), tuple(made), history, Artifact(folder / "pairs", "pairs"), total, GROUPS
    )


def ages(file: Path) -> None:
    """Rows of `item_age` as it writes them, of three items."""
    schema = item_age({"history": pl.LazyFrame(Events.create_empty())}).collect_schema()
    rows = pl.DataFrame({name: AGES.get(name, [None] * 3) for name in schema.names()}, schema=schema)
    rows.write_parquet(file)


def counting_ranker(folder: Path) -> Artifact:
    """A model of one split: what two members propose is worth more than what one does."""
    members = np.repeat([1.0, 2.0], 20)
    settings = {
        "objective": "regression",
        "num_leaves": 2,
        "min_data_in_leaf": 1,
        "min_data_in_bin": 1,
        "verbosity": -1,
        "num_threads": 1,
    }
    data = lgb.Dataset(members[:, None], label=members, feature_name=[MEMBERS], params=settings)
    booster = lgb.train(settings, data, 1)
    folder.mkdir(parents=True)
    save_trained(Trained(booster, [MEMBERS], {"prior": 0.0}), folder)
    return Artifact(folder, folder.name)
