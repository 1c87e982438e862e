"""What is to be predicted, as numbers: a number itself, or whether a row is of a class."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from data.errors import AisleError
from data.shortened import sample
from tabular.classified_rows import MOST_CLASSES

Floats = npt.NDArray[np.float64]
SHOWN_CLASSES = 6


@dataclass(frozen=True)
class Target:
    """A table's target.

    Parameters
    ----------
    kind
        `number`, `two` classes, or `classes`.
    name
        The column.
    codes
        A number a row: the value, or the class's number in the classes' order.
    means
        What is averaged over rows, by its name: the value; the later of two classes; each of the commonest classes.
    """

    kind: Literal["number", "two", "classes"]
    name: str
    codes: Floats
    means: dict[str, Floats]

    @property
    def orders(self) -> bool:
        """Whether rows have an order by it."""
        return self.kind != "classes"


def target_of(values: pl.Series, path: str) -> Target:
    """The target of rows that have one.

    Parameters
    ----------
    values
        The column, tidied, without nulls.
    path
        The table's file, for messages.

    Raises
    ------
    AisleError
        If it is the same everywhere, or has too many classes.
    """
    name, levels = values.name, values.unique().sort()
    if len(levels) < 2:
        raise AisleError(
            f"{path}: column `{sample(name)}` has {len(levels)} different values in {len(values)} rows; set `target` "
            "to a column with two or more."
        )
    if values.dtype.is_numeric() and len(levels) > 2:
        codes = values.cast(pl.Float64).to_numpy()
        return Target("number", name, codes, {name: codes})
    if len(levels) > MOST_CLASSES:
        raise AisleError(
            f"{path}: column `{sample(name)}` has {len(levels)} different values, and is no number; set `target` to a "
            f"number or a column with {MOST_CLASSES} classes at most."
        )
    found = pl.DataFrame({"level": levels, "code": np.arange(len(levels), dtype=np.float64)})
    codes = values.to_frame("level").join(found, on="level", how="left", maintain_order="left")["code"].to_numpy()
    if len(levels) == 2:
        return Target("two", name, codes, {_called(name, levels[1]): codes})
    common = np.argsort(-np.bincount(codes.astype(np.int64)), kind="stable")[:SHOWN_CLASSES]
    return Target("classes", name, codes, {_called(name, levels[int(c)]): (codes == c).astype(float) for c in common})


def _called(name: str, level: object) -> str:
    return f"{sample(name)} = {sample(level)}"
