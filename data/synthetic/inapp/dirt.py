"""What is wrong with files of a real log: each fault is given to a part of its own."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pyarrow as pa

from data.synthetic.inapp.ragged import Arrow, Bools, Floats

Change: TypeAlias = Callable[[pa.Table], pa.Table]
EVERY = 50
"""Faults of single rows: one row in so many, from the third on."""
LACKING = ("carrier", "rwd_prank", "cpm")
MONEY = "iap_revenue_d7"
LATER = "iap_revenue_d28"


def _widths(table: pa.Table) -> pa.Table:
    """Whole numbers twice as wide, others half as wide."""
    other = {pa.int32(): pa.int64(), pa.float64(): pa.float32(), pa.int64(): pa.int32()}
    for place, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_map(kind) and kind.item_type in other:
            kind = pa.map_(kind.key_type, other[kind.item_type])
        table = _replaced(table, place, table[place].cast(other.get(kind, kind)))
    return table


def _null_types(table: pa.Table) -> pa.Table:
    """Columns of large spenders without a value, of no type."""
    for place, name in enumerate(table.column_names):
        if name.startswith("whale_users"):
            table = _replaced(table, place, pa.nulls(table.num_rows))
    return table


def _absent(table: pa.Table) -> pa.Table:
    return table.drop_columns(list(LACKING))


def _more(table: pa.Table) -> pa.Table:
    """A column that no other part has."""
    return table.append_column("experiment", pa.array(np.arange(table.num_rows) % 2))


def _no_label(table: pa.Table) -> pa.Table:
    return table.drop_columns([MONEY]) if MONEY in table.column_names else table


def _pairs(table: pa.Table) -> pa.Table:
    """Maps as lists of key and value, of which some keys are null."""
    for place, field in enumerate(table.schema):
        if pa.types.is_map(field.type):
            array: Arrow = table[place].combine_chunks()
            keys, values = array.keys, array.items
            lost = pa.array(np.arange(len(keys)) % EVERY == 2)
            keys = pa.compute.if_else(lost, pa.scalar(None, keys.type), keys)
            entries = pa.StructArray.from_arrays([keys, values], ["key", "value"])
            offsets: Arrow = pa.array(array.offsets.to_numpy(), mask=np.append(array.is_null().to_numpy(False), False))
            table = _replaced(table, place, pa.ListArray.from_arrays(offsets, entries))
    return table


def _texts(table: pa.Table) -> pa.Table:
    """Numbers written as text, some of which are none."""
    lost = pa.array(np.arange(table.num_rows) % EVERY == 2)
    for name in ("release_msrp", "avg_act_days", "weeks_since_first_seen"):
        place = table.column_names.index(name)
        text = pa.compute.if_else(lost, "n/a", table[place].cast(pa.string()))
        table = _replaced(table, place, text)
    return table


def _bad_rows(table: pa.Table) -> pa.Table:
    """Rows without key, and with money that is no number, missing, below 0, or falls at a later day."""
    number = np.arange(table.num_rows)
    table = _blanked(table, "row_id", number % EVERY == 2)
    if MONEY not in table.column_names:
        return table
    table = _blanked(table, MONEY, number % EVERY == 3)
    for step, (name, value) in enumerate({MONEY: float("nan"), LATER: -5.0}.items()):
        table = _set(table, name, number % EVERY == 4 + step, np.full(table.num_rows, value))
    earlier = np.nan_to_num(table["iap_revenue_d14"].to_numpy()) + 1
    return _set(table, MONEY, number % EVERY == 6, earlier)


CHANGES: dict[str, Change] = {
    "widths": _widths,
    "null types": _null_types,
    "absent columns": _absent,
    "more columns": _more,
    "no label": _no_label,
    "pairs": _pairs,
    "texts": _texts,
    "bad rows": _bad_rows,
}
"""What is done to a part's rows."""
TRUNCATED, EMPTY = "truncated", "empty"
FAULTS = (*CHANGES, TRUNCATED, EMPTY)
"""All faults, in the order in which hours have them."""


def _replaced(table: pa.Table, place: int, column: Arrow) -> pa.Table:
    return table.set_column(place, table.column_names[place], column)


def _blanked(table: pa.Table, name: str, where: Bools) -> pa.Table:
    column = table[name]
    return _replaced(
        table,
        table.column_names.index(name),
        pa.compute.if_else(pa.array(where), pa.scalar(None, column.type), column),
    )


def _set(
    table: pa.Table,
    name: str,
    where: Bools,
    values: Floats,
) -> pa.Table:
    column = pa.compute.if_else(pa.array(where), pa.array(values), table[name])
    return _replaced(table, table.column_names.index(name), column)
