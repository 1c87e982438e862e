"""What it brings to address those who are promised most: profit by how many are addressed, and how sure it is."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.bootstrap import drawn_times, percentile_range
from evaluation.value import tie_means

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
POINTS, DRAWS, SEED = 100, 400, 42
ROUNDING = 1e-9  # of a budget over a cost: 0.3 / 0.1 buys three


@dataclass(frozen=True)
class Terms:
    """What addressing one costs, and what of the money that comes is kept.

    Parameters
    ----------
    margin
        The share of the value that is profit.
    cost
        Of addressing one, in the value's unit.
    budget
        What may be spent in all; null for no bound.

    Raises
    ------
    ValueError
        If the margin is not in (0, 1], the cost below 0, or the budget below the cost of one.
    """

    margin: float
    cost: float
    budget: float | None = None

    def __post_init__(self) -> None:
        if not 0 < self.margin <= 1:
            raise ValueError(
                f"`margin` must lie above 0 and be at most 1, got {self.margin:g}; give the share of the value that is "
                "profit, such as 0.3."
            )
        if not (isfinite(self.cost) and self.cost >= 0):
            raise ValueError(
                f"`cost` must be a number from 0 up, got {self.cost:g}; give what addressing one costs, in the log's "
                "money."
            )
        if self.budget is not None and not (isfinite(self.budget) and self.budget > 0):
            raise ValueError(f"`budget` must be a number above 0, got {self.budget:g}; leave it out for no bound.")
        if self.budget is not None and self.budget < self.cost:
            raise ValueError(
                f"`budget` must pay for one at least, got {self.budget:g} with a `cost` of {self.cost:g}; give more, "
                "or leave it out for no bound."
            )

    def profits(self, worth: Floats) -> Floats:
        """What each brings, once addressed."""
        return np.asarray(self.margin * worth - self.cost, np.float64)

    def affordable(self, rows: int) -> int:
        """How many of so many the budget pays for."""
        if self.budget is None or self.cost == 0:
            return rows
        return min(rows, int(self.budget / self.cost + ROUNDING))


def cut_of(promised: npt.ArrayLike, terms: Terms) -> int:
    """How many to address, from the one who is promised most down: all that bring a profit, as far as the budget goes.

    Profit by how many are addressed rises while margin x value exceeds the cost, so this is where its promised curve
    is highest (Berry and Linoff, Data Mining Techniques, 2011, on campaigns by expected profit).

    Parameters
    ----------
    promised
        Value a row; shape (rows,), in any order.
    terms
        The terms.
    """
    worth = np.asarray(promised, np.float64)
    return min(int((terms.profits(worth) > 0).sum()), terms.affordable(len(worth)))


def profit_curve(promised: npt.ArrayLike, truth: npt.ArrayLike, terms: Terms, draws: int = DRAWS) -> dict[str, Any]:
    """Promised and true profit by how many are addressed, with the bootstrap's 95 % interval over rows.

    Parameters
    ----------
    promised, truth
        Value a row, what was said and what came; shape (rows,). Rows of equal promise count as their mean truth, since
        nothing says which of them is addressed first.
    terms
        The terms.
    draws
        Of the bootstrap (Efron 1979): as many rows with replacement. Who is addressed stays: all above a threshold.

    Returns
    -------
    dict
        rows, draws; curve, a dictionary a point: addressed (rows), share, promised, true, low, high. Points of the same
        form stand under cut (see `cut_of`), everyone (whatever the budget) and best: the highest point of the true
        curve that the budget pays for, known in hindsight only; with share_low and share_high, between which that of
        the draws lies.
        at_random: the true profit of addressing as many as the cut, drawn blindly. Null without rows.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    p, y = np.asarray(promised, np.float64), np.asarray(truth, np.float64)
    if p.shape != y.shape or p.ndim != 1:
        raise ValueError(f"`truth` must have the shape of `promised`, {p.shape}, got {y.shape}.")
    rows, cut = len(p), cut_of(p, terms)
    if not rows:
        return {"rows": 0, "draws": draws, "curve": [], **dict.fromkeys(("cut", "everyone", "best", "at_random"))}
    order = np.argsort(-p, kind="stable")
    said, came = p[order], tie_means(y, p)[order]
    true = _summed(came, terms)
    best = int(np.argmax(true[: terms.affordable(rows) + 1]))
    places = points_of(rows, cut, best)
    drawn = _drawn(came, terms, places, draws)
    ranges = np.array([percentile_range(column) for column in drawn.T])
    told = {
        int(k): {"addressed": int(k), "share": k / rows, "promised": one, "true": float(true[k]), "low": a, "high": b}
        for k, one, (a, b) in zip(places, _summed(said, terms)[places].tolist(), ranges.tolist(), strict=True)
    }
    within = drawn[:, places <= terms.affordable(rows)]
    shares = places[np.argmax(within, axis=1)] / rows
    low, high = percentile_range(shares)
    return {
        "rows": rows,
        "draws": draws,
        "curve": list(told.values()),
        "cut": told[cut],
        "everyone": told[rows],
        "best": {**told[best], "share_low": low, "share_high": high},
        "at_random": float(true[rows]) * cut / rows if cut else 0.0,
    }


def promised_curve(
    promised: npt.ArrayLike, terms: Terms, low: npt.ArrayLike | None = None, high: npt.ArrayLike | None = None
) -> dict[str, Any]:
    """The promised profit alone, between what it were if all came in at `low`, or all at `high`.

    That range is wider than an interval of the sum, since not all come in low together.

    Parameters
    ----------
    promised
        Value a row; shape (rows,).
    terms
        The terms.
    low, high
        Each row's range; null where there is none.

    Returns
    -------
    dict
        rows, curve, cut and everyone as of `profit_curve`, with low and high of this kind, and without true.
    """
    p, cut = np.asarray(promised, np.float64), cut_of(promised, terms)
    rows, order = len(p), np.argsort(-p, kind="stable")
    if not rows:
        return {"rows": 0, "curve": [], "cut": None, "everyone": None}
    sides = {"promised": p, "low": low, "high": high}
    sums = {n: None if one is None else _summed(np.asarray(one, np.float64)[order], terms) for n, one in sides.items()}
    told = {}
    for k in map(int, points_of(rows, cut)):
        point: dict[str, Any] = {"addressed": k, "share": k / rows}
        told[k] = point | {name: None if one is None else float(one[k]) for name, one in sums.items()}
    return {"rows": rows, "curve": list(told.values()), "cut": told[cut], "everyone": told[rows]}


def points_of(rows: int, *also: int) -> Ints:
    """At which numbers of addressed rows a curve is told: none, all, evenly between, and some others; ascending."""
    evenly = np.round(np.linspace(0, rows, min(rows, POINTS) + 1)).astype(np.int64)
    return np.unique(np.r_[evenly, np.asarray(also, np.int64)])


def _summed(worth: Floats, terms: Terms) -> Floats:
    """(rows + 1,) the profit of addressing the first 0, 1, 2, ... rows."""
    brought = np.concatenate([[0.0], terms.margin * np.cumsum(worth)])
    return np.asarray(brought - terms.cost * np.arange(len(worth) + 1), np.float64)


def _drawn(worth: Floats, terms: Terms, places: Ints, draws: int) -> Floats:
    """(draws, places) the profit of who stands before each place, of rows drawn with replacement."""
    profits = terms.profits(worth)
    found = np.zeros((draws, len(places)))
    for drawn, times in zip(found, drawn_times(len(worth), draws, SEED), strict=True):
        drawn[1:] = np.cumsum(np.add.reduceat(times * profits, places[:-1]))
    return found
