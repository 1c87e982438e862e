"""How much of a test file its log does not know: keys written in two ways look like strangers."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from data.tables import scan
from data.warned import Warned

MOST = 0.5
"""A larger share of unknown items is worth a word: the log can propose none of them."""


def unknown_keys(tables: Path, known: Path) -> dict[str, int]:
    """How many of the test file's items and users its log does not have: `unknown_items`, `unknown_users`.

    Parameters
    ----------
    tables, known
        The test file's tables and the log's, whose codes come first in keys/*.parquet.
    """

    def keys(folder: Path, name: str) -> int:
        return int(scan(folder / "keys" / f"{name}.parquet").select(pl.len()).collect().item())

    return {f"unknown_{name}s": keys(tables, name) - keys(known, name) for name in ("item", "user")}


def warn_of_unknown(unknown: Mapping[str, int], items: int) -> list[Warned]:
    """Whether most of a test file's items are unknown."""
    strange = unknown.get("unknown_items", 0)
    if not items or strange <= MOST * items:
        return []
    line = (
        f"{strange:,} of the test file's {items:,} items ({strange / items:.0%}) are unknown to the log, which cannot "
        "propose them; see that both write their keys in one way."
    )
    return [Warned("unknown_items", line, {"items": items, "unknown": strange})]
