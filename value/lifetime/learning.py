"""Compare methods out of fold at every horizon, choose the outputs, find gates, and fit what they ask on all rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from value.lifetime.at_horizon import AtHorizon, Extended, asked_methods
from value.lifetime.choosing import choose_at
from value.lifetime.config import GATED, LifetimeConfig
from value.lifetime.forward import lifetime_forward_folds, lifetime_group_folds
from value.lifetime.gates import Found
from value.lifetime.model import LifetimeModel
from value.lifetime.rows import LifetimeRows, horizon_days
from value.lifetime.training_data import JOINT, Answers, LifetimeData, level_of, named, seasoned
from value.lifetime.whales import learn_whale
from value.money.chance import rows_of
from value.money.choosing import methods_of
from value.money.out_of_fold import columns_of_method
from value.money.recipes import levelled

Floats = npt.NDArray[np.float64]
Report = Callable[[str], None]
SEED = 42
WITH_CHANCE = ("hurdle", "ziln", "buyers_rmsle", "buyers_mae")


@dataclass(frozen=True)
class LearntLifetime:
    """A model, and the gates that were found for it.

    Parameters
    ----------
    model
        Fitted on all rows, with these gates.
    buyer, whale
        By output and horizon.
    """

    model: LifetimeModel
    buyer: Mapping[str, Mapping[str, Found]]
    whale: Mapping[str, Mapping[str, Found]]


def learn_lifetime(rows: LifetimeRows, config: LifetimeConfig, report: Report = lambda _: None) -> LearntLifetime:
    """Learn.

    Parameters
    ----------
    rows
        To learn from.
    config
        The methods and how outputs are chosen.
    report
        Called with a line before something that takes long.

    Raises
    ------
    ValueError
        If the rows cannot be learnt from: no feature, fewer than two groups, or no value at a horizon.
    """
    rows, extended = _learnable(rows, config)
    data = LifetimeData.of(rows, config)
    some = _drawn(rows, config.judged_rows)
    judged = data if some is rows else LifetimeData.of(some, config)
    names = config.methods if set(config.methods) & set(WITH_CHANCE) else [*config.methods, "hurdle"]
    folds = lifetime_group_folds(judged.rows, config.model.folds)
    crossed = judged.answers(names, folds, lambda name: report(f"{name}, out of fold"))
    later = _later(judged, names, config, report)
    horizons, tables, buyer, whale = {}, {}, _by_output(), _by_output()
    for horizon in rows.horizons:
        one = choose_at(judged, horizon, crossed, later, config)
        horizons[horizon], tables[horizon] = one.at, one.table
        for aim in GATED:
            buyer[aim][horizon], whale[aim][horizon] = one.buyer[aim], one.whale[aim]
    report("the chosen methods on all rows")
    fitted = {name: _fitted(data, name, at, whale, config) for name, at in horizons.items()}
    joint = {name: data.fit_joint(name) for name in JOINT if any(name in asked_methods(at) for at in horizons.values())}
    means = {horizon: float(np.nanmean(target)) for horizon, target in rows.targets.items()}
    if config.level == "learnt" or (config.level == "between" and later is None):
        fitted = {name: _relevelled(data, name, at, joint) for name, at in fitted.items()}
    about = {"rows": rows.height, "judged_rows": judged.rows.height, "means": means, "horizons": tables}
    gates = [{aim: {h: one.gate for h, one in some.items()} for aim, some in kind.items()} for kind in (buyer, whale)]
    model = LifetimeModel(data.frame, config.anchor, fitted, joint, gates[0], gates[1], about, extended)
    return LearntLifetime(model, buyer, whale)


def _fitted(
    data: LifetimeData, horizon: str, at: AtHorizon, whale: Mapping[str, Mapping[str, Found]], config: LifetimeConfig
) -> AtHorizon:
    """The horizon with its methods, and the whales' classifier where a gate asks it."""
    told = data.rows.told.get(horizon, {})
    alone = [name for name in asked_methods(at) if name not in JOINT and name not in told]
    asked = any(one[horizon].gate.cutoff > 0 for one in whale.values())
    methods = {name: data.fit(name, horizon) for name in alone}
    return replace(at, methods=methods, whale=learn_whale(data, horizon, config) if asked else None)


def _relevelled(data: LifetimeData, horizon: str, at: AtHorizon, joint: Mapping[str, Any]) -> AtHorizon:
    """The horizon with a mean at the level of the learnt rows, or between that and the one of judged rows.

    The two lie about the true one on either side: out of fold it is that of methods that have learnt from fewer rows
    than those that answer, and promise less before they are levelled; on the learnt rows it is that of methods that
    have seen what these bring.
    """
    known = data.rows.matured(horizon)
    matrix, level = rows_of(data.matrix_of(horizon), known), level_of(data.rows, horizon)[known]
    said: dict[str, Floats] = {n: v[known] for n, v in data.rows.told.get(horizon, {}).items()}
    output = at.outputs["expected_value"]
    for name in methods_of(output):
        if name in at.methods:
            said |= seasoned(columns_of_method(name, at.methods[name], matrix), level)
        elif name in joint:
            answers = joint[name].outputs(rows_of(data.matrix, known))[data.rows.horizons.index(horizon)]
            said |= seasoned(named(name, answers), level)
    seen = levelled(output, "expected_value", said, data.rows.targets[horizon][known])
    factor = seen.factor if data.config.level == "learnt" else float(np.sqrt(output.factor * seen.factor))
    return replace(at, outputs={**at.outputs, "expected_value": replace(output, factor=factor)})


def _later(data: LifetimeData, names: Sequence[str], config: LifetimeConfig, report: Report) -> Answers | None:
    folds = lifetime_forward_folds(data.rows, config.model.forward, apart=config.apart)
    return data.answers(names, folds, lambda name: report(f"{name}, forward in time")) if folds else None


def _learnable(rows: LifetimeRows, config: LifetimeConfig) -> tuple[LifetimeRows, dict[str, Extended]]:
    """The rows with the horizons that enough of them have lived through, and how longer ones are said."""
    matured = {horizon: int(rows.matured(horizon).sum()) for horizon in rows.horizons}
    lived = [horizon for horizon, number in matured.items() if number >= config.fewest]
    if not lived:
        most = max(matured.values())
        raise ValueError(f"`targets` must be known of {config.fewest} rows at least, got {most}; ask shorter horizons.")
    for horizon in lived:
        if not np.nansum(rows.targets[horizon]) > 0:
            none = f"none of {matured[horizon]:,} rows that have lived through {horizon_days(horizon)} days"
            raise ValueError(f"{none} ({horizon}) has brought anything; take more rows, or leave that horizon out.")
    later = [h for h in rows.horizons if h not in lived and horizon_days(h) > horizon_days(lived[-1])]
    told = {h: config.extend if config.extend in rows.told.get(h, {}) else "" for h in (lived[-1], *later)}
    extended = {h: Extended(lived[-1], told[h] if told[lived[-1]] else "") for h in later}
    return replace(rows, targets={h: rows.targets[h] for h in lived}), extended


def _drawn(rows: LifetimeRows, most: int) -> LifetimeRows:
    """Whole groups, drawn, until there are so many rows."""
    if rows.height <= most:
        return rows
    groups, inverse, counts = np.unique(rows.group, return_inverse=True, return_counts=True)
    order = np.random.default_rng(SEED).permutation(len(groups))
    taken = order[: max(2, int(np.searchsorted(np.cumsum(counts[order]), most, side="right")))]
    return rows.take(np.isin(inverse, taken))


def _by_output() -> dict[str, dict[str, Found]]:
    return {aim: {} for aim in GATED}
