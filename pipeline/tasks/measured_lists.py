"""Lists by the measures that other tools report."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.popularity import TOP
from data.schema import TYPES
from data.tables import read_json, read_whole
from evaluation.list_measures import NAMES as MEASURES
from evaluation.list_measures import list_measures
from pipeline.store.task import Artifact
from pipeline.tasks.rivals import NAMES


@dataclass(frozen=True)
class MeasuredLists:
    """lists.json: order -> type -> measure, of the first 20 places (see `evaluation.list_measures.list_measures`).

    Parameters
    ----------
    places
        `Places`.
    plan
        Which model serves each objective: no model, no figure.
    """

    places: Artifact
    plan: Artifact

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        found = list_measures(read_whole(self.places.path / "places.parquet"), NAMES, TOP)
        models = read_json(self.plan.path / "plan.json")["models"]
        found["ranked"] |= {name: dict.fromkeys(MEASURES) for name in TYPES if models[name] is None}
        (into / "lists.json").write_text(json.dumps(found, indent=1) + "\n")
        return {"orders": len(found)}
