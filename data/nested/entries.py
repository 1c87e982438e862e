"""The one form of fields that hold several values: each row's entries one after another, keys and values apart."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from data.nested.written import Written, written_lists, written_pairs

KEY, VALUE = "key", "value"


@dataclass(frozen=True)
class Entries:
    """The entries of n rows, e in all.

    Parameters
    ----------
    lengths
        (n,) how many a row has; null where the field is null.
    key
        (e,) of any type; all null in a list of bare values.
    value
        (e,) of any type.
    by_key
        Whether the type says that these are a map's, and not only pairs.
    unreadable
        Fields of n that are written, and cannot be read.
    """

    lengths: pl.Series
    key: pl.Series
    value: pl.Series
    by_key: bool = True
    unreadable: int = 0

    @property
    def row(self) -> npt.NDArray[np.int64]:
        """(e,) the row of each entry."""
        lengths = self.lengths.fill_null(0).to_numpy()
        return np.repeat(np.arange(len(lengths)), lengths)

    def keep(self, which: pl.Series) -> "Entries":
        """The entries at which a mask is true; rows stay, if need be without any."""
        if which.all():
            return self
        left = np.bincount(self.row[which.to_numpy()], minlength=len(self.lengths))
        lengths = pl.Series(self.lengths.name, left, pl.UInt32).set(self.lengths.is_null(), None)
        return replace(self, lengths=lengths, key=self.key.filter(which), value=self.value.filter(which))

    def as_map(self) -> pl.Series:
        """(n,) maps, all of whose entries stay where some have one key; keys must not be null."""
        offsets, mask = self._bounds()
        maps = pa.MapArray.from_arrays(offsets, _arrow(self.key), _arrow(self.value), mask=mask)
        return pl.Series(self.lengths.name, pl.from_arrow(maps))

    def as_list(self) -> pl.Series:
        """(n,) lists of the values."""
        offsets, mask = self._bounds()
        return pl.Series(
            self.lengths.name, pl.from_arrow(pa.ListArray.from_arrays(offsets, _arrow(self.value), mask=mask))
        )

    def _bounds(self) -> tuple[Any, Any]:
        """Where each row's entries begin, and the last's end; which rows are null, and null where none is."""
        ends = self.lengths.fill_null(0).cum_sum().to_numpy()
        missing = self.lengths.is_null()
        mask = pa.array(missing.to_numpy()) if missing.any() else None
        return pa.array(np.append(0, ends).astype(np.int32)), mask


def entries_of(raw: pl.Series) -> Entries | None:
    """Entries of a key and a value each; null where the type holds none.

    Read are maps, lists of structs (a field `key` and one `value`, else the first two fields) or of lists of two, a
    struct with a field a key (null: no such entry), and texts of JSON or as Python prints them.
    """
    if raw.dtype == pl.Null:
        return _nothing(raw)
    if raw.dtype == pl.String:
        return _of_texts(raw.name, written_pairs(raw))
    if isinstance(raw.dtype, pl.Map):
        apart = raw.to_frame("m").select(key=pl.col("m").map.keys(), value=pl.col("m").map.values())
        return Entries(_lengths(raw, apart["key"]), _flat(apart["key"]), _flat(apart["value"]))
    if isinstance(raw.dtype, pl.Struct):
        return _of_fields(raw)
    return _of_pairs(raw)


def values_of(raw: pl.Series) -> Entries | None:
    """Entries of lists of bare values; null where the type holds none."""
    if raw.dtype == pl.Null:
        return _nothing(raw)
    if raw.dtype == pl.String:
        return _of_texts(raw.name, written_lists(raw))
    lists = raw.arr.to_list() if isinstance(raw.dtype, pl.Array) else raw
    if not isinstance(lists.dtype, pl.List) or _kind(lists.dtype.inner).is_nested():
        return None
    flat = _flat(lists)
    return Entries(_lengths(raw, lists), _nulls(len(flat)), flat, by_key=False)


def _of_pairs(raw: pl.Series) -> Entries | None:
    lists = raw.arr.to_list() if isinstance(raw.dtype, pl.Array) else raw
    if not isinstance(lists.dtype, pl.List):
        return None
    inner, flat = _kind(lists.dtype.inner), _flat(lists)
    lengths, by_key = _lengths(raw, lists), False
    if isinstance(inner, pl.Struct) and len(inner.fields) >= 2:
        names = [field.name for field in inner.fields]
        by_key = KEY in names and VALUE in names
        key, value = (flat.struct.field(name) for name in ((KEY, VALUE) if by_key else names[:2]))
    elif isinstance(inner, pl.List):
        key, value = (flat.list.get(place, null_on_oob=True) for place in (0, 1))
    elif isinstance(inner, pl.Array) and inner.size >= 2:
        key, value = (flat.arr.get(place) for place in (0, 1))
    else:
        return None
    return Entries(lengths, key, value, by_key)


def _of_fields(raw: pl.Series) -> Entries:
    """Of a struct with a field a key."""
    frame = raw.struct.unnest()
    frame = frame.cast(_common(frame.dtypes), strict=False)
    names = pl.Series(KEY, frame.columns, dtype=pl.String)
    many = len(names)
    lengths = pl.Series(raw.name, [many], dtype=pl.UInt32).new_from_index(0, len(raw)).set(raw.is_null(), None)
    there = frame.filter(raw.is_not_null())
    value = _flat(there.select(pl.concat_list(pl.all())).to_series()) if many else _nulls(0)
    key = names.gather(np.tile(np.arange(many, dtype=np.uint32), there.height))
    return Entries(lengths, key, value).keep(value.is_not_null())


def _of_texts(name: str, read: Written) -> Entries:
    lengths = pl.Series(name, read.lengths, dtype=pl.UInt32)
    key, value = pl.Series(KEY, read.keys, dtype=pl.String), pl.Series(VALUE, read.values, dtype=pl.String)
    return Entries(lengths, key, value, unreadable=read.unreadable)


def _nothing(raw: pl.Series) -> Entries:
    return Entries(raw.cast(pl.UInt32), _nulls(0), _nulls(0))


def _common(dtypes: list[pl.DataType]) -> pl.DataType:
    """The type that fields are brought to, so that they can stand in one column."""
    if all(dtype.is_numeric() or dtype in (pl.Boolean, pl.Null) for dtype in dtypes):
        return pl.Float64()
    if all(dtype in (pl.Date, pl.Datetime, pl.Null) for dtype in dtypes):
        return pl.Datetime("ms")
    return pl.String()


def _lengths(raw: pl.Series, lists: pl.Series) -> pl.Series:
    return lists.list.len().alias(raw.name)


def _flat(lists: pl.Series) -> pl.Series:
    flat = lists.explode(empty_as_null=False, keep_nulls=False)
    if len(flat) != (lists.list.len().sum() or 0):  # a null list may hide values, which Polars explodes too
        flat = lists.drop_nulls().explode(empty_as_null=False, keep_nulls=False)
    return flat


def _nulls(count: int) -> pl.Series:
    return pl.Series(KEY, [None], dtype=pl.String).new_from_index(0, count)


def _kind(inner: Any) -> pl.DataType:  # noqa: ANN401 - a type, or its class
    return inner if isinstance(inner, pl.DataType) else inner()


def _arrow(values: pl.Series) -> Any:  # noqa: ANN401
    return values.to_arrow(compat_level=pl.CompatLevel.newest())
