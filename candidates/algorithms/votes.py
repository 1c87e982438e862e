"""What all neighbour sources share: a table of neighbours, and how it answers a running session."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.algorithms.event_weights import EventWeights, longest
from candidates.algorithms.lists import Lists, lists_of
from candidates.algorithms.vote_kernel import vote
from candidates.proposals import Answer, Proposals
from candidates.source import check_type_weights
from data.checks import check_at_least, check_share
from data.schema import TYPES
from data.top import top_k
from data.visible import Visible


def best_neighbours(pairs: pl.LazyFrame, most: int) -> pl.LazyFrame:
    """NEIGHBOURS: the `most` best neighbours of each item, ties by neighbour.

    Parameters
    ----------
    pairs
        item, neighbour, score; a pair stands once.
    most
        Neighbours an item.
    """
    scored = pairs.select(key="item", item="neighbour", score="score")
    return top_k(scored, most, by="key").select(item="key", neighbour="item", rank="rank", score="score")


@dataclass(frozen=True)
class NeighbourRecall:
    """How a neighbour table answers a running session.

    Parameters
    ----------
    last
        The latest events of the prefix that vote.
    decay
        A vote's weight per event that came later.
    type_weights
        A vote's weight by the event's type.
    """

    last: int = 10
    decay: float = 0.8
    type_weights: Mapping[str, float] | None = None

    def __post_init__(self) -> None:
        check_at_least(self, 1, "last")
        check_share(self, "decay")
        check_type_weights(self.type_weights or {})

    def open(self, neighbours: pl.LazyFrame) -> Answer:
        """The items with most votes: sum over the prefix of weight x neighbour score.

        Parameters
        ----------
        neighbours
            NEIGHBOURS.
        """
        return self.over(lists_of(neighbours, "item", "neighbour"), lambda visible: visible.item)

    def over(self, lists: Lists, keys: Callable[[Visible], npt.NDArray[np.int64]]) -> Answer:
        """The same with lists by another code than the item's; `keys` gives the events' codes, below 0 for none."""
        weights = EventWeights(self.decay, dict.fromkeys(TYPES, 1.0) | dict(self.type_weights or {}))

        def answer(visible: Visible, k: int) -> Proposals:
            table = weights.upto(min(self.last, longest(visible.starts)))
            return Proposals(*vote(visible.starts, keys(visible), visible.type, table, self.last, *lists, k))

        return answer
