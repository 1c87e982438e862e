"""A table's lifetime model as it is kept for later: where it lies, and how rows are laid out that it is asked."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from data.aside import ASIDE
from data.labelled.config import Labelled
from data.labelled.roles import Declared
from pipeline.store.task import Artifact

STORED = "ltv.json"
KIND, OF_TABLE, OF_CUSTOMERS = "kind", "table", "customers"
"""What a stored model is of, as its file says."""
PARTS = ("described", "model", "index")


@dataclass(frozen=True)
class StoredLifetimes:
    """ltv.json: paths, relative to where it is published, contents and settings.

    Parameters
    ----------
    described, model, index
        `DescribedRows`, `LearntLifetimes`, and the `LabelledIndex` of the rows that were learnt from.
    table
        How rows are laid out.
    declared
        Which columns may be features.
    segments
        Columns by which measures are told apart.
    submitted
        Output and horizon of a submission.
    output
        Where it is published.
    """

    described: Artifact
    model: Artifact
    index: Artifact
    table: Labelled
    declared: Declared
    segments: tuple[str, ...]
    submitted: tuple[str, str]
    output: Path = field(metadata=ASIDE)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        made: Mapping[str, Artifact] = {name: getattr(self, name) for name in PARTS}
        kept = {
            KIND: OF_TABLE,
            "parts": {name: os.path.relpath(one.path, self.output) for name, one in made.items()},
            "contents": {name: one.content for name, one in made.items()},
            "table": asdict(self.table),
            "declared": asdict(self.declared),
            "segments": list(self.segments),
            "submitted": list(self.submitted),
        }
        (into / STORED).write_text(json.dumps(kept, indent=1) + "\n")
        return {"parts": len(made)}
