"""How far what is scored has moved from what is learnt from: the population stability index of every feature."""

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import chi2

Floats = npt.NDArray[np.float64]
BINS = 10
SOME, MUCH = 0.10, 0.25
"""From where on a feature has moved somewhat, and much: Siddiqi, Credit Risk Scorecards (2006), after Lewis (1994)."""
CHANCE = 0.95
LEVELS = 20  # of a text, those that are not the commonest count together
FEWEST = 0.5  # rows that an empty bin is taken to have, as its logarithm is none
OTHERS = "(others)"


def stability(learnt: pl.DataFrame, scored: pl.DataFrame) -> pl.DataFrame:
    """The population stability index of every column.

    The sum over bins of (q - p) ln(q / p), p and q the shares of the learnt and of the scored rows in a bin. Bins are
    tenths of the learnt rows, or their values where those are few; texts by their commonest levels; null is a bin too.
    Where nothing has moved the index is about (1/n + 1/m) times a chi-square of one degree less than bins
    (Yurdakul and Naranjo, Journal of Risk Model Validation 14(4), 2020): few rows alone make a high one.

    Parameters
    ----------
    learnt, scored
        The same columns, numbers or texts; a row a query.

    Returns
    -------
    pl.DataFrame
        feature, psi, chance (what 95 of 100 indexes do not exceed where nothing has moved), moved (`no`, `somewhat`
        from .10, `much` from .25; `no` up to `chance`), learnt and scored (means; null of texts), learnt_missing,
        scored_missing (shares). By falling psi, then by name. Without rows on either side no row.
    """
    if not (learnt.height and scored.height):
        return pl.DataFrame(schema=_SCHEMA)
    rows = [_moved(name, learnt[name], scored[name]) for name in learnt.columns]
    return pl.DataFrame(rows, schema=_SCHEMA).sort("psi", "feature", descending=[True, False])


_SCHEMA = {
    "feature": pl.String,
    "psi": pl.Float64,
    "chance": pl.Float64,
    "moved": pl.String,
    "learnt": pl.Float64,
    "scored": pl.Float64,
    "learnt_missing": pl.Float64,
    "scored_missing": pl.Float64,
}


def _moved(name: str, learnt: pl.Series, scored: pl.Series) -> dict[str, Any]:
    p, q = counts_in_bins(learnt, scored)
    index = population_stability(p, q)
    bins = int(((p + q) > 0).sum())
    chance = float((1 / p.sum() + 1 / q.sum()) * chi2.ppf(CHANCE, bins - 1)) if bins > 1 else 0.0
    moved = "no" if index < SOME or index <= chance else "somewhat" if index < MUCH else "much"
    return {
        "feature": name,
        "psi": index,
        "chance": chance,
        "moved": moved,
        "learnt": _mean(learnt),
        "scored": _mean(scored),
        "learnt_missing": learnt.null_count() / len(learnt),
        "scored_missing": scored.null_count() / len(scored),
    }


def population_stability(learnt: npt.ArrayLike, scored: npt.ArrayLike) -> float:
    """The index of counts in bins; a bin that is empty on one side counts half a row there, one empty on both none."""
    p, q = np.asarray(learnt, np.float64), np.asarray(scored, np.float64)
    some = (p + q) > 0
    p, q = (np.maximum(counts[some], FEWEST) / counts.sum() for counts in (p, q))
    return float(np.sum((q - p) * np.log(q / p)))


def counts_in_bins(learnt: pl.Series, scored: pl.Series) -> tuple[Floats, Floats]:
    """Rows of both in the same bins, the last of which is that of the missing ones."""
    if learnt.dtype.is_numeric() or learnt.dtype == pl.Boolean:
        first, second = (_numbers(values) for values in (learnt, scored))
        inner = _edges(first)
        found = [
            np.bincount(np.searchsorted(inner, x, side="right"), minlength=len(inner) + 1) for x in (first, second)
        ]
    else:
        texts = [values.cast(pl.String).drop_nulls() for values in (learnt, scored)]
        levels = texts[0].value_counts().sort("count", texts[0].name, descending=[True, False]).head(LEVELS)
        known = {level: n for n, level in enumerate(levels[texts[0].name])}
        found = [
            np.bincount([known.get(text, len(known)) for text in some], minlength=len(known) + 1) for some in texts
        ]
    gone = (learnt.null_count(), scored.null_count())
    both = [np.append(counts, missing).astype(np.float64) for counts, missing in zip(found, gone, strict=True)]
    return both[0], both[1]


def _numbers(values: pl.Series) -> Floats:
    return np.asarray(values.drop_nulls().cast(pl.Float64).to_numpy(), np.float64)


def _edges(values: Floats) -> Floats:
    """Where bins begin after the first: the values themselves where they are few, else those at tenths of the rows."""
    distinct = np.unique(values)
    if len(distinct) <= BINS:
        return distinct[1:]
    return np.unique(np.quantile(values, np.arange(1, BINS) / BINS, method="higher"))


def _mean(values: pl.Series) -> float | None:
    if not (values.dtype.is_numeric() or values.dtype == pl.Boolean) or values.null_count() == len(values):
        return None
    return float(_numbers(values).mean())
