"""Two runs on the same sessions: whether one of them answers better, and by how much more than chance."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from evaluation.bootstrap import Resampled
from evaluation.intervals import told
from evaluation.resampled_sums import resampled
from evaluation.session_units import MEASURES, session_units

BOTH = ("this", "other")


def paired(placed: pl.DataFrame, sessions: pl.DataFrame, resamples: int, seed: int) -> dict[str, Any]:
    """Measures of two orders over the same sessions, and their differences.

    The paired bootstrap (Efron, Tibshirani 1993; for lists Sakai 2006, "Evaluating evaluation metrics based on the
    bootstrap"): each draw takes the same sessions for both, so that what both find easy or hard cancels out.

    Parameters
    ----------
    placed
        `evaluation.places.places` with an order `this` and an order `other`.
    sessions
        frame(query, session).
    resamples, seed
        Of `evaluation.resampled_sums.resampled`.

    Returns
    -------
    dict
        sessions; this, other and difference (this less other): measure -> value, low, high, error; better: measure ->
        the share of draws in which `this` is better, a tie counting half; wins and losses: sessions with more, and with
        fewer, wanted items listed by `this`.
    """
    units = session_units(placed, sessions, BOTH)
    drawn = resampled(units.rows, units.measures, resamples, seed)
    width = len(MEASURES)
    this, other = (
        Resampled(drawn.value[part], drawn.draws[:, part]) for part in (slice(0, width), slice(width, 2 * width))
    )
    apart = Resampled(this.value - other.value, this.draws - other.draws)
    hits = [units.rows[:, 3 + side * 4 :][:, :3].sum(axis=1) for side in (0, 1)]
    return {
        "sessions": len(units.sessions),
        "this": told(MEASURES, this),
        "other": told(MEASURES, other),
        "difference": told(MEASURES, apart),
        "better": dict(zip(MEASURES, _better(apart), strict=True)),
        "wins": int((hits[0] > hits[1]).sum()),
        "losses": int((hits[0] < hits[1]).sum()),
    }


def _better(apart: Resampled) -> Sequence[float | None]:
    shares: list[float | None] = []
    for column in apart.draws.T:
        known = column[~np.isnan(column)]
        shares.append(float(((known > 0) + 0.5 * (known == 0)).mean()) if len(known) else None)
    return shares
