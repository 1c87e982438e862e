"""Compare methods out of fold at every horizon, choose the outputs, find gates, and fit what they ask on all rows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.lifetime import lifetime_metrics
from evaluation.value import decile_table
from value.lifetime.config import GATED, LifetimeConfig
from value.lifetime.forward import lifetime_forward_folds, lifetime_group_folds
from value.lifetime.gates import OPEN, Found, find_gate
from value.lifetime.model import AtHorizon, Extended, LifetimeModel, asked_methods
from value.lifetime.rows import LifetimeRows, horizon_days
from value.lifetime.training_data import JOINT, Answers, LifetimeData, level_of, named, seasoned
from value.lifetime.whales import judged_whales, learn_whale
from value.money.chance import rows_of
from value.money.choosing import Chosen, as_json, choose
from value.money.forward_in_time import ForwardAnswers, forward_answers
from value.money.intervals import Intervals
from value.money.out_of_fold import PART, columns_of_method
from value.money.recipes import AIMS, Aim, levelled

Floats = npt.NDArray[np.float64]
Report = Callable[[str], None]
SEED = 42
WITH_CHANCE = ("hurdle", "ziln", "buyers_rmsle", "buyers_mae")
NONE = Found(OPEN, 0.0, 0.0, 0.0)
STACKED = ("l2", "tweedie", "xgboost", "catboost", "ordered", "gamma", "ziln", "hurdle")


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
        one = _horizon(judged, horizon, crossed, later, config)
        horizons[horizon], tables[horizon] = one.at, one.table
        for aim in GATED:
            buyer[aim][horizon], whale[aim][horizon] = one.buyer[aim], one.whale[aim]
    report("the chosen methods on all rows")
    fitted = {name: _fitted(data, name, at, whale, config) for name, at in horizons.items()}
    joint = {name: data.fit_joint(name) for name in JOINT if any(name in asked_methods(at) for at in horizons.values())}
    means = {horizon: float(np.nanmean(target)) for horizon, target in rows.targets.items()}
    if later is None:
        fitted = {name: _between(data, name, at, joint) for name, at in fitted.items()}
    about = {"rows": rows.height, "judged_rows": judged.rows.height, "means": means, "horizons": tables}
    gates = [{aim: {h: one.gate for h, one in some.items()} for aim, some in kind.items()} for kind in (buyer, whale)]
    model = LifetimeModel(data.frame, config.anchor, fitted, joint, gates[0], gates[1], about, extended)
    return LearntLifetime(model, buyer, whale)


@dataclass(frozen=True)
class _Horizon:
    at: AtHorizon
    table: dict[str, Any]
    buyer: dict[str, Found]
    whale: dict[str, Found]


def _horizon(
    data: LifetimeData, horizon: str, crossed: Answers, later: Answers | None, config: LifetimeConfig
) -> _Horizon:
    """Everything that is chosen for a horizon, on its matured rows."""
    rows = data.rows
    known = np.flatnonzero(rows.matured(horizon) & ~_unsaid(crossed.columns[horizon]))
    columns = {name: said[known] for name, said in crossed.columns[horizon].items()}
    truth = rows.targets[horizon][known]
    folds = [(_within(a, known), _within(b, known)) for a, b in crossed.folds[horizon]]
    onward = None if later is None else _onward(later, horizon, rows.targets[horizon])
    stacked = [name for name in columns if name in STACKED]
    chosen = choose(columns, truth, folds, stacked, config.model, onward)
    outputs = {aim: one.output if onward is None else onward.level(one.output, aim) for aim, one in chosen.items()}
    chance, p = _chance(columns, truth)
    said = {aim: one.out_of_fold * _moved(outputs[aim], one, columns) for aim, one in chosen.items()}
    buyer: dict[str, Found] = {aim: _buyer_gate(said[aim], p, truth, aim, config) for aim in AIMS}
    gated = {aim: buyer[aim].gate(said[aim], p) for aim in AIMS}
    w = judged_whales(data, horizon, folds, known, config) if config.gates.whale else None
    whale: dict[str, Found] = {aim: _whale_gate(gated[aim], w, truth, aim) for aim in AIMS}
    final = {aim: gated[aim] if w is None else whale[aim].gate(gated[aim], w) for aim in AIMS}
    always = float(np.mean(truth > 0))
    intervals = Intervals.fit(final["expected_value"], truth, config.model.coverage)
    at = AtHorizon({str(aim): output for aim, output in outputs.items()}, chance, always, intervals)
    return _Horizon(at, _table(rows, horizon, known, columns, chosen, final, truth), buyer, whale)


def _table(
    rows: LifetimeRows,
    horizon: str,
    known: npt.NDArray[np.int64],
    columns: Mapping[str, Floats],
    chosen: Mapping[Aim, Chosen],
    final: Mapping[Aim, Floats],
    truth: Floats,
) -> dict[str, Any]:
    naive = {name: said[known] for name, said in rows.known.get(horizon, {}).items()}
    naive |= {"all_zeros": np.zeros(len(truth)), "mean": np.full(len(truth), truth.mean())}
    money = {name: said for name, said in columns.items() if not name.endswith(f"{PART}p")}
    return {
        "rows": len(truth),
        "share_above_0": float(np.mean(truth > 0)),
        "baselines": {name: lifetime_metrics(truth, said) for name, said in naive.items()},
        "methods": {name: lifetime_metrics(truth, said) for name, said in money.items()},
        "outputs": {aim: lifetime_metrics(truth, said) for aim, said in final.items()},
        "chosen": as_json(chosen),
        "deciles": decile_table(truth, final["expected_value"]),
    }


def _fitted(
    data: LifetimeData, horizon: str, at: AtHorizon, whale: Mapping[str, Mapping[str, Found]], config: LifetimeConfig
) -> AtHorizon:
    """The horizon with its methods, and the whales' classifier where a gate asks it."""
    told = data.rows.told.get(horizon, {})
    alone = [name for name in asked_methods(at) if name not in JOINT and name not in told]
    asked = any(one[horizon].gate.cutoff > 0 for one in whale.values())
    methods = {name: data.fit(name, horizon) for name in alone}
    return replace(at, methods=methods, whale=learn_whale(data, horizon, config) if asked else None)


