"""A lifetime model of a log's customers as it is kept for later: where it lies, and how a log is read and described."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from data.aside import ASIDE
from data.tables import read_whole
from pipeline.store.task import Artifact
from pipeline.tasks.lifetime import MODEL
from pipeline.tasks.stored_lifetimes import KIND, OF_CUSTOMERS, STORED
from value.money.frame import FILE


@dataclass(frozen=True)
class StoredCustomers:
    """ltv.json: the model's path, relative to where it is published, its content, and all that a question needs.

    Parameters
    ----------
    model
        `LearntLifetimes` of the latest scored origin.
    origin
        That origin.
    groups
        The feature groups that describe customers, by name, in their order.
    settings
        How a log is read and customers are described: a tree of the configuration's settings, as plain values.
    output
        Where it is published.
    """

    model: Artifact
    origin: datetime
    groups: tuple[str, ...]
    settings: Mapping[str, Any]
    output: Path = field(metadata=ASIDE)

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write it."""
        features = read_whole(self.model.path / MODEL / FILE).columns
        kept = {
            KIND: OF_CUSTOMERS,
            "parts": {"model": os.path.relpath(self.model.path, self.output)},
            "contents": {"model": self.model.content},
            "origin": self.origin.isoformat(),
            "groups": list(self.groups),
            "features": features,
            "settings": self.settings,
        }
        (into / STORED).write_text(json.dumps(kept, indent=1) + "\n")
        return {"parts": 1, "features": len(features)}
