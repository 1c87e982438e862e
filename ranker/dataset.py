"""FEATURES as LightGBM reads them: matrix, groups and starting scores."""

from collections.abc import Sequence

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import polars as pl


def prior_scores(rows: pl.DataFrame, scale: float) -> npt.NDArray[np.float64]:
    """Where a candidate starts: the logarithm of its fused rank, as lambdarank's own discounts fall."""
    return np.asarray(-scale * np.log(rows["fused__rank"].to_numpy().astype(np.float64)))


def dataset(
    rows: pl.DataFrame, names: Sequence[str], prior: float, reference: lgb.Dataset | None = None
) -> lgb.Dataset:
    """Rows with their relevance as LightGBM takes them, a group a query.

    Parameters
    ----------
    rows
        `names`, query, relevance, fused__rank; sorted by query.
    names
        The features, in order.
    prior
        What the fused order counts before the first tree; 0 leaves it out.
    reference
        The training rows' dataset, where these are watched.
    """
    groups = rows.group_by("query", maintain_order=True).len()["len"].to_numpy()
    return lgb.Dataset(
        matrix(rows, names),
        label=rows["relevance"].to_numpy(),
        group=groups,
        init_score=prior_scores(rows, prior) if prior else None,
        feature_name=list(names),
        reference=reference,
        free_raw_data=True,
    )


def matrix(rows: pl.DataFrame, names: Sequence[str]) -> npt.NDArray[np.float32]:
    """Rows as f32, null as NaN, which LightGBM takes as missing."""
    return rows.select(pl.col(n).cast(pl.Float32).fill_null(float("nan")) for n in names).to_numpy()
