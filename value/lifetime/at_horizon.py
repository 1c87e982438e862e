"""What is said of one horizon: its outputs, who buys, its methods; or how it grows from a shorter one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from value.lifetime.rows import horizon_days
from value.lifetime.training_data import ByHorizon
from value.money.choosing import methods_of
from value.money.intervals import Intervals
from value.money.out_of_fold import PART
from value.money.output import Output
from value.money.recipes import AIMS

Floats = npt.NDArray[np.float64]
CHANCE, LOW, HIGH = "purchase_probability", "low", "high"
OUTPUTS = (CHANCE, *AIMS, LOW, HIGH)
"""What is said of a row at each horizon, as columns `<horizon>__<output>`."""


@dataclass(frozen=True)
class AtHorizon:
    """What is said of one horizon.

    Parameters
    ----------
    outputs
        By aim.
    chance
        The column that tells who buys; empty where all do or nobody does, as `always` says.
    always
        The chance of a purchase where it is the same for all.
    intervals
        Around `expected_value`.
    methods
        Fitted methods of this horizon alone, by name.
    whale
        The fitted classifier of whales; null without one.
    """

    outputs: Mapping[str, Output]
    chance: str
    always: float
    intervals: Intervals
    methods: Mapping[str, Any] = field(default_factory=dict)
    whale: Any = None


@dataclass(frozen=True)
class Extended:
    """A horizon that no taught row has lived through: said by a shorter one's answers.

    Parameters
    ----------
    base
        The longest horizon that was learnt.
    told
        The told answer whose ratio of the two horizons each row's promise grows by; empty for that of their days.
    """

    base: str
    told: str = ""

    def growth(self, name: str, told: ByHorizon, rows: int) -> Floats:
        """(rows,) by how much more is promised, 1 or more."""
        plain = horizon_days(name) / horizon_days(self.base)
        if not self.told:
            return np.full(rows, plain)
        short, long = told[self.base][self.told], told[name][self.told]
        growth = np.divide(long, short, out=np.full(rows, plain), where=short > 0)
        return np.asarray(np.maximum(growth, 1.0), np.float64)


def grown(output: str, said: Floats, growth: Floats) -> Floats:
    """An output of a longer horizon: money grows, and of several stretches alike one may bring something."""
    return 1 - (1 - said) ** growth if output == CHANCE else said * growth


def asked_columns(one: AtHorizon) -> list[str]:
    """The columns that a horizon's outputs and chances are made of."""
    columns = [name for output in one.outputs.values() for name in output.weights]
    return list(dict.fromkeys([*columns, *([one.chance] if one.chance else [])]))


def asked_methods(one: AtHorizon) -> list[str]:
    """The methods that make them, told answers among them."""
    named_ = [name for output in one.outputs.values() for name in methods_of(output)]
    return list(dict.fromkeys([*named_, *([one.chance.partition(PART)[0]] if one.chance else [])]))
