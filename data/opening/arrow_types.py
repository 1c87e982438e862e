"""Arrow's columns as Polars' ones, whatever type they have: one that Polars cannot hold stops only who uses it."""

from typing import Any, TypeAlias

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

Arrow: TypeAlias = Any  # an array: the stubs of pyarrow know too few kinds
Kind: TypeAlias = Any  # its type
UNREADABLE = "cannot be read: "
"""How the only field of a struct is called that stands for a column which nobody can read; the reason follows."""
EXACT = 38  # digits that Polars' decimals have


def to_series(name: str, array: Arrow) -> pl.Series:
    """A column of a record batch.

    Dictionaries, extensions and run ends are decoded, maps are lists of (key, value), lists of any kind lists, zones
    UTC (an instant stays what it is, and Polars does not know every zone), decimals of 256 bits those of 128, or floats
    where these do not hold them. Text that is not UTF-8 stays binary.

    Parameters
    ----------
    name, array
        The column.

    Returns
    -------
    pl.Series
        As long as the array. Its type tells by `why_unreadable` if Polars can hold no such column.
    """
    try:
        decoded = _checked(_decoded(array))
        return pl.Series(name, pl.from_arrow(decoded))
    except (pa.ArrowException, pl.exceptions.PolarsError, pl.exceptions.PanicException, ValueError, OverflowError):
        return unreadable(name, len(array), f"its type is {array.type}, or its bytes are damaged")


def unreadable(name: str, rows: int, why: str) -> pl.Series:
    """A column that stops only those who use it."""
    return pl.Series(name, [None], dtype=pl.Struct({UNREADABLE + why: pl.Null})).new_from_index(0, rows)


def why_unreadable(dtype: pl.DataType) -> str | None:
    """Why a column cannot be read, by its type; null for any other column."""
    fields = dtype.fields if isinstance(dtype, pl.Struct) else []
    return fields[0].name.removeprefix(UNREADABLE) if fields and fields[0].name.startswith(UNREADABLE) else None


def _decoded(array: Arrow) -> Arrow:
    kind = array.type
    if isinstance(kind, pa.UuidType):
        return _uuid(array.storage)
    if isinstance(kind, pa.BaseExtensionType):
        return _decoded(array.storage)
    if pa.types.is_dictionary(kind):
        return _decoded(array.dictionary_decode())
    if pa.types.is_run_end_encoded(kind):
        return _decoded(pc.call_function("run_end_decode", [array]))
    if pa.types.is_decimal256(kind):
        return _decimal(array)
    plain = plain_type(kind)
    return array if plain == kind else array.cast(plain)


def _checked(array: Arrow) -> Arrow:
    """Polars believes what it is handed: text that is not UTF-8 and offsets beyond the end are found here."""
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        if not (pa.types.is_string(array.type) or pa.types.is_large_string(array.type)):
            raise
        array = array.cast(pa.large_binary())
        array.validate(full=True)
    return array


def plain_type(kind: Kind) -> Kind:
    """The type that an Arrow type is read as, also within lists and structs."""
    if isinstance(kind, pa.BaseExtensionType):
        return plain_type(kind.storage_type)
    if pa.types.is_dictionary(kind) or pa.types.is_run_end_encoded(kind):
        return plain_type(kind.value_type)
    return _nested_type(kind) if pa.types.is_nested(kind) else _value_type(kind)


def _value_type(kind: Kind) -> Kind:
    if pa.types.is_timestamp(kind) and kind.tz:
        return pa.timestamp(kind.unit, "UTC")
    if pa.types.is_decimal256(kind):
        return pa.decimal128(EXACT, kind.scale)
    if pa.types.is_decimal32(kind) or pa.types.is_decimal64(kind):
        return pa.decimal128(kind.precision, kind.scale)  # Polars panics over these within a list
    simple = {pa.float16(): pa.float32(), pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary()}
    return simple.get(kind, kind)


def _nested_type(kind: Kind) -> Kind:
    if pa.types.is_map(kind):
        entry = [("key", plain_type(kind.key_type)), ("value", plain_type(kind.item_type))]
        return pa.large_list(pa.struct(entry))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, plain_type(field.type)) for field in kind])
    if _is_list(kind):
        return pa.large_list(plain_type(kind.value_type))
    return kind


def _is_list(kind: Kind) -> bool:
    lists = (pa.types.is_list, pa.types.is_large_list, pa.types.is_fixed_size_list)
    views = (pa.types.is_list_view, pa.types.is_large_list_view)
    return any(known(kind) for known in (*lists, *views))


def _decimal(array: Arrow) -> Arrow:
    try:
        return array.cast(pa.decimal128(EXACT, array.type.scale))
    except pa.ArrowInvalid:
        return array.cast(pa.float64() if array.type.scale > 0 else pa.large_string())


def _uuid(storage: Arrow) -> Arrow:
    """UUIDs as people write them."""
    digits = pl.Series(pl.from_arrow(storage)).bin.encode("hex").str
    parts = [digits.slice(start, length) for start, length in ((0, 8), (8, 4), (12, 4), (16, 4), (20, 12))]
    return pl.select(pl.concat_str([pl.lit(part) for part in parts], separator="-")).to_series().to_arrow()
