"""Which recipe makes each output: the best of all on rows that neither methods nor recipes have learnt from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.value import RISING, value_metrics
from value.money.config import METRIC_OF, ValueConfig
from value.money.folds import Fold
from value.money.forward_in_time import ForwardAnswers
from value.money.out_of_fold import PART
from value.money.output import Output
from value.money.recipes import AIMS, Aim, Recipe, cross_fitted, recipes

Floats = npt.NDArray[np.float64]
Columns = Mapping[str, Floats]
Metrics = dict[str, float | None]
OWN = {"expected_value": "rmse", "rmsle_value": "rmsle", "mae_value": "mae"}


@dataclass(frozen=True)
class Chosen:
    """An output and what it was chosen from.

    Parameters
    ----------
    output
        Fitted on all out-of-fold rows.
    out_of_fold
        What its recipe says of each row, fitted on the other folds; shape (rows,).
    metric
        What it was chosen for.
    table
        The measures of all recipes out of fold, by name, best first.
    later
        Their measures on later rows by earlier ones; empty without a time.
    """

    output: Output
    out_of_fold: Floats
    metric: str
    table: dict[str, Metrics]
    later: dict[str, Metrics]


def metric_of(aim: Aim, config: ValueConfig) -> str:
    """The measure that an output is chosen for: its own, save `expected_value` where another is named for it."""
    asked = METRIC_OF[config.optimize]
    return asked if aim == "expected_value" and config.optimize not in ("mae", "rmsle") else OWN[aim]


def choose(
    columns: Columns,
    truth: Floats,
    folds: Sequence[Fold],
    stacked: Sequence[str],
    config: ValueConfig,
    later: ForwardAnswers | None = None,
) -> dict[Aim, Chosen]:
    """Choose the three outputs.

    With rows that were judged forward in time a recipe counts by the sum of its measure there and out of fold: folds
    by group show more rows, but not how a recipe bears a new season.

    Parameters
    ----------
    columns
        The methods' out-of-fold answers.
    truth
        (rows,).
    folds
        Those that the columns were made with; recipes are cross-fitted over them too.
    stacked
        The columns under the stack.
    config
        The measure, and how many methods may be mixed.
    later
        Later rows judged by earlier ones.
    """
    found: dict[Aim, Chosen] = {}
    used: set[str] = set()
    for aim in AIMS:
        asked = [name for name in columns if name.partition(PART)[0] in used]
        final, most = config.methods.meta, config.most_methods
        tried = recipes(aim, list(columns), stacked, final, alone=config.alone, most=most, asked=asked)
        fitted = [(one, one.fit(columns, truth)) for one in tried]
        allowed = [(one, output) for one, output in fitted if _allowed(output, used, config)]
        answers = {one.name: cross_fitted(one, columns, truth, folds) for one, _ in allowed}
        table = {name: value_metrics(truth, said) for name, said in answers.items()}
        onward = {} if later is None else _onward(allowed, aim, later)
        metric = metric_of(aim, config)
        judged = (table, onward) if onward else (table,)
        bad = {name: sum(worse(metric, one[name][metric]) for one in judged) for name in table}
        size = {one.name: len(output.weights) for one, output in allowed}
        order = [name for _, _, name in sorted((bad[name], size[name], name) for name in table)]
        best = order[0]
        used |= set(methods_of(_output(allowed, best)))
        found[aim] = Chosen(
            _output(allowed, best), answers[best], metric, {name: table[name] for name in order}, onward
        )
    return found


def _onward(fitted: Sequence[tuple[Recipe, Output]], aim: Aim, later: ForwardAnswers) -> dict[str, Metrics]:
    return {one.name: value_metrics(later.truth, later.answers(output, aim)) for one, output in fitted}


def methods_of(output: Output) -> list[str]:
    """The methods that an output asks."""
    return list(dict.fromkeys(name.partition(PART)[0] for name in output.weights))


def _allowed(output: Output, used: set[str], config: ValueConfig) -> bool:
    asked = methods_of(output)
    return len(asked) <= config.most_methods and len(used | set(asked)) <= config.most_in_all


def worse(metric: str, value: float | None) -> float:
    """A number that is the larger the worse the measure is; one that is not defined is worst."""
    if value is None:
        return float("inf")
    if metric == "ratio":
        return float(abs(np.log(max(value, 1e-12))))
    return -value if metric in RISING else value


def _output(fitted: Sequence[tuple[Recipe, Output]], name: str) -> Output:
    return next(output for one, output in fitted if one.name == name)


def as_json(chosen: Mapping[Aim, Chosen]) -> dict[str, Any]:
    """The chosen outputs as plain values: recipe, measure, weights, level, and the table of all recipes."""
    return {
        aim: {
            "recipe": one.output.name,
            "chosen_for": one.metric,
            **one.output.to_json(),
            "recipes": one.table,
            "later": one.later,
        }
        for aim, one in chosen.items()
    }