def _between(data: LifetimeData, horizon: str, at: AtHorizon, joint: Mapping[str, Any]) -> AtHorizon:
    """The horizon with a mean levelled between two levels, which lie about the true one on either side.

    Out of fold it is that of methods that have learnt from fewer rows than those that answer, and promise less before
    they are levelled; on the learnt rows it is that of methods that have seen what these bring. Their geometric mean is
    taken.
    """
    known = data.rows.matured(horizon)
    matrix, level = rows_of(data.matrix_of(horizon), known), level_of(data.rows, horizon)[known]
    said: dict[str, Floats] = {n: v[known] for n, v in data.rows.told.get(horizon, {}).items()}
    for name, one in at.methods.items():
        said |= seasoned(columns_of_method(name, one, matrix), level)
    for name, one in joint.items():
        answers = one.outputs(rows_of(data.matrix, known))[data.rows.horizons.index(horizon)]
        said |= seasoned(named(name, answers), level)
    output = at.outputs["expected_value"]
    seen = levelled(output, "expected_value", said, data.rows.targets[horizon][known])
    factor = float(np.sqrt(output.factor * seen.factor))
    return replace(at, outputs={**at.outputs, "expected_value": replace(output, factor=factor)})


def _chance(columns: Mapping[str, Floats], truth: Floats) -> tuple[str, Floats]:
    """The column with the least Brier score, and its values; where all buy or nobody does, none is needed."""
    buys = (truth > 0).astype(np.float64)
    if buys.all() or not buys.any():
        return "", buys
    chances = {name: said for name, said in columns.items() if name.endswith(f"{PART}p")}
    brier = {name: float(np.mean((said - buys) ** 2)) for name, said in chances.items()}
    best = min(brier, key=lambda name: (brier[name], name))
    return best, chances[best]


def _buyer_gate(said: Floats, p: Floats, truth: Floats, aim: Aim, config: LifetimeConfig) -> Found:
    gates = config.gates
    if not gates.buyer or aim not in GATED:
        return NONE
    return find_gate(said, p, truth, GATED[aim], zero_rate=gates.zero_rate, tolerance=gates.tolerance)


def _whale_gate(said: Floats, w: Floats | None, truth: Floats, aim: Aim) -> Found:
    if w is None or aim not in GATED:
        return NONE
    return find_gate(said, w, truth, GATED[aim], below=(1.0, 0.9, 0.8))


def _moved(output: Any, one: Chosen, columns: Mapping[str, Floats]) -> Floats:
    """What levels found on later rows make of each out-of-fold answer."""
    plain, moved = one.output(columns), output(columns)
    return np.asarray(np.divide(moved, plain, out=np.ones(len(plain)), where=plain > 0))


def _later(data: LifetimeData, names: Sequence[str], config: LifetimeConfig, report: Report) -> Answers | None:
    folds = lifetime_forward_folds(data.rows, config.model.forward, apart=config.apart)
    return data.answers(names, folds, lambda name: report(f"{name}, forward in time")) if folds else None


def _onward(later: Answers, horizon: str, truth: Floats) -> ForwardAnswers | None:
    folds = later.folds[horizon]
    return forward_answers(later.columns[horizon], truth, folds) if folds else None


def _learnable(rows: LifetimeRows, config: LifetimeConfig) -> tuple[LifetimeRows, dict[str, Extended]]:
    """The rows with the horizons that enough of them have lived through, and how longer ones are said."""
    matured = {horizon: int(rows.matured(horizon).sum()) for horizon in rows.horizons}
    lived = [horizon for horizon, number in matured.items() if number >= config.fewest]
    if not lived:
        most = max(matured.values())
        raise ValueError(f"`targets` must be known of {config.fewest} rows at least, got {most}; ask shorter horizons.")
    for horizon in lived:
        if not np.nansum(rows.targets[horizon]) > 0:
            raise ValueError(f"`targets[{horizon!r}]` must be above 0 somewhere, got {rows.height} rows without value.")
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


def _unsaid(columns: Mapping[str, Floats]) -> npt.NDArray[np.bool_]:
    """(rows,) of which no fold says anything."""
    return np.asarray(np.any([np.isnan(said) for said in columns.values()], axis=0))


def _within(places: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Positions among the known rows; rows that are not known are left out."""
    found = np.searchsorted(known, places)
    inside = (found < len(known)) & (known[np.minimum(found, len(known) - 1)] == places)
    return np.asarray(found[inside], np.int64)


def _by_output() -> dict[str, dict[str, Found]]:
    return {aim: {} for aim in GATED}
