"""A learnt lifetime model: what it says of rows, and the folder that it is kept in."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from data.sound import opening
from data.tables import read_json, read_whole
from value.lifetime.at_horizon import CHANCE, HIGH, LOW, OUTPUTS, AtHorizon, Extended, asked_columns, grown
from value.lifetime.gate_files import BUYER_GATE, WHALE_GATE, Gates, gate_of, read_gates
from value.lifetime.meta_stack import MetaStack
from value.lifetime.ordered import Ordered
from value.lifetime.training_data import ByHorizon, Columns, named, raised, seasoned
from value.money.frame import FILE, Frame
from value.money.intervals import Intervals
from value.money.model_files import load_method, save_method
from value.money.out_of_fold import PART, columns_of_method
from value.money.output import Output

Floats = npt.NDArray[np.float64]
MADE_OF = (MetaStack, Ordered)
"""What methods of all horizons are made of, beside `value.money.model_files.MADE_OF`."""
PIECE = 50_000  # rows scored at a time, so that memory does not grow with their number


@dataclass(frozen=True)
class LifetimeModel:
    """What was learnt.

    Parameters
    ----------
    frame
        How features become a matrix.
    anchor
        The told answer that stands before the features; empty for none.
    horizons
        By name, shortest first.
    joint
        Fitted methods of all horizons, by name.
    buyer_gates, whale_gates
        By output and horizon.
    report
        The tables out of fold and what was chosen, as plain values.
    extended
        Longer horizons than those, by name, shortest first.
    """

    frame: Frame
    anchor: str
    horizons: Mapping[str, AtHorizon]
    joint: Mapping[str, Any]
    buyer_gates: Gates
    whale_gates: Gates
    report: Mapping[str, Any]
    extended: Mapping[str, Extended] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        """All horizons that are told of, shortest first."""
        return (*self.horizons, *self.extended)

    @property
    def told(self) -> dict[str, set[str]]:
        """By horizon, the told answers that scoring needs."""
        fitted = {name: {*one.methods, *self.joint} for name, one in self.horizons.items()}
        first = {self.anchor} if self.anchor else set()
        needed = {
            name: first | {column for column in asked_columns(one) if column.partition(PART)[0] not in fitted[name]}
            for name, one in self.horizons.items()
        }
        for name, one in self.extended.items():
            needed[name] = {one.told} - {""}
            needed[one.base] |= needed[name]
        return needed

    def predict(
        self,
        features: pl.DataFrame,
        told: Mapping[str, Mapping[str, Floats]] | None = None,
        level: Mapping[str, Floats] | None = None,
        *,
        methods: bool = False,
    ) -> pl.DataFrame:
        """Score rows.

        Parameters
        ----------
        features
            The columns that were learnt from, and any others.
        told
            By horizon, by name: (rows,) the answers of models outside that were learnt with.
        level
            By horizon: (rows,) the season's level, if it was learnt with.
        methods
            Whether to add the answers of each method as `<horizon>__method__<name>`.

        Returns
        -------
        pl.DataFrame
            `<horizon>__<output>` for all `OUTPUTS`, f64, in the rows' order. No output falls with the horizon.

        Raises
        ------
        ValueError
            If a told answer or a column lacks that was learnt with.
        """
        told, level = told or {}, level or {}
        for name, needed in self.told.items():
            if lacking := sorted(needed - set(told.get(name, {}))):
                raise ValueError(f"`told` must have `{lacking[0]}` at {name}, as it was learnt with, got none.")
        pieces = [
            self._piece(
                features.slice(at, PIECE),
                {h: {name: said[at : at + PIECE] for name, said in some.items()} for h, some in told.items()},
                {h: values[at : at + PIECE] for h, values in level.items()},
                methods,
            )
            for at in range(0, max(features.height, 1), PIECE)
        ]
        return pl.concat(pieces)

    def _piece(self, features: pl.DataFrame, told: ByHorizon, level: Columns, methods: bool) -> pl.DataFrame:
        columns, whales = self._columns(features, told, level)
        before: dict[str, Floats] = {}
        made: dict[str, Floats] = {}
        for name, one in self.horizons.items():
            some = columns[name] or {"": np.zeros(features.height)}
            p = some[one.chance] if one.chance else np.full(features.height, one.always)
            said = {CHANCE: p}
            for aim, output in one.outputs.items():
                gated = gate_of(self.buyer_gates, aim, name)(output(some), p)
                said[aim] = gate_of(self.whale_gates, aim, name)(gated, whales.get(name, np.zeros(features.height)))
            said[LOW], said[HIGH] = one.intervals(said["expected_value"])
            said = {out: np.maximum(values, before.get(out, 0.0)) for out, values in said.items()}
            before = said
            made |= {f"{name}{PART}{out}": said[out] for out in OUTPUTS}
            if methods:
                made |= {f"{name}{PART}method{PART}{column}": values for column, values in columns[name].items()}
        for name, longer in self.extended.items():
            growth = longer.growth(name, told, features.height)
            made |= {f"{name}{PART}{out}": grown(out, made[f"{longer.base}{PART}{out}"], growth) for out in OUTPUTS}
        return pl.DataFrame(made)

    def _columns(self, features: pl.DataFrame, told: ByHorizon, level: Columns) -> tuple[ByHorizon, Columns]:
        """Each horizon's columns, and the chances of a whale."""
        names = list(self.horizons)
        start = {h: told[h][self.anchor] / level.get(h, 1.0) for h in names} if self.anchor else {}
        matrix = self.frame(features, start.get(names[0]))
        columns: ByHorizon = {name: {} for name in names}
        whales: Columns = {}
        for name, one in self.horizons.items():
            if self.anchor:
                matrix[:, 0] = start[name]
            for method, fitted in one.methods.items():
                columns[name] |= columns_of_method(method, fitted, matrix)
            if one.whale is not None:
                whales[name] = one.whale.predict(matrix)
        for method, fitted in self.joint.items():
            if self.anchor:
                matrix[:, 0] = start[names[0]]
            for name, said in zip(names, fitted.outputs(matrix), strict=True):
                columns[name] |= named(method, said)
        for name, some in columns.items():
            if name in level:
                some.update(seasoned(some, level[name]))
            some.update({c: np.asarray(v, np.float64) for c, v in told.get(name, {}).items()})
        return raised(columns), whales

    def save(self, folder: Path) -> None:
        """Write lifetime.json, the columns' names and types, and a file a method. Gates are written where found."""
        folder.mkdir(parents=True, exist_ok=True)
        self.frame.save(folder)
        kept = {
            "anchor": self.anchor,
            "joint": list(self.joint),
            "horizons": {
                name: {
                    "outputs": {aim: output.to_json() for aim, output in one.outputs.items()},
                    "chance": one.chance,
                    "always": one.always,
                    "intervals": one.intervals.to_json(),
                    "methods": list(one.methods),
                    "whale": one.whale is not None,
                }
                for name, one in self.horizons.items()
            },
            "extended": {name: asdict(one) for name, one in self.extended.items()},
            "report": self.report,
        }
        (folder / "lifetime.json").write_text(json.dumps(kept, indent=1) + "\n")
        for method, fitted in self.joint.items():
            save_method(fitted, folder / f"{method}.skops")
        for name, one in self.horizons.items():
            for method, fitted in one.methods.items():
                save_method(fitted, folder / f"{name}.{method}.skops")
            if one.whale is not None:
                save_method(one.whale, folder / f"{name}.whale.skops")

    @classmethod
    def load(cls, folder: Path, gates: Path | None = None) -> "LifetimeModel":
        """Read what `save` wrote.

        Parameters
        ----------
        folder
            The model's.
        gates
            The folder of the gates' files, which may have been edited; the model's own if null.

        Raises
        ------
        AisleError
            If a file is damaged, or a gate is none.
        """
        with opening(folder):
            kept = read_json(folder / "lifetime.json")
            horizons = {name: _horizon(folder, name, one) for name, one in kept["horizons"].items()}
            frame = Frame(read_whole(folder / FILE), None, bool(kept["anchor"]))
            extended = {name: Extended(**one) for name, one in kept["extended"].items()}
            joint = {method: load_method(folder / f"{method}.skops", MADE_OF) for method in kept["joint"]}
        where, names = gates or folder, (*horizons, *extended)
        buyer, whale = read_gates(where / BUYER_GATE, names), read_gates(where / WHALE_GATE, names)
        return cls(frame, kept["anchor"], horizons, joint, buyer, whale, kept["report"], extended)


def _horizon(folder: Path, name: str, kept: Mapping[str, Any]) -> AtHorizon:
    return AtHorizon(
        {aim: Output.from_json(values) for aim, values in kept["outputs"].items()},
        kept["chance"],
        kept["always"],
        Intervals.from_json(kept["intervals"]),
        {method: load_method(folder / f"{name}.{method}.skops") for method in kept["methods"]},
        load_method(folder / f"{name}.whale.skops") if kept["whale"] else None,
    )
