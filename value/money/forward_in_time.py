"""What methods say of later rows when they have learnt from earlier ones: how outputs stand the passing of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from evaluation.value import value_metrics
from value.money.folds import Fold
from value.money.output import Output
from value.money.recipes import Aim, levelled

Floats = npt.NDArray[np.float64]
Metrics = dict[str, float | None]


@dataclass(frozen=True)
class ForwardAnswers:
    """Rows that were judged by methods of their past.

    Parameters
    ----------
    columns
        The methods' answers, (rows,) each.
    truth
        (rows,).
    stretches
        The rows of each stretch of time, as positions.
    """

    columns: Mapping[str, Floats]
    truth: Floats
    stretches: tuple[npt.NDArray[np.int64], ...]

    def level(self, output: Output, aim: Aim) -> Output:
        """The output at the level of all these rows."""
        return levelled(output, aim, self.columns, self.truth)

    def answers(self, output: Output, aim: Aim) -> Floats:
        """What the output says of each stretch at the level of the others; as it is where there is one alone."""
        found = np.empty(len(self.truth))
        for one in self.stretches:
            rest = np.setdiff1d(np.arange(len(self.truth)), one)
            at = levelled(output, aim, _rows(self.columns, rest), self.truth[rest]) if len(rest) else output
            found[one] = at(_rows(self.columns, one))
        return found

    def about(self, outputs: Mapping[Aim, Output]) -> dict[str, Any]:
        """The measures of outputs before their level is found here: of all rows, and of each stretch."""
        said = {aim: output(self.columns) for aim, output in outputs.items()}
        return {
            "rows": len(self.truth),
            "before_levels": {aim: value_metrics(self.truth, one) for aim, one in said.items()},
            "by_fold": [
                {aim: value_metrics(self.truth[part], one[part]) for aim, one in said.items()}
                for part in self.stretches
            ],
        }


def forward_answers(columns: Mapping[str, Floats], truth: Floats, folds: Sequence[Fold]) -> ForwardAnswers:
    """From columns that hold an answer for every judged row of folds in time."""
    judged = np.concatenate([outside for _, outside in folds])
    ends = np.cumsum([len(outside) for _, outside in folds])
    return ForwardAnswers(_rows(columns, judged), truth[judged], tuple(np.split(np.arange(len(judged)), ends[:-1])))


def _rows(columns: Mapping[str, Floats], where: npt.NDArray[np.int64]) -> dict[str, Floats]:
    return {name: said[where] for name, said in columns.items()}
