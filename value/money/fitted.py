"""A learnt value model: what it says of rows, and the folder that it is kept in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.tables import read_whole
from learning.columns import Columns
from value.money.choosing import methods_of
from value.money.frame import FILE, Frame
from value.money.intervals import Intervals
from value.money.model_files import load_method, save_method
from value.money.out_of_fold import PART, columns_of_method
from value.money.output import Output
from value.money.recipes import AIMS

Floats = npt.NDArray[np.float64]
COLUMNS = ("purchase_probability", *AIMS, "low", "high")
BUYER = "hurdle"  # the method that tells who buys
PIECE = 100_000  # rows scored at a time, so that memory does not grow with their number


@dataclass(frozen=True)
class ValueModel:
    """What was learnt.

    Parameters
    ----------
    frame
        How features become a matrix.
    methods
        Fitted methods by name: those that the outputs ask.
    outputs
        The three outputs.
    intervals
        Around `expected_value`.
    purchase
        The probability of a purchase if it is the same for all rows, such as 1 where everyone buys.
    rising
        Whether the final value never lies below the value so far.
    report
        The tables out of fold and what was chosen, as plain values.
    """

    frame: Frame
    methods: Mapping[str, Any]
    outputs: Mapping[str, Output]
    intervals: Intervals
    purchase: float | None
    rising: bool
    report: Mapping[str, Any]

    def predict(self, features: pl.DataFrame, so_far: Floats | None = None, *, methods: bool = False) -> pl.DataFrame:
        """Score rows.

        Parameters
        ----------
        features
            The columns that were learnt from, and any others.
        so_far
            (rows,) the value at the cut, if it was learnt from.
        methods
            Whether to add each method's answers as `method__<name>`.

        Returns
        -------
        pl.DataFrame
            purchase_probability, expected_value, rmsle_value, mae_value, low, high: f64, in the rows' order.
        """
        pieces = [
            self._piece(features.slice(at, PIECE), None if so_far is None else so_far[at : at + PIECE], methods)
            for at in range(0, max(features.height, 1), PIECE)
        ]
        return pl.concat(pieces)

    def save(self, folder: Path) -> None:
        """Write model.json, the columns' names and types, and a file a method."""
        folder.mkdir(parents=True, exist_ok=True)
        self.frame.save(folder)
        kept = {
            "kinds": None if self.frame.columns is None else dict(self.frame.columns.kinds),
            "anchored": self.frame.anchored,
            "methods": list(self.methods),
            "outputs": {aim: output.to_json() for aim, output in self.outputs.items()},
            "intervals": self.intervals.to_json(),
            "purchase": self.purchase,
            "rising": self.rising,
            "report": self.report,
        }
        (folder / "model.json").write_text(json.dumps(kept, indent=1) + "\n")
        for name, fitted in self.methods.items():
            save_method(fitted, folder / f"{name}.skops")

    @classmethod
    def load(cls, folder: Path) -> "ValueModel":
        """Read what `save` wrote."""
        kept = json.loads((folder / "model.json").read_text())
        kinds = kept["kinds"]
        frame = Frame(read_whole(folder / FILE), None if kinds is None else Columns(kinds), kept["anchored"])
        return cls(
            frame,
            {name: load_method(folder / f"{name}.skops") for name in kept["methods"]},
            {aim: Output.from_json(values) for aim, values in kept["outputs"].items()},
            Intervals.from_json(kept["intervals"]),
            kept["purchase"],
            kept["rising"],
            kept["report"],
        )

    def _piece(self, features: pl.DataFrame, so_far: Floats | None, methods: bool) -> pl.DataFrame:
        matrix = self.frame(features, so_far)
        columns: dict[str, Floats] = {}
        for name, fitted in self.methods.items():
            columns |= columns_of_method(name, fitted, matrix)
        columns = columns or {"": np.zeros(features.height)}
        made = {aim: output(columns) for aim, output in self.outputs.items()}
        least = so_far if self.rising else None
        if least is not None:
            made = {aim: np.maximum(said, least) for aim, said in made.items()}
        low, high = self.intervals(made["expected_value"], least)
        p = columns[f"{BUYER}{PART}p"] if self.purchase is None else np.full(features.height, self.purchase)
        extra = {f"method__{name}": said for name, said in columns.items() if name and methods}
        return pl.DataFrame({"purchase_probability": p, **made, "low": low, "high": high, **extra})


def asked_methods(outputs: Mapping[Any, Output], purchase: float | None) -> list[str]:
    """The methods that must be fitted to give the outputs and the probability of a purchase."""
    named = [name for output in outputs.values() for name in methods_of(output)]
    return list(dict.fromkeys([*named, *([BUYER] if purchase is None else [])]))
