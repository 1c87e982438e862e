"""Lifetime rows as one table on disk: who, when, what is known, and what came."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from value.lifetime.rows import LifetimeRows, horizon_days

KEY, GROUP, MOMENT = "key", "group", "moment"
TARGET, TOLD, KNOWN, LEVEL = "target__", "told__", "known__", "level__"
SEGMENT = "segment__"
"""By what measures are told apart: never a feature."""
OTHERS = (TARGET, TOLD, KNOWN, LEVEL, SEGMENT)
Floats = npt.NDArray[np.float64]


def to_table(rows: LifetimeRows, key: pl.Series) -> pl.DataFrame:
    """Rows as a table.

    Parameters
    ----------
    rows
        n rows.
    key
        (n,) what they are called in the log: a customer's key, a row's.

    Returns
    -------
    pl.DataFrame
        key, group, moment (UTC), the features f32, `target__<horizon>` f64 (null where not known),
        `told__<horizon>__<name>`, `known__<horizon>__<name>` and `level__<horizon>` f64; in the rows' order.
    """
    moment = pl.Series(MOMENT, rows.time).cast(pl.Datetime("ms", "UTC"))
    made: dict[str, pl.Series] = {KEY: key, GROUP: pl.Series(rows.group), MOMENT: moment}
    made |= {column.name: column for column in rows.features}
    made |= {f"{TARGET}{h}": pl.Series(values).fill_nan(None) for h, values in rows.targets.items()}
    for prefix, by_horizon in ((TOLD, rows.told), (KNOWN, rows.known)):
        made |= {f"{prefix}{h}__{name}": pl.Series(v) for h, some in by_horizon.items() for name, v in some.items()}
    made |= {f"{LEVEL}{h}": pl.Series(values) for h, values in rows.level.items()}
    return pl.DataFrame([values.alias(name) for name, values in made.items()])


def from_table(table: pl.DataFrame, horizons: Sequence[str] | None = None) -> LifetimeRows:
    """What `to_table` made.

    Parameters
    ----------
    table
        The rows; without targets of a horizon none of its rows has matured.
    horizons
        By name, shortest first; null for those that have targets.
    """
    found = [name.removeprefix(TARGET) for name in table.columns if name.startswith(TARGET)]
    names = sorted(found, key=horizon_days) if horizons is None else list(horizons)
    targets = {h: _floats(table, f"{TARGET}{h}") for h in names}
    return LifetimeRows(
        table.select(features_of(table)),
        targets,
        table[GROUP].to_numpy(),
        table[MOMENT].dt.epoch("ms").to_numpy(),
        _by_horizon(table, TOLD, names),
        _by_horizon(table, KNOWN, names),
        {h: _floats(table, f"{LEVEL}{h}") for h in names if f"{LEVEL}{h}" in table.columns},
    )


def features_of(table: pl.DataFrame) -> list[str]:
    """The names of the features."""
    return [name for name in table.columns if name not in (KEY, GROUP, MOMENT) and not name.startswith(OTHERS)]


def _by_horizon(table: pl.DataFrame, prefix: str, horizons: Sequence[str]) -> Mapping[str, Mapping[str, Floats]]:
    found = {
        h: {
            n.removeprefix(f"{prefix}{h}__"): _floats(table, n) for n in table.columns if n.startswith(f"{prefix}{h}__")
        }
        for h in horizons
    }
    return {h: some for h, some in found.items() if some}


def _floats(table: pl.DataFrame, name: str) -> Floats:
    if name not in table.columns:
        return np.full(table.height, np.nan)
    return table[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
