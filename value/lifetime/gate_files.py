"""Gates as files that people read and edit: an output, a horizon, four numbers each."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.nearest import did_you_mean
from value.lifetime.config import GATED
from value.lifetime.gates import OPEN, Found, Gate

Gates = Mapping[str, Mapping[str, Gate]]
BUYER_GATE, WHALE_GATE = GATES = "buyer_gate.json", "whale_gate.json"
ABOUT = "about"  # what was found, which nothing reads


def write_gates(path: Path, found: Mapping[str, Mapping[str, Found]]) -> None:
    """Write gates by output and horizon, with what each was worth."""
    kept = {
        output: {horizon: asdict(one.gate) | {ABOUT: _about(one)} for horizon, one in by_horizon.items()}
        for output, by_horizon in found.items()
    }
    path.write_text(json.dumps(kept, indent=1) + "\n")


def read_gates(path: Path, horizons: tuple[str, ...]) -> Gates:
    """Read what `write_gates` wrote, or somebody has edited since; what is not named is `OPEN`.

    Raises
    ------
    AisleError
        If the file is no such thing: the line names the output, the horizon and the number.
    """
    try:
        kept = json.loads(path.read_text())
    except (OSError, ValueError) as error:
        raise AisleError(f"{path}: cannot be read as JSON ({error}); mend it, or remove it and learn again.") from None
    by_output = _named(path, kept, tuple(GATED), "an output with a gate")
    return {
        output: {
            horizon: _gate(path, f"{output}.{horizon}", one)
            for horizon, one in _named(path, by_horizon, horizons, f"a horizon of `{output}`").items()
        }
        for output, by_horizon in by_output.items()
    }


def gate_of(gates: Gates, output: str, horizon: str) -> Gate:
    """The gate of an output at a horizon."""
    return gates.get(output, {}).get(horizon, OPEN)


def _about(one: Found) -> dict[str, float]:
    return {"before": one.before, "after": one.after, "zero_rate": one.zero_rate}


def _named(path: Path, values: Any, allowed: tuple[str, ...], what: str) -> dict[str, Any]:
    if not isinstance(values, dict):
        raise AisleError(f"{path}: {what} must be named by one of {', '.join(allowed)}, got {values!r}.")
    for name in values:
        if name not in allowed:
            near = did_you_mean(name, allowed) or "."
            raise AisleError(f"{path}: {what} must be one of {', '.join(allowed)}, got {name!r}{near}")
    return values


def _gate(path: Path, name: str, values: Any) -> Gate:
    allowed = tuple(field.name for field in fields(Gate))
    numbers = dict(_named(path, values, (*allowed, ABOUT), f"a number of `{name}`"))
    numbers.pop(ABOUT, None)
    for key, value in numbers.items():
        missing = value is None and key == "cap"
        if not missing and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise AisleError(f"{path}: `{name}.{key}` must be a number, got {value!r}.")
    try:
        return Gate(**numbers)
    except ValueError as error:
        raise AisleError(f"{path}: `{name}`: {error}") from None
