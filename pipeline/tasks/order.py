"""How candidates are put in order: fusion's weights, and the first stage's model if there is one to learn."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from candidates.fusion import Fusion
from candidates.fusion_tuning import tune_fusion
from candidates.proposing import open_proposer
from candidates.source import Source
from data.visible import visible_of
from pipeline.tasks.learnt import TuningQueries
from pipeline.tasks.source import Fit
from ranker.candidate_order import save_order
from ranker.first_stage import FirstStage


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
        visible, truth = visible_of(prefixes.collect()), labels.collect()
        proposed = open_proposer(self.sources, fitted, self.per_source, Fusion({}))(visible)
        united = proposed.frame(visible.query).drop("fused__rank", "fused__score")
        fusion = tune_fusion(united, truth, proposed.members)
        trained = self.first_stage.learn(fusion(united.lazy()).collect(), truth) if self.first_stage else None
        save_order(fusion, trained, into)
        about: dict[str, Any] = {"queries": united["query"].n_unique(), **asdict(fusion)}
        return about | ({"first_stage": trained.about} if trained else {})
