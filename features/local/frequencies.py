"""How frequent a row's categories are."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from features.local.levels import Levels
from features.local.rows import Features, LocalGroup, LocalRows
from features.local.settings import Local


@dataclass(frozen=True)
class Frequencies:
    """Shares of the taught rows by level."""

    levels: Levels

    @property
    def table(self) -> pl.DataFrame:
        """Nothing: levels are kept once for all groups."""
        return pl.DataFrame()

    def describe(self, rows: LocalRows) -> Features:
        """`<column>__frequency`: the share of the taught rows that have the row's level; 0 of one they lack."""
        return {
            f"{name}__frequency": (self.levels.rows(name) / max(self.levels.taught, 1))[codes]
            for name, codes in rows.codes.items()
        }


@dataclass(frozen=True)
class LevelCodes:
    """Levels as numbers."""

    levels: Levels

    @property
    def table(self) -> pl.DataFrame:
        """Nothing: levels are kept once for all groups."""
        return pl.DataFrame()

    def describe(self, rows: LocalRows) -> Features:
        """`<column>__code`: the level's place by its frequency, from 0; unknown where it is null or strange."""
        return {
            f"{name}__code": np.where(codes < self.levels.size(name), codes, np.nan)
            for name, codes in rows.codes.items()
        }


def _frequencies(rows: LocalRows, _: Local) -> Frequencies:
    return Frequencies(rows.levels)


def _read_frequencies(_: pl.DataFrame, levels: Levels, __: Local) -> Frequencies:
    return Frequencies(levels)


def _codes(rows: LocalRows, _: Local) -> LevelCodes:
    return LevelCodes(rows.levels)


def _read_codes(_: pl.DataFrame, levels: Levels, __: Local) -> LevelCodes:
    return LevelCodes(levels)


def _all(_: Local, categories: list[str]) -> list[str]:
    return categories


frequencies = LocalGroup(
    "frequencies",
    "The share of the taught rows that have the row's level, 0 of a strange one: `<column>__frequency`.",
    _frequencies,
    _read_frequencies,
    _all,
)
level_codes = LocalGroup(
    "level_codes",
    "The level's place by its frequency, from 0, null where it is null or strange: `<column>__code`.",
    _codes,
    _read_codes,
    _all,
)
