"""Whom one could address, with what is still expected of each, and what tells their segments."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from data.keys import mixed
from data.moment_order import text_hash
from data.tables import read_whole, write
from pipeline.store.task import Artifact
from pipeline.tasks.shards import shard_files
from value.addressed.segments import NEW_DAYS
from value.lifetime.table import KEY, MOMENT, TARGET
from value.money.out_of_fold import PART

ROWS = "rows.parquet"
SALT_MOMENTS = 31
OUTPUTS = ("expected_value", "low", "high")
FROM_SESSIONS = {
    "waiting": pl.col("session_shape__cart_waits") > 0,
    "before": pl.when(pl.col("user").is_not_null()).then(pl.col("user_worth__sessions").fill_null(0) > 0),
    "since": pl.col("user_worth__days_since").cast(pl.Float64),
    "usual": pl.col("user_worth__gap_days").cast(pl.Float64),
}
FROM_CUSTOMERS = {
    "before": pl.col("customer_recency__days_known") >= NEW_DAYS,
    "since": pl.col("customer_recency__days_since").cast(pl.Float64),
    "usual": pl.col("customer_gaps__mean").cast(pl.Float64),
}
KINDS = {"waiting": pl.Boolean, "before": pl.Boolean, "since": pl.Float64, "usual": pl.Float64}


@dataclass(frozen=True)
class AddressableSessions:
    """rows.parquet: key, asked, events, purchase_probability, worth, low, high, truth, what tells segments; by key.

    A row a session. worth is the expected value less what the session has brought already, which nobody needs to be
    addressed for; low, high and truth (null where not known) likewise. A session that was asked at several moments
    stands as of one of them: the latest where its truth is not known, else one drawn by a hash of session and moment,
    since its last moment is its end in hindsight. For segments: waiting, before, since, usual (see
    `value.addressed.segments`).

    Parameters
    ----------
    scored
        The cut's scored sessions, an artifact a shard.
    described
        Their features, likewise; none where they do not stand any more.
    remaining
        Whether what was predicted is what comes after the moment, and not the final value.
    """

    scored: tuple[Artifact, ...]
    described: tuple[Artifact, ...]
    remaining: bool

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = pl.concat([read_whole(file) for file in shard_files(self.scored)])
        table = _one_moment(table.rename({"session_key": "key"}))
        features = [read_whole(folder.path / "test.parquet") for folder in self.described]
        told = _told(pl.concat(features).rename({"session_key": "key"}), FROM_SESSIONS) if features else None
        brought = pl.lit(0.0) if self.remaining else pl.col("so_far").fill_null(0.0)
        rows = table.select(
            "key",
            "events",
            "purchase_probability",
            asked="cut_ts",
            worth=(pl.col("expected_value") - brought).clip(lower_bound=0.0),
            low=(pl.col("low") - brought).clip(lower_bound=0.0),
            high=(pl.col("high") - brought).clip(lower_bound=0.0),
            truth=pl.col("target") - brought,
        )
        return {"rows": write(_with(rows, told, ["key", "events"]).sort("key"), into / ROWS)}


def _one_moment(table: pl.DataFrame) -> pl.DataFrame:
    drawn = mixed(text_hash(table["key"]).to_numpy() ^ table["events"].cast(pl.UInt64).to_numpy(), SALT_MOMENTS)
    judged = pl.col("target").is_not_null()
    return (
        table.with_columns(drawn=pl.Series(drawn))
        .sort("key", ~judged, pl.when(judged).then("drawn"), pl.col("events"), descending=[False, False, False, True])
        .unique("key", keep="first", maintain_order=True)
    )


@dataclass(frozen=True)
class AddressableCustomers:
    """The same of a log's customers at an origin, or of a table's rows, within a horizon; `asked` is their moment.

    Parameters
    ----------
    scored
        What is said of them, an artifact a chunk.
    horizon
        Such as `d90`.
    rows
        `CustomerTable`, which tells segments; null where nothing does.
    truth
        truth.parquet of a table's labels; null where rows tell themselves, or nothing is known.
    """

    scored: tuple[Artifact, ...]
    horizon: str
    rows: Artifact | None = None
    truth: Artifact | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = pl.concat([read_whole(file) for file in shard_files(self.scored)], how="diagonal_relaxed")
        target = f"{TARGET}{self.horizon}"
        if self.truth is not None:
            table = table.drop(target, strict=False)
            labels = read_whole(self.truth.path / "truth.parquet").select(KEY, target)
            table = table.join(labels, on=KEY, how="left", validate="m:1", maintain_order="left")
        start = f"{self.horizon}{PART}"
        known = pl.col(target) if target in table.columns else pl.lit(None, pl.Float64)
        rows = table.select(
            pl.col(KEY).cast(pl.String).alias("key"),
            pl.lit(None, pl.UInt16).alias("events"),
            pl.col(f"{start}purchase_probability").alias("purchase_probability"),
            asked=MOMENT,
            worth=f"{start}expected_value",
            low=f"{start}low",
            high=f"{start}high",
            truth=known,
        )
        told = None
        if self.rows is not None:
            told = _told(read_whole(self.rows.path / "rows.parquet").rename({KEY: "key"}), FROM_CUSTOMERS)
        return {"rows": write(_with(rows, told, ["key"]).sort("key", "asked"), into / ROWS)}


def _told(features: pl.DataFrame, named: dict[str, pl.Expr]) -> pl.DataFrame:
    """What tells segments, as far as the features do."""
    has = set(features.columns)
    found = {name: expr for name, expr in named.items() if set(expr.meta.root_names()) <= has}
    keys = [pl.col("key").cast(pl.String), *([pl.col("events")] if "events" in has else [])]
    return features.select(*keys, **found)


def _with(rows: pl.DataFrame, told: pl.DataFrame | None, on: list[str]) -> pl.DataFrame:
    joined = rows if told is None else rows.join(told, on=on, how="left", validate="m:1", maintain_order="left")
    lacking = {name: pl.lit(None, kind) for name, kind in KINDS.items() if name not in joined.columns}
    return joined.with_columns(**lacking)
