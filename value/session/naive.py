"""What anyone would say of a session's value without a model: the rivals that stand first in every table."""

from dataclasses import asdict, dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

Floats = npt.NDArray[np.float64]
USER_MEAN = "user_worth__mean_value"


@dataclass(frozen=True)
class Naive:
    """Naive answers, as far as they are learnt.

    Parameters
    ----------
    ratio
        Sum of training targets over sum of values so far; null where no session had one.
    taken_ratio
        The same over the price of what was carted or ordered; null where that is the value so far.
    usual
        The mean training target: what is said of a user without earlier sessions.
    """

    ratio: float | None
    taken_ratio: float | None
    usual: float

    def __call__(self, table: pl.DataFrame) -> dict[str, Floats]:
        """Every naive answer by its name, each a value a row.

        Parameters
        ----------
        table
            Rows with `so_far`, `taken_so_far` (nulls if values of events are not known) and the user's mean.
        """
        answers = {"all_zeros": np.zeros(table.height)}
        for name, column, ratio in (
            ("value_so_far", "so_far", self.ratio),
            ("taken_so_far", "taken_so_far", self.taken_ratio),
        ):
            if ratio is not None:
                answers[name] = ratio * table[column].fill_null(0.0).to_numpy()
        answers["user_mean"] = table[USER_MEAN].cast(pl.Float64).fill_null(self.usual).to_numpy()
        return answers

    def to_json(self) -> dict[str, float | None]:
        """Plain values."""
        return asdict(self)


def learn_naive(table: pl.DataFrame) -> Naive:
    """Ratios and the mean of training rows with `target`, `so_far` and `taken_so_far`."""
    target = float(table["target"].to_numpy().sum())
    so_far, taken = (float(table[name].fill_null(0.0).to_numpy().sum()) for name in ("so_far", "taken_so_far"))
    differ = not np.allclose(table["so_far"].fill_null(0.0), table["taken_so_far"].fill_null(0.0))
    return Naive(
        ratio=target / so_far if so_far else None,
        taken_ratio=target / taken if taken and differ else None,
        usual=target / max(table.height, 1),
    )
