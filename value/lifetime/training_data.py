"""Lifetime rows as methods take them, and what methods say of them fold by fold, horizon by horizon."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone

from data.listed import listed
from value.lifetime.config import ORDERED, STACKED, LifetimeConfig
from value.lifetime.forward import LifetimeFold
from value.lifetime.meta_stack import MetaStack
from value.lifetime.ordered import Ordered
from value.lifetime.rows import LifetimeRows
from value.money.chance import rows_of
from value.money.folds import FEWEST, Fold
from value.money.frame import Frame
from value.money.methods import build, trees_of
from value.money.out_of_fold import PART, columns_of_method, fit_method

Floats = npt.NDArray[np.float64]
Columns = dict[str, Floats]
ByHorizon = dict[str, Columns]
Report = Callable[[str], None]
JOINT = (ORDERED, STACKED)
"""Methods that learn all horizons at once."""
MOST_SHOWN = 30  # features among meta-features
NO_MONEY = ("p",)
"""Outputs that no season changes."""


@dataclass(frozen=True)
class Answers:
    """What methods say of rows that they have not learnt from.

    Parameters
    ----------
    columns
        By horizon, by column: (rows,), NaN for rows that no fold judges. Columns of one name rise with the horizon.
    folds
        By horizon, (taught, judged) positions of the rows whose horizon has matured.
    """

    columns: ByHorizon
    folds: dict[str, list[Fold]]


@dataclass(frozen=True)
class LifetimeData:
    """Rows as methods take them.

    Parameters
    ----------
    rows
        As they came.
    config
        The methods' settings.
    frame
        How features become a matrix.
    matrix
        The features of all rows; where methods are anchored the first column is each horizon's anchor
        over the season's level.
    """

    rows: LifetimeRows
    config: LifetimeConfig
    frame: Frame
    matrix: Any = field(repr=False)

    @classmethod
    def of(cls, rows: LifetimeRows, config: LifetimeConfig) -> "LifetimeData":
        """Make the matrix.

        Raises
        ------
        ValueError
            If no column can be learnt from, or the anchor is not told.
        """
        frame = Frame.of(rows.features, anchored=bool(config.anchor))
        return cls(rows, config, frame, frame(rows.features, anchor_of(rows, config.anchor, rows.horizons[0])))

    def matrix_of(self, horizon: str) -> Any:
        """The matrix that a horizon's methods see."""
        if not self.config.anchor:
            return self.matrix
        made = np.array(self.matrix)
        made[:, 0] = anchor_of(self.rows, self.config.anchor, horizon)
        return made

    def target(self, horizon: str) -> Floats:
        """What methods learn: the target over the season's level."""
        return self.rows.targets[horizon] / level_of(self.rows, horizon)

    def method(self, name: str) -> Any:
        """A method, not yet fitted."""
        methods, anchored = self.config.model.methods, self.frame.anchored
        if name == ORDERED:
            return Ordered(build("tweedie", methods, anchored=False))
        if name == STACKED:
            return MetaStack(trees_of(methods, "tweedie"), self._shown())
        return build(name, methods, anchored=anchored, columns=self.frame.columns)

    def _shown(self) -> tuple[int, ...]:
        """The places of the features that stand among meta-features."""
        words, first = listed(self.config.meta_features), int(self.frame.anchored)
        names = self.frame.like.columns
        return tuple(n + first for n, name in enumerate(names) if any(word in name for word in words))[:MOST_SHOWN]

    def answers(self, names: Sequence[str], folds: Sequence[LifetimeFold], report: Report = lambda _: None) -> Answers:
        """What methods, and those told, say of the judged rows."""
        columns: ByHorizon = {horizon: {} for horizon in self.rows.horizons}
        usable = {horizon: _usable(self.rows, folds, horizon) for horizon in self.rows.horizons}
        for name in names:
            report(name)
            if name in JOINT:
                self._ask_joint(name, folds, columns)
            else:
                for horizon in self.rows.horizons:
                    self._ask(name, horizon, folds, columns[horizon])
        for horizon, some in columns.items():
            some.update({name: np.array(said) for name, said in self.rows.told.get(horizon, {}).items()})
        return Answers(raised(columns), usable)

    def fit(self, name: str, horizon: str) -> Any:
        """A method of one horizon, fitted on all matured rows."""
        known = self.rows.matured(horizon)
        X, y = rows_of(self.matrix_of(horizon), known), self.target(horizon)[known]
        return fit_method(self.method(name), X, y, self.rows.group[known], self._counts(np.flatnonzero(known)))

    def fit_joint(self, name: str) -> Any:
        """A method of all horizons, fitted on all rows."""
        places = np.arange(self.rows.height)
        return clone(self.method(name)).fit(self.matrix, self._targets(places), self.rows.group, self._counts(places))

    def _ask(self, name: str, horizon: str, folds: Sequence[LifetimeFold], into: Columns) -> None:
        matrix, target, level = self.matrix_of(horizon), self.target(horizon), level_of(self.rows, horizon)
        for fold in folds:
            taught = fold.teaching(self.rows, horizon)
            if len(taught) < FEWEST:
                continue
            X, counts = rows_of(matrix, taught), self._counts(taught)
            fitted = fit_method(self.method(name), X, target[taught], self.rows.group[taught], counts)
            said = columns_of_method(name, fitted, rows_of(matrix, fold.judged))
            _put(into, said, fold.judged, level)

    def _ask_joint(self, name: str, folds: Sequence[LifetimeFold], into: ByHorizon) -> None:
        for fold in folds:
            if min(len(fold.teaching(self.rows, horizon)) for horizon in self.rows.horizons) < FEWEST:
                continue
            Y, X = self._targets(fold.taught, fold), rows_of(self.matrix, fold.taught)
            counts = self._counts(fold.taught)
            fitted = clone(self.method(name)).fit(X, Y, self.rows.group[fold.taught], counts)
            for horizon, said in zip(
                self.rows.horizons, fitted.outputs(rows_of(self.matrix, fold.judged)), strict=True
            ):
                _put(into[horizon], named(name, said), fold.judged, level_of(self.rows, horizon))

    def _counts(self, places: npt.NDArray[np.int64]) -> Floats | None:
        """(rows,) how much each of some rows counts: half as much where it is a half-life older than the latest."""
        if self.config.half_life is None:
            return None
        time = self.rows.time[places]
        lives = (time.max() - time) / (self.config.half_life.total_seconds() * 1000)
        return np.asarray(0.5**lives, np.float64)

    def _targets(self, places: npt.NDArray[np.int64], fold: LifetimeFold | None = None) -> Floats:
        """(rows, horizons) the targets of some rows; NaN where a fold may not know them."""
        found = np.column_stack([self.target(horizon)[places] for horizon in self.rows.horizons])
        if fold is not None:
            for place, horizon in enumerate(self.rows.horizons):
                found[~np.isin(places, fold.teaching(self.rows, horizon)), place] = np.nan
        return found


