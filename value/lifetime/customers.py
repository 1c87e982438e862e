"""Described customers as the rows that a lifetime model learns from."""

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from value.lifetime.rows import LifetimeRows, horizon_name
from value.lifetime.table import KNOWN, LEVEL, TARGET

Floats = npt.NDArray[np.float64]
TAUGHT = "taught_level__"
"""What columns of rows begin with, beside those of `value.lifetime.table`. `level__d90` is what the season will make of
it as far as the row's origin knows, `taught_level__d90` what it made of it as far as the scored origin knows."""
BESIDE = (TARGET, LEVEL, TAUGHT, KNOWN)


def customer_features(table: pl.DataFrame, left_out: Collection[str] = ()) -> list[str]:
    """The features of described customers, without those of some groups."""
    names = [name for name in table.columns if "__" in name and not name.startswith(BESIDE)]
    return [name for name in names if name.split("__")[0] not in left_out]


def lifetime_rows(
    table: pl.DataFrame,
    horizons: tuple[int, ...],
    *,
    names: list[str] | None = None,
    taught: bool = True,
    told: Mapping[str, Mapping[str, Floats]] | None = None,
) -> LifetimeRows:
    """Rows of customers at origins as a model learns from them, or is asked about.

    Parameters
    ----------
    table
        Rows of `pipeline.tasks.customers.CustomerRows`: the teaching ones, or the scored ones, in their order.
    horizons
        In days, ascending.
    names
        The features that are learnt from; null: all.
    taught
        Whether money has the level that its season turned out to have, by which what is learnt is put on one level;
        else that which the origin could expect.
    told
        Answers of models that stand outside, by horizon name and name: (n,) each.
    """
    features = table.select(customer_features(table) if names is None else names)
    level = TAUGHT if taught else LEVEL
    called = [horizon_name(days) for days in horizons]
    return LifetimeRows(
        features=features,
        targets={name: _floats(table[f"{TARGET}{name}"]) for name in called},
        group=table["user"].to_numpy(),
        time=table["origin"].dt.epoch("ms").to_numpy(),
        told=told or {},
        known={name: _known(table, name) for name in called},
        level={name: _floats(table[f"{level}{name}"]) for name in called},
    )


def _known(table: pl.DataFrame, horizon: str) -> dict[str, Floats]:
    start = f"{KNOWN}{horizon}__"
    return {name.removeprefix(start): _floats(table[name]) for name in table.columns if name.startswith(start)}


def _floats(values: pl.Series) -> Floats:
    return np.asarray(values.cast(pl.Float64).fill_null(float("nan")).to_numpy(), np.float64)
