"""Choose a horizon's outputs, its chance of a purchase and its gates, on answers to rows that methods had not seen."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.lifetime import lifetime_metrics
from evaluation.value import decile_table
from value.lifetime.at_horizon import AtHorizon
from value.lifetime.config import GATED, LifetimeConfig
from value.lifetime.gates import OPEN, Found, find_gate
from value.lifetime.rows import LifetimeRows
from value.lifetime.training_data import Answers, LifetimeData
from value.lifetime.whales import judged_whales
from value.money.choosing import Chosen, as_json, choose
from value.money.forward_in_time import ForwardAnswers, forward_answers
from value.money.intervals import Intervals
from value.money.out_of_fold import PART
from value.money.output import Output
from value.money.recipes import AIMS, Aim

Floats = npt.NDArray[np.float64]
NONE = Found(OPEN, 0.0, 0.0, 0.0)
STACKED = ("l2", "tweedie", "xgboost", "catboost", "ordered", "gamma", "ziln", "hurdle")


@dataclass(frozen=True)
class ChosenAt:
    """What is chosen for a horizon, and what it was chosen from.

    Parameters
    ----------
    at
        Outputs, chance and intervals; no method is fitted yet.
    table
        The measures of baselines, methods and outputs, as plain values.
    buyer, whale
        The gates, by output.
    """

    at: AtHorizon
    table: dict[str, Any]
    buyer: dict[str, Found]
    whale: dict[str, Found]


def choose_at(
    data: LifetimeData, horizon: str, crossed: Answers, later: Answers | None, config: LifetimeConfig
) -> ChosenAt:
    """Everything that is chosen for a horizon, on its matured rows."""
    rows = data.rows
    known = np.flatnonzero(rows.matured(horizon) & ~_unsaid(crossed.columns[horizon]))
    columns = {name: said[known] for name, said in crossed.columns[horizon].items()}
    truth = rows.targets[horizon][known]
    folds = [(_within(a, known), _within(b, known)) for a, b in crossed.folds[horizon]]
    onward = None if later is None else _onward(later, horizon, rows.targets[horizon])
    stacked = [name for name in columns if name in STACKED]
    chosen = choose(columns, truth, folds, stacked, config.model, onward)
    outputs = {aim: _levelled(one.output, aim, onward, config) for aim, one in chosen.items()}
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
    return ChosenAt(at, _table(rows, horizon, known, columns, chosen, final, truth), buyer, whale)


def _levelled(output: Output, aim: Aim, onward: ForwardAnswers | None, config: LifetimeConfig) -> Output:
    if aim == "expected_value" and config.level == "own":
        return replace(output, factor=1.0)
    return output if onward is None else onward.level(output, aim)


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


def _onward(later: Answers, horizon: str, truth: Floats) -> ForwardAnswers | None:
    folds = later.folds[horizon]
    return forward_answers(later.columns[horizon], truth, folds) if folds else None


def _unsaid(columns: Mapping[str, Floats]) -> npt.NDArray[np.bool_]:
    """(rows,) of which no fold says anything."""
    return np.asarray(np.any([np.isnan(said) for said in columns.values()], axis=0))


def _within(places: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Positions among the known rows; rows that are not known are left out."""
    found = np.searchsorted(known, places)
    inside = (found < len(known)) & (known[np.minimum(found, len(known) - 1)] == places)
    return np.asarray(found[inside], np.int64)
