"""Dense codes for the shop's own keys, and hashes of them that never change between versions."""

import numba
import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

U64 = 2**64
GAMMA, MIX_1, MIX_2 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB


def dictionary(keys: pl.Series, known: pl.DataFrame | None = None) -> pl.DataFrame:
    """Give each distinct key a dense code, in the keys' own order.

    Codes follow the sorted keys, so they depend neither on the order of the log nor on the shards, and the
    order of two codes stays when later events bring new keys.

    Parameters
    ----------
    keys
        Keys, with repeats and nulls as they come.
    known
        A dictionary to extend: its codes stay, new keys follow after them.

    Returns
    -------
    pl.DataFrame
        key, code (u32), only of the new keys if `known` is given.
    """
    new = keys.drop_nulls().unique().sort().rename("key").to_frame()
    first = 0 if known is None else known.height
    if known is not None and new.height:  # a column without any key may have another type than the known ones
        new = new.join(known.select(pl.col("key").cast(new["key"].dtype)), on="key", how="anti", maintain_order="left")
    return new.with_columns(code=pl.int_range(first, first + pl.len(), dtype=pl.UInt32))


def key_hash(keys: pl.Series) -> pl.Series:
    """A 64-bit hash of each key: FNV-1a of a text's UTF-8 bytes, splitmix64 of an integer.

    Polars' own hash may change between versions, so what is sampled or sharded would too. FNV: Fowler, Noll, Vo
    (RFC 9923). splitmix64: Steele, Lea, Flood 2014.

    Parameters
    ----------
    keys
        Integers or texts, without nulls.

    Returns
    -------
    pl.Series
        u64, in the order of `keys`.
    """
    if keys.dtype.is_integer():
        return pl.Series("hash", mixed(keys.cast(pl.Int64).reinterpret(signed=False).to_numpy()))
    text = keys.cast(pl.String).to_arrow().cast(pa.large_string())  # one chunk, whatever chunks Polars holds
    _, offsets, content = text.buffers()
    ends = np.frombuffer(memoryview(offsets or b""), dtype=np.int64)[text.offset : text.offset + len(text) + 1]
    letters = np.frombuffer(memoryview(content or b""), dtype=np.uint8)
    return pl.Series("hash", _fnv1a(ends, letters))


def mix(value: pl.Series | pl.Expr, salt: int = 0) -> pl.Expr:
    """splitmix64 of a u64 expression; another salt gives an independent hash."""
    step = pl.lit((GAMMA * (2 * salt + 1)) % U64, dtype=pl.UInt64)
    z = (pl.lit(value) if isinstance(value, pl.Series) else value) + step
    z = (z ^ (z // 2**30)) * pl.lit(MIX_1, dtype=pl.UInt64)
    z = (z ^ (z // 2**27)) * pl.lit(MIX_2, dtype=pl.UInt64)
    return z ^ (z // 2**31)


def mixed(values: npt.NDArray[np.uint64], salt: int = 0) -> npt.NDArray[np.uint64]:
    """`mix` of an array: shifts, which Polars' expressions lack, take a tenth of the time of divisions."""
    z = values + np.uint64((GAMMA * (2 * salt + 1)) % U64)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(MIX_1)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(MIX_2)
    return z ^ (z >> np.uint64(31))


def uniform(hashed: pl.Expr, salt: int) -> pl.Expr:
    """A number in [0, 1) that belongs to a hash: what samples and parts are cut by."""
    return (mix(hashed, salt) // 2**11).cast(pl.Float64) / 2.0**53


@numba.njit(cache=True)  # type: ignore[untyped-decorator]
def _fnv1a(ends: npt.NDArray[np.int64], letters: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint64]:  # pragma: no cover
    hashes = np.empty(len(ends) - 1, np.uint64)
    for i in range(len(hashes)):
        h = np.uint64(0xCBF29CE484222325)
        for j in range(ends[i], ends[i + 1]):
            h = (h ^ np.uint64(letters[j])) * np.uint64(0x100000001B3)
        hashes[i] = h
    return hashes
