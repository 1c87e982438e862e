"""Columns of many Arrow types, filled by a seed: what parquet inputs are changed by."""

from collections.abc import Callable
from random import Random
from typing import Any

import pyarrow as pa

from benchmarks.fuzz_words import WORDS


def _some(values: list[Any], kind: pa.DataType) -> Callable[[Random, int], Any]:
    return lambda draw, rows: pa.array([draw.choice(values) for _ in range(rows)], kind)


def _bits(kind: pa.DataType) -> Callable[[Random, int], Any]:
    """Any bits, seen as a type."""
    width = pa.int32() if kind in (pa.date32(), pa.time32("ms")) else pa.int64()
    most = 2**31 if width == pa.int32() else 2**63
    ends = [0, 1, -1, most - 1, -most, most // 1000]
    return lambda draw, rows: pa.array(
        [draw.choice([*ends, draw.randrange(-most, most)]) for _ in range(rows)], width
    ).view(kind)


SIMPLE: tuple[pa.DataType, ...] = (pa.int8(), pa.uint64(), pa.float32(), pa.float64())
KINDS: dict[str, Callable[[Random, int], Any]] = {
    "bool": _some([None, True, False], pa.bool_()),
    **{str(kind): _some([None, 0, 1], kind) for kind in SIMPLE},
    "half": _some([None, 1.5], pa.float16()),
    "null": lambda _, rows: pa.nulls(rows),
    **{
        f"bits of {kind}": _bits(kind)
        for kind in (pa.date32(), pa.time32("ms"), pa.time64("ns"), pa.duration("us"), pa.int64())
    },
    **{f"bits of {u}": _bits(pa.timestamp(u)) for u in ("ms", "us", "ns")},
    **{f"bits of {zone}": _bits(pa.timestamp("ms", zone)) for zone in ("UTC", "-0930", "Mars/Base", "")},
    "texts": _some(list(WORDS), pa.string()),
    "bytes": _some([b"\xff", b"a", None, b""], pa.binary()),
    "fixed bytes": _some([b"\xff\x00", b"ab"], pa.binary(2)),
    "decimal128": _some([None, 1, 10**30], pa.decimal128(38, 4)),
    "decimal256": _some([None, 1, 10**60], pa.decimal256(76, 2)),
    "lists": _some([None, [], [1, None]], pa.list_(pa.int64())),
    "fixed lists": _some([None, ["a", None]], pa.list_(pa.string(), 2)),
    "structs": _some(
        [None, {"aid": 1, "ts": 1, "type": "clicks"}],
        pa.struct([("aid", pa.int64()), ("ts", pa.int64()), ("type", pa.string())]),
    ),
    "maps": _some([None, [("a", 1)]], pa.map_(pa.string(), pa.int64())),
    "events": _some(
        [None, [], [{"aid": "x", "ts": 1.5, "type": None}]],
        pa.list_(pa.struct([("aid", pa.string()), ("ts", pa.float64()), ("type", pa.string())])),
    ),
    "dictionary": lambda draw, rows: _some(["a", "clicks", None], pa.string())(draw, rows).dictionary_encode(),
    "json": lambda draw, rows: pa.ExtensionArray.from_storage(
        pa.json_(), _some(["1", "[", None], pa.string())(draw, rows)
    ),
    "uuid": lambda draw, rows: pa.ExtensionArray.from_storage(
        pa.uuid(), _some([b"\xff" * 16, None], pa.binary(16))(draw, rows)
    ),
    "text of bytes": lambda draw, rows: pa.Array.from_buffers(
        pa.string(), rows, _some([b"\xff", b"a"], pa.binary())(draw, rows).buffers()
    ),
}
