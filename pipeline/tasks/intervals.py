"""How sure the headline figures are."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.schema import TYPES
from data.tables import read_json, read_whole, scan
from evaluation.intervals import Told, with_intervals
from pipeline.store.task import Artifact
from pipeline.tasks.rivals import NAMES


@dataclass(frozen=True)
class Intervals:
    """intervals.json: `evaluation.intervals.with_intervals` of every order of metrics.json.

    Parameters
    ----------
    places, fold
        `Places`, and the scored fold.
    plan
        Which model serves each objective: without a model there is no figure.
    resamples, seed
        Of the bootstrap.
    """

    places: Artifact
    fold: Artifact
    plan: Artifact
    resamples: int
    seed: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        placed, sessions = read_whole(self.places.path / "places.parquet"), sessions_of(self.fold.path)
        found = with_intervals(placed, sessions, NAMES, resamples=self.resamples, seed=self.seed)
        for measured in (found["measures"][NAMES[0]], *found["differences"].values()):
            silence(measured, self.plan.path)
        (into / "intervals.json").write_text(json.dumps(found, indent=1) + "\n")
        return {"sessions": found["sessions"]}


def sessions_of(fold: Path) -> Any:  # noqa: ANN401 - a frame
    """frame(query, session) of a fold."""
    return scan(fold / "queries").select("query", "session").collect()


def silence(measured: Told, plan: Path) -> None:
    """No model, no figure: null and not 0."""
    models = read_json(plan / "plan.json")["models"]
    lacking = {name for name in TYPES if models[name] is None}
    if "clicks" in lacking:
        lacking.add("MRR")
    if lacking:
        lacking.add("total")
    for name in lacking:
        measured[name] = dict.fromkeys(measured[name])