def level_of(rows: LifetimeRows, horizon: str) -> Floats:
    """The season's level, 1 where none is known."""
    return rows.level.get(horizon, np.ones(rows.height))


def anchor_of(rows: LifetimeRows, anchor: str, horizon: str) -> Floats | None:
    """The told answer that methods start from, as what they learn without the season's level.

    Raises
    ------
    ValueError
        If it is not told.
    """
    if not anchor:
        return None
    told = rows.told.get(horizon, {})
    if anchor not in told:
        raise ValueError(f"`anchor` must be told at {horizon}, which has {', '.join(told) or 'none'}, got {anchor!r}.")
    return told[anchor] / level_of(rows, horizon)


def named(name: str, said: Mapping[str, Floats]) -> Columns:
    """A method's outputs as columns: `name` for its mean, `name__log` and the like for others."""
    return {name if out == "mean" else f"{name}{PART}{out}": values for out, values in said.items()}


def raised(columns: Mapping[str, Columns]) -> ByHorizon:
    """Columns of one name raised to those of the shorter horizons, where both say something."""
    found: ByHorizon = {}
    before: Columns = {}
    for horizon, some in columns.items():
        found[horizon] = {name: _over(said, before.get(name)) for name, said in some.items()}
        before = {**before, **found[horizon]}
    return found


def _over(said: Floats, before: Floats | None) -> Floats:
    return said if before is None else np.where(np.isnan(said), said, np.fmax(said, before))


def seasoned(columns: Mapping[str, Floats], level: Floats) -> Columns:
    """A method's columns at a season's level; chances have none."""
    chance = tuple(f"{PART}{name}" for name in NO_MONEY)
    return {name: said if name.endswith(chance) else said * level for name, said in columns.items()}


def _put(into: Columns, said: Mapping[str, Floats], places: npt.NDArray[np.int64], level: Floats) -> None:
    for name, values in seasoned(said, level[places]).items():
        into.setdefault(name, np.full(len(level), np.nan))[places] = values


def _usable(rows: LifetimeRows, folds: Sequence[LifetimeFold], horizon: str) -> list[Fold]:
    """The folds that say something of a horizon, with its matured rows."""
    matured = rows.matured(horizon)
    found = [(fold.teaching(rows, horizon), fold.judged[matured[fold.judged]]) for fold in folds]
    joint = [min(len(fold.teaching(rows, h)) for h in rows.horizons) for fold in folds]
    return [(a, b) for (a, b), least in zip(found, joint, strict=True) if least >= FEWEST and len(b) >= FEWEST]
