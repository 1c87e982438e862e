"""Keys that are one number and two texts: 7 in one file, 0007 in another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.warned import Warned

PADDED = r"^\+?0*([0-9]+)$"


@dataclass(frozen=True)
class Apart:
    """A number that one file writes with zeros before it, and another without."""

    padded_file: str
    padded: str
    plain_file: str
    plain: str


def any_padded(keys: pl.Series) -> bool:
    """Whether some text is a number with zeros, or a plus, before it."""
    begins = keys.filter((keys.str.starts_with("0") & (keys.str.len_bytes() > 1)) | keys.str.starts_with("+"))
    return bool(begins.str.contains(PADDED).any())


def padded_apart(keys: Mapping[Path, pl.Series]) -> list[Apart]:
    """Numbers that one file writes with zeros and another without, sorted.

    Parameters
    ----------
    keys
        By file, its distinct keys, all texts. A file that has both means two keys by them.
    """
    rows = pl.concat(pl.DataFrame({"key": of}).with_columns(file=pl.lit(str(file))) for file, of in keys.items())
    rows = rows.filter(pl.col("key").str.contains(PADDED))
    rows = rows.with_columns(number=pl.col("key").str.replace(PADDED, "$1").str.replace("^0+([0-9])", "$1"))
    plain = rows.filter(pl.col("key") == pl.col("number"))
    padded = rows.filter(pl.col("key") != pl.col("number"))
    only_plain = plain.join(padded, on=["number", "file"], how="anti")
    only_padded = padded.join(plain, on=["number", "file"], how="anti")
    pairs = only_padded.join(only_plain, on="number", suffix="_plain")
    first = pairs.sort("number", "key", "file", "file_plain").unique("number", keep="first", maintain_order=True)
    return [Apart(*row) for row in first.select("file", "key", "file_plain", "key_plain").rows()]


def refuse_padded(name: str, apart: Sequence[Apart]) -> AisleError:
    """The error where one file's keys are whole numbers, which have lost the zeros that another's texts have."""
    return AisleError(f"{_told(name, apart)}: write both as texts, or both as whole numbers.")


def warn_of_padded(name: str, apart: Sequence[Apart]) -> Warned:
    """That both are texts, and two keys."""
    return Warned("key_forms", f"{_told(name, apart)}; they count as different.", {"key": name, "keys": len(apart)})


def _told(name: str, apart: Sequence[Apart]) -> str:
    one = apart[0]
    return (
        f"{one.plain_file} has the `{name}` key {one.plain} and {one.padded_file} has {one.padded!r} "
        f"({len(apart):,} such keys)"
    )
