"""What sources share that put items into groups: a session is proposed what is popular in its items' groups."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import polars as pl

from candidates.algorithms.lists import Codes, codes_of, lists_of
from candidates.algorithms.votes import NeighbourRecall
from candidates.proposals import Answer
from candidates.source import check_type_weights
from data.checks import check_at_least, check_durations
from data.fixed import fixed, type_weight
from data.top import top_k
from data.visible import Visible


@dataclass(frozen=True)
class GroupPopularity:
    """Items by how much the session is in their group x their share of the group's recent events.

    That is the probability of an item if the visitor first picks a group, by the session's weights, and then one of
    the group's recent events at random: a large group does not crowd out a small one.

    Parameters
    ----------
    window
        How far back from the history's end events count.
    limit
        Items kept a group: further down they are noise.
    type_weights
        What a past event counts by its type.
    votes
        What the events of the running session count for their items' groups.
    """

    window: timedelta = timedelta(days=7)
    limit: int = 100
    type_weights: Mapping[str, float] = field(default_factory=lambda: {"clicks": 1.0, "carts": 6.0, "orders": 3.0})
    votes: NeighbourRecall = field(default_factory=NeighbourRecall)

    def __post_init__(self) -> None:
        check_durations(self, "window")
        check_at_least(self, 1, "limit")
        check_type_weights(self.type_weights)

    def weight(self, until: datetime) -> pl.Expr:
        """What an event before `until` counts (fixed-point): 0 before the window."""
        is_recent = pl.col("ts") >= until - self.window
        return pl.when(is_recent).then(fixed(type_weight(dict(self.type_weights)))).otherwise(0)

    def top(self, weights: pl.LazyFrame, groups: pl.LazyFrame) -> pl.LazyFrame:
        """The best items of every group.

        Parameters
        ----------
        weights
            item, weight (fixed-point sums of `weight`); an item stands once.
        groups
            item, group; an item stands once, items without a group are left out.

        Returns
        -------
        pl.LazyFrame
            group, item, rank u16, score f32: the item's share in the group's weight; sorted by (group, rank).
        """
        inside = weights.join(groups, on="item", validate="1:1").filter(pl.col("weight") > 0)
        share = pl.col("weight") / pl.col("weight").sum().over("group")
        return top_k(inside.with_columns(score=share), self.limit, by="group")

    def open(self, top: pl.LazyFrame, groups: Callable[[Visible], npt.NDArray[np.int64]]) -> Answer:
        """The best items of the groups that a session is in.

        Parameters
        ----------
        top
            The output of `top`.
        groups
            Gives each event's group, below 0 where its item has none.
        """
        # a session of groups whose neighbours are their items
        return self.votes.over(lists_of(top, "group", "item"), groups)


def groups_of(table: pl.LazyFrame) -> Codes:
    """The items' groups, from a table of item and group."""
    rows = table.select("item", "group").collect()
    return codes_of(rows["item"].to_numpy(), rows["group"].to_numpy())
