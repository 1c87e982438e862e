"""Items that the visitor has already touched in this session: what comes next is often one of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import polars as pl

from candidates.source import Fitted, History, check_type_weights, prefix_weights
from data.fixed import as_float
from data.top import top_k


@dataclass(frozen=True)
class Revisit:
    """The session's own items, by recency and type.

    Parameters
    ----------
    name
        The prefix of its columns.
    decay
        An event's weight per event that came later.
    type_weights
        An event's weight by its type.
    """

    name: str = "revisit"
    needs: ClassVar[tuple[str, ...]] = ()
    decay: float = 0.85
    type_weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 1.0, "carts": 3.0, "orders": 1.0})

    def __post_init__(self) -> None:
        if not 0 < self.decay <= 1:
            raise ValueError(f"`decay` must lie above 0 and at most at 1, got {self.decay}.")
        check_type_weights(self.type_weights)

    def fit(self, history: History, fitted: Mapping[str, Fitted], into: Path) -> Fitted:
        """Nothing to learn."""
        return Fitted(into)

    def recall(self, prefixes: pl.LazyFrame, fitted: Fitted, k: int) -> dict[str, pl.LazyFrame]:
        """The prefix's distinct items, best first (see `Source.recall`)."""
        weights = prefix_weights(prefixes, 2**31, self.decay, dict(self.type_weights))
        scored = weights.select("query", "item", score=as_float(pl.col("weight")))
        return {self.name: top_k(scored, k)}
