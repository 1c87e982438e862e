"""Rows for local groups, from plain lists."""

import numpy as np
import polars as pl

from features.local.levels import Levels
from features.local.rows import LocalRows


def rows_of(categories=None, features=None, targets=None, most=10_000, levels=None):
    texts = pl.DataFrame(categories or {}, schema_overrides=dict.fromkeys(categories or {}, pl.String))
    levels = levels or Levels.of(texts, most)
    codes = {name: levels.codes(texts[name], name) for name in texts.columns}
    numbers = pl.DataFrame(features or {}).cast(pl.Float32)
    return LocalRows(numbers, codes, levels, {n: np.array(y, np.float64) for n, y in (targets or {}).items()})
