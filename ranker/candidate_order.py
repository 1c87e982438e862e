"""How candidates are put in order, as files: fusion's weights, and the first stage's model where one was learnt."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from candidates.fusion import Fusion
from candidates.proposing import Proposer, open_proposer
from candidates.source import Fitted, Source
from data.candidates import Candidates
from data.sound import opening
from data.visible import Visible
from ranker.first_stage import Reordering
from ranker.lambdarank import Trained
from ranker.model_files import load_scorer, save_trained


def save_order(fusion: Fusion, trained: Trained | None, into: Path) -> None:
    """Write fusion.json and, if there is one, the first stage's model."""
    (into / "fusion.json").write_text(json.dumps(asdict(fusion), indent=1) + "\n")
    if trained:
        save_trained(trained, into)


def load_fusion(folder: Path) -> Fusion:
    """The fusion of an order."""
    with opening(folder / "fusion.json"):
        return Fusion(**json.loads((folder / "fusion.json").read_text()))


@dataclass(frozen=True)
class OrderedProposer:
    """Sources and the order of what they propose, in memory; asked for one session or for many.

    Parameters
    ----------
    proposer
        The sources, and fusion.
    first_stage
        What puts that order right; null where none was learnt.
    """

    proposer: Proposer
    first_stage: Reordering | None

    def __call__(self, visible: Visible) -> Candidates:
        """CANDIDATES of these sessions, all of them, in order."""
        fused = self.proposer(visible)
        return self.first_stage(fused) if self.first_stage else fused


def open_ordered(
    order: Path, sources: Sequence[Source], fitted: Mapping[str, Fitted], per_source: int, threads: int
) -> OrderedProposer:
    """The sources and their order, in memory: proposes for one session or many.

    Parameters
    ----------
    order
        What `save_order` wrote.
    sources, fitted
        Who proposes, and each one's files.
    per_source
        Proposals a query and member at most.
    threads
        Of scoring; the order does not depend on it.
    """
    proposer = open_proposer(sources, fitted, per_source, load_fusion(order))
    learnt = (order / "model.txt").is_file()
    return OrderedProposer(proposer, Reordering(load_scorer(order), threads) if learnt else None)
