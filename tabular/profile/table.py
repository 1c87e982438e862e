"""A flat table's whole portrait: profile.json."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from data.listed import listed
from data.shortened import sample
from evaluation.profile.drift import MUCH, SOME, stability
from evaluation.profile.plain import plain
from learning.columns import Columns, Kind, columns_of, conform, tidy
from tabular.files import check_columns, read_table
from tabular.profile.bands import MOST, priced, target_by_band
from tabular.profile.columns import distributions, kinds_of, numbers_of
from tabular.profile.leaks import tells_the_target
from tabular.profile.settings import LookedAtTable
from tabular.profile.target import Target, target_of
from tabular.profile.ties import ties_between, ties_to_target
from tabular.value_rows import ValueTable, leaks_of


def build_table_profile(into: Path, *, flat: LookedAtTable) -> dict[str, Any]:
    """Write profile.json.

    Its keys: table (rows, columns, target, kind of target, rows without one), kinds, distributions, target (by its
    classes or as a number), ties, between, bands, prices (the columns among them that are prices), leaks, drift
    (null without another table); see the functions of this room.

    Raises
    ------
    AisleError
        If the table, or a named column, cannot be used.
    """
    table = read_table(flat.table, flat.separator, flat.leave_out)
    single = {name: getattr(flat, name) for name in ("target", "group", "key")}
    several = {name: getattr(flat, name) for name in ("price", "categories", "leave_out")}
    check_columns(table, flat.table, single, several)
    plain_table = tidy(table)
    features = [name for name in table.columns if name not in flat.apart]
    columns = columns_of(plain_table, features, listed(flat.categories))
    known = plain_table.filter(pl.col(flat.target).is_not_null())
    target = target_of(known[flat.target], flat.table)
    ties = ties_to_target(known, columns, target)
    asked = None if flat.test is None else read_table(flat.test, flat.separator, flat.leave_out)
    prices = priced(columns, flat.price)
    found = {
        "table": _about(plain_table, known.height, flat, target),
        "kinds": kinds_of(plain_table, columns),
        "distributions": distributions(plain_table, columns),
        "target": _target(known, target),
        "ties": ties,
        "between": ties_between(known, _telling(ties, columns, ("number", "time"), len(features))),
        "bands": target_by_band(known, _banded(ties, columns, prices), columns, target),
        "prices": prices,
        "leaks": [*leaks_of(table, asked, _as_valued(flat)), *tells_the_target(known, columns, target)],
        "drift": None if asked is None else _drift(plain_table, asked, columns),
    }
    (into / "profile.json").write_text(json.dumps(found, indent=1) + "\n")
    return {"rows": table.height, "columns": table.width}


def _about(table: pl.DataFrame, known: int, flat: LookedAtTable, target: Target) -> dict[str, Any]:
    return {
        "file": Path(flat.table).name,
        "rows": table.height,
        "columns": table.width,
        "target": flat.target,
        "target_kind": target.kind,
        "without_target": table.height - known,
        "duplicates": table.height - table.unique().height,
    }


def _target(known: pl.DataFrame, target: Target) -> dict[str, Any]:
    kind: Kind = "number" if target.kind == "number" else "few"
    shown = distributions(known, Columns({target.name: kind}))[0]
    return {"bars": shown["bars"], "spread": shown["spread"]}


def _telling(ties: list[dict[str, Any]], columns: Columns, kinds: tuple[str, ...], most: int) -> list[str]:
    """The columns of some kinds that tell most of the target, by their own names."""
    by_told = {name: place for place, name in enumerate(one["column"] for one in ties)}
    names = [name for name, kind in columns.kinds.items() if kind in kinds]
    return sorted(names, key=lambda name: by_told.get(sample(name), len(by_told)))[:most]


def _banded(ties: list[dict[str, Any]], columns: Columns, prices: list[str]) -> list[str]:
    numbers = _telling(ties, columns, ("number", "time"), MOST)
    categories = _telling(ties, columns, ("few", "many"), MOST)
    wanted = [name for name in prices if columns.kinds.get(name) in ("number", "few")]
    return list(dict.fromkeys([*wanted, *numbers, *categories]))


def _as_valued(flat: LookedAtTable) -> ValueTable:
    named = {"group": flat.group, "key": flat.key, "leave_out": flat.leave_out}
    return ValueTable(flat.table, flat.target, **named)  # type: ignore[arg-type]


def _drift(learnt: pl.DataFrame, asked: pl.DataFrame, columns: Columns) -> dict[str, Any]:
    """What has moved from the table to the one that is to be predicted."""
    names = [name for name in columns.used if name in asked.columns and columns.kinds[name] != "text"]
    other = conform(tidy(asked.select(names)), learnt.select(names))
    sides = []
    for side in (learnt, other):
        numeric = {name: numbers_of(side[name]) for name in names if columns.kinds[name] in ("number", "time")}
        sides.append(side.select(names).with_columns(pl.Series(n, x).fill_nan(None) for n, x in numeric.items()))
    moved = plain(stability(*sides))
    return {"learnt": learnt.height, "scored": asked.height, "some": SOME, "much": MUCH, "features": moved}
