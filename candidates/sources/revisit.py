"""Items that the visitor has already touched in this session: what comes next is often one of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from candidates.algorithms.event_weights import EventWeights, longest
from candidates.algorithms.revisit_learning import Weights, learn_weights
from candidates.algorithms.vote_kernel import revisit
from candidates.proposals import Proposals, Recaller, as_member
from candidates.source import Fitted, History, Openable, check_type_weights
from data.checks import check_share
from data.visible import Visible


@dataclass(frozen=True)
class Revisit(Openable):
    """The session's own items, by recency and type.

    Parameters
    ----------
    name
        The prefix of its columns.
    decay
        An event's weight per event that came later.
    type_weights
        An event's weight by its type.
    waiting
        What an item counts more that was carted and not ordered afterwards: 1 nothing, 1,000 puts such items first.
        1 by default, as logs differ: what waits comes back as an order, but rarely as the next click. `learn` tells.
    """

    name: str = "revisit"
    needs: ClassVar[tuple[str, ...]] = ()
    decay: float = 0.85
    type_weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 1.0, "carts": 3.0, "orders": 1.0})
    waiting: float = 1.0

    def __post_init__(self) -> None:
        check_share(self, "decay")
        check_type_weights(self.type_weights)
        if not 0 < self.waiting < math.inf:
            raise ValueError(f"`waiting` must be a finite number above 0, got {self.waiting}.")

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Nothing to learn."""
        return Fitted(into)

    def learn(self, prefixes: pl.LazyFrame, labels: pl.LazyFrame) -> dict[str, Any]:
        """`decay`, `type_weights` and `waiting` that put the labels first (see `LearningSource.learn`)."""
        present = Weights(self.decay, dict(self.type_weights), self.waiting)
        return learn_weights(prefixes, labels, present)._asdict()

    def open(self, fitted: Fitted) -> Recaller:
        """The prefix's distinct items, best first (see `Source.open`)."""
        weights = EventWeights(self.decay, self.type_weights)

        def answer(visible: Visible, k: int) -> Proposals:
            table = weights.upto(longest(visible.starts))
            return Proposals(*revisit(visible.starts, visible.item, visible.type, table, float(self.waiting), k))

        return as_member(self.name, answer)
