"""Customers at origins as lifetime models see them: with what buy-till-you-die models expect of each."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.tables import read_whole, write
from pipeline.store.task import Artifact
from pipeline.tasks.history import ROWS
from pipeline.tasks.ordered import read_purchases
from value.lifetime.btyd.btyd import BtydConfig, learn_at
from value.lifetime.btyd.clock import ShopClock
from value.lifetime.customers import TAUGHT, lifetime_rows
from value.lifetime.purchases import transactions
from value.lifetime.rows import LifetimeRows, horizon_name
from value.lifetime.table import LEVEL, SEGMENT, to_table

Floats = npt.NDArray[np.float64]
PLAIN, SEASONAL = "btyd", "btyd_season"
"""Told answers: of steady rates, and of rates on the shop's own clock, at the level of the season ahead."""
NEW_DAYS = 90


@dataclass(frozen=True)
class BtydAt:
    """btyd.parquet: what BG/NBD and Gamma-Gamma expect of every customer at an origin; and btyd.json, their parameters.

    Columns: user, `<btyd | btyd_season>__<horizon>__<alive, p, purchases, spend, mean>` f64; sorted by user. Those
    on the shop's own clock are of days of average money, whatever season lies ahead.

    Parameters
    ----------
    ordered
        ORDERED and RETURNED.
    origin
        The moment: nothing from it on is read.
    horizons
        In days.
    config
        How purchases are summed up.
    """

    ordered: Artifact
    origin: datetime
    horizons: tuple[int, ...]
    config: BtydConfig

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        purchases = read_purchases(self.ordered, self.origin)
        # what is left: an order that went back tells of no rate, whatever counts as money in what is predicted
        bought = transactions(purchases.filter(pl.col("value") > 0), purchases["user"].unique(), "value")
        bought = bought.with_columns(pl.col("ts").dt.epoch("ms"))
        at = int(self.origin.timestamp() * 1000)
        made: dict[str, Any] = {}
        kept: dict[str, Any] = {}
        for name, clock in ((PLAIN, None), (SEASONAL, ShopClock.known_at(bought, at))):
            learnt, summary = learn_at(bought, at, self.config, clock=clock)
            kept[name] = learnt.to_json()
            made["user"] = summary.user
            for days in self.horizons:
                answers = learnt.answers(summary, days)
                made |= {f"{name}__{horizon_name(days)}__{what}": said for what, said in answers.items()}
        (into / "btyd.json").write_text(json.dumps(kept, indent=1) + "\n")
        return {"rows": write(pl.DataFrame(made), into / "btyd.parquet")}


@dataclass(frozen=True)
class CustomerTable:
    """rows.parquet (see `value.lifetime.table`) of the customers that teach, or that are scored, with `segment__...`.

    Parameters
    ----------
    rows
        `CustomerRows`.
    btyd
        `BtydAt` by origin.
    horizons
        In days, ascending.
    scored
        Which of them.
    """

    rows: Artifact
    btyd: Mapping[str, Artifact]
    horizons: tuple[int, ...]
    scored: bool

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = read_whole(self.rows.path / ROWS).filter(pl.col("scored") == self.scored).drop("scored")
        expected = pl.concat([_expected(moment, made) for moment, made in self.btyd.items()])
        table = table.join(expected, on=["user", "origin"], how="left", validate="m:1", maintain_order="left")
        names = [horizon_name(days) for days in self.horizons]
        level = {h: _floats(table[f"{LEVEL if self.scored else TAUGHT}{h}"]) for h in names}
        told = {h: {PLAIN: _mean(table, PLAIN, h), SEASONAL: _mean(table, SEASONAL, h) * level[h]} for h in names}
        beside = [name for name in table.columns if name.startswith((f"{PLAIN}__", f"{SEASONAL}__"))]
        features = table.select(pl.col(name).cast(pl.Float32) for name in beside)
        rows = lifetime_rows(table.drop(beside), self.horizons, taught=not self.scored, told=told)
        rows = replace(rows, features=pl.concat([rows.features, features], how="horizontal"))
        made = to_table(rows, table["customer"])
        segments = segments_of(rows)
        return {"rows": write(pl.concat([made, segments], how="horizontal"), into / "rows.parquet")}


def segments_of(rows: LifetimeRows) -> pl.DataFrame:
    """By what measures are told apart: whether a customer is new, whose first purchase is less than 90 days old."""
    name = next((n for n in rows.features.columns if n.endswith("__days_known")), None)
    if name is None:
        return pl.DataFrame()
    new = pl.when(pl.col(name) < NEW_DAYS).then(pl.lit("new")).otherwise(pl.lit("known"))
    return rows.features.select(new.alias(f"{SEGMENT}customer"))


def _expected(moment: str, made: Artifact) -> pl.DataFrame:
    origin = pl.lit(datetime.fromisoformat(moment)).cast(pl.Datetime("ms", "UTC"))
    return read_whole(made.path / "btyd.parquet").with_columns(origin=origin)


def _mean(table: pl.DataFrame, model: str, horizon: str) -> Floats:
    return _floats(table[f"{model}__{horizon}__mean"])


def _floats(values: pl.Series) -> Floats:
    return np.asarray(values.fill_null(0.0).to_numpy(), np.float64)
