"""What each feature is worth to each objective."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.tables import scan
from pipeline.store.task import Artifact
from ranker.explain import Importances, explain_model
from ranker.model_files import load_scorer


@dataclass(frozen=True)
class Explanations:
    """explanations.json: per objective what `ranker.explain.explain_model` measures, and the model's name."""

    rows: Artifact
    models: Mapping[str, Artifact]
    importances: Importances
    threads: int

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        table = scan(self.rows.path / "rows")
        told = {
            objective: {
                "model": model.path.name,
                "measured": explain_model(load_scorer(model.path), table, objective, self.importances, self.threads),
            }
            for objective, model in self.models.items()
        }
        (into / "explanations.json").write_text(json.dumps(told, indent=1) + "\n")
        return {"objectives": len(told)}
