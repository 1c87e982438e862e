"""How candidates are put in order: fusion's weights, and the first stage's model if there is one to learn."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from candidates.fusion import Fusion
from candidates.fusion_tuning import tune_fusion
from candidates.proposing import propose
from candidates.source import Source
from candidates.union import members_of
from pipeline.tasks.learnt import TuningQueries
from pipeline.tasks.source import Fit
from ranker.first_stage import FirstStage
from ranker.model_files import save_trained


@dataclass(frozen=True)
class CandidateOrder:
    """fusion.json and, with a first stage that has found something to learn, its model.

    Parameters
    ----------
    queries
        What it is found on.
    sources, fits
        Who proposes, and what they have learnt of the valid fold's history.
    per_source
        Proposals a query and member at most.
    first_stage
        The model over the sources' votes; null for fusion alone.
    """

    queries: TuningQueries
    sources: tuple[Source, ...]
    fits: Mapping[str, Fit]
    per_source: int
    first_stage: FirstStage | None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        prefixes, labels = self.queries.read()
        fitted = {name: fit.fitted for name, fit in self.fits.items()}
        united, truth = propose(prefixes, self.sources, fitted, self.per_source).collect(), labels.collect()
        fusion = tune_fusion(united, truth, members_of(united))
        (into / "fusion.json").write_text(json.dumps(asdict(fusion), indent=1) + "\n")
        about: dict[str, Any] = {"queries": united["query"].n_unique(), **asdict(fusion)}
        trained = self.first_stage.learn(fusion(united.lazy()).collect(), truth) if self.first_stage else None
        if trained:
            save_trained(trained, into)
            about["first_stage"] = trained.about
        return about


def read_fusion(folder: Path) -> Fusion:
    """The fusion of an order."""
    return Fusion(**json.loads((folder / "fusion.json").read_text()))
