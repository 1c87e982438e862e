"""Columns of every Arrow type that a parquet file can hold: good values in disguise, and odd ones."""

import datetime as dt
import json
from decimal import Decimal

import pyarrow as pa

ROWS = 4
BAD_BYTES = [b"\xff\xfe", b"ok", None, b"caf\xe9"]
MOMENT = dt.datetime(2024, 1, 2, 3, 4, 5)
LAST, FIRST = 2**63 - 1, -(2**63) + 1


def _of(value, kind):
    return pa.array([value, None, value, value], kind)


def _raw(numbers, kind):
    width = pa.int32() if kind.bit_width == 32 else pa.int64()
    return pa.array(numbers, width).view(kind)


def _extension(kind, storage):
    return pa.ExtensionArray.from_storage(kind, storage)


def _invalid_text(large):
    kind = pa.large_binary() if large else pa.binary()
    array = pa.array(BAD_BYTES, kind)
    return pa.Array.from_buffers(pa.large_string() if large else pa.string(), ROWS, array.buffers())


ODD = {
    "null": pa.nulls(ROWS),
    "bool": _of(True, pa.bool_()),
    **{str(kind): _of(7, kind) for kind in (pa.int8(), pa.uint32())},
    "uint64 at its end": _of(2**64 - 1, pa.uint64()),
    "int64 at its ends": pa.array([LAST, None, FIRST - 1, 0]),
    "half": pa.array([1.5, None, float("nan"), 6e4], pa.float16()),
    "float": pa.array([1e38, None, float("inf"), -0.0], pa.float32()),
    "double": pa.array([1e308, float("nan"), float("-inf"), 1.5]),
    "decimal32": _of(Decimal("1.50"), pa.decimal32(5, 2)),
    "decimal64": _of(Decimal("15"), pa.decimal64(12, 0)),
    "decimal128": _of(Decimal("9" * 38), pa.decimal128(38, 0)),
    "decimal128 with a fraction": _of(Decimal("1.50"), pa.decimal128(38, 10)),
    "decimal256": _of(Decimal("9" * 70), pa.decimal256(76, 0)),
    "decimal256 with a fraction": _of(Decimal("1.5"), pa.decimal256(60, 20)),
    "string": _of("\x00\u202e\U0001f600", pa.string()),
    "string view": _of("a", pa.string_view()),
    "long text": _of("x" * 100_000, pa.string()),
    "text that is not UTF-8": _invalid_text(False),
    "large text that is not UTF-8": _invalid_text(True),
    "binary": pa.array(BAD_BYTES),
    "large binary": pa.array(BAD_BYTES, pa.large_binary()),
    "binary view": pa.array(BAD_BYTES, pa.binary_view()),
    "fixed binary": _of(b"\x80\x81", pa.binary(2)),
    "date32 at its ends": _raw([2**31 - 1, 0, -(2**31), 100_000_000], pa.date32()),
    "date64": _of(dt.date(9999, 12, 31), pa.date64()),
    "time32": _of(dt.time(1), pa.time32("ms")),
    "time64 out of a day": _raw([2**62, -1, 0, LAST], pa.time64("ns")),
    "duration": pa.array([dt.timedelta(1), None, dt.timedelta(0), dt.timedelta(-9)], pa.duration("us")),
    "duration at its ends": _raw([LAST, 0, FIRST, 1], pa.duration("ms")),
    **{f"{u} at its ends": _raw([LAST, 0, FIRST, 2**55], pa.timestamp(u)) for u in ("ms", "us", "ns")},
    **{f"{u} in UTC at its ends": _raw([LAST, 0, FIRST, 2**55], pa.timestamp(u, "UTC")) for u in ("us",)},
    **{f"zone {zone}": _of(MOMENT, pa.timestamp("us", zone)) for zone in ("-0930", "Mars/Base", "é")},
    "dictionary of texts": _of("a", pa.string()).dictionary_encode(),
    "dictionary of numbers": _of(7, pa.int64()).dictionary_encode(),
    "dictionary of bytes": pa.array(BAD_BYTES).dictionary_encode(),
    "list": _of([1, None], pa.list_(pa.int64())),
    "large list": _of(["a"], pa.large_list(pa.string())),
    "list view": _of([1], pa.list_view(pa.int64())),
    "fixed list": _of([1, 2], pa.list_(pa.int64(), 2)),
    "list of decimal256": _of([Decimal(1)], pa.list_(pa.decimal256(60, 2))),
    "list of a strange zone": _of([MOMENT], pa.list_(pa.timestamp("us", "Mars/Base"))),
    "struct": _of({"a": 1, "b": None}, pa.struct({"a": pa.int64(), "b": pa.null()})),
    "list of structs": _of([{"aid": 1}], pa.list_(pa.struct({"aid": pa.int64()}))),
    "map": _of([("a", 1)], pa.map_(pa.string(), pa.int64())),
    "wide struct": _of(
        {f"field_{i}": i for i in range(300)}, pa.struct({f"field_{i}": pa.int64() for i in range(300)})
    ),
    "uuid": _extension(pa.uuid(), _of(bytes(range(16)), pa.binary(16))),
    "json": _extension(pa.json_(), _of(json.dumps({"a": 1}), pa.string())),
    "bool8": _extension(pa.bool8(), _of(1, pa.int8())),
    "opaque": _extension(pa.opaque(pa.binary(), "t", "v"), pa.array(BAD_BYTES)),
    "tensor": _extension(pa.fixed_shape_tensor(pa.int64(), [2]), _of([1, 2], pa.list_(pa.int64(), 2))),
}
"""A column's values of a type, by its name: none is what a log would have there."""


def disguises(plain):
    """Other Arrow columns that hold the same values."""
    kind = plain.type
    if not pa.types.is_nested(kind):
        yield "dictionary", plain.dictionary_encode()
    if pa.types.is_string(kind):
        for other in (pa.large_string(), pa.string_view(), pa.binary(), pa.large_binary(), pa.binary_view()):
            yield str(other), plain.cast(other)
        yield "dictionary of bytes", plain.cast(pa.binary()).dictionary_encode()
        yield "json", _extension(pa.json_(), plain)
        yield "opaque", _extension(pa.opaque(pa.string(), "t", "v"), plain)
    elif pa.types.is_integer(kind):
        for other in (pa.decimal128(38, 0), pa.decimal256(76, 0), pa.decimal256(40, 2), pa.decimal128(20, 0)):
            yield str(other), plain.cast(pa.decimal128(19, 0)).cast(other)
        yield "uint64", plain.cast(pa.uint64())
    elif pa.types.is_floating(kind):
        for other in (pa.decimal32(9, 2), pa.decimal64(18, 2), pa.decimal128(38, 4), pa.decimal256(50, 4)):
            yield str(other), plain.cast(other)
        yield "half", plain.cast(pa.float16())
    elif pa.types.is_timestamp(kind):
        yield "ns", plain.cast(pa.timestamp("ns", kind.tz))
        if kind.tz:
            for zone in ("-0930", "+05", "Mars/Base", "Europe/Berlin"):
                yield zone, plain.cast(pa.timestamp("us")).view(pa.timestamp("us", zone))
    elif pa.types.is_list(kind):
        yield "large list", plain.cast(pa.large_list(kind.value_type))
        if pa.types.is_integer(kind.value_type):
            yield "list of dictionaries", pa.ListArray.from_arrays(plain.offsets, plain.values.dictionary_encode())
