"""What is asked of a describer, and what its kernels share: opened tables, and what is worked out once a question."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from data.candidates import Candidates
from data.visible import Visible
from features.kernels.keys import RowKeys, keys_of_rows, visited_goods
from features.kernels.visited import Latest, latest_items
from features.opened.goods import Goods
from features.opened.neighbours import Neighbours
from features.opened.vectors import Vectors

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Opened:
    """The tables that kernels read beside a question.

    Parameters
    ----------
    goods
        ITEMS' categories, brands and prices.
    neighbours, vectors
        The sources' pair tables; without a row where no group reads them.
    """

    goods: Goods
    neighbours: Neighbours
    vectors: Vectors


@dataclass(frozen=True)
class Question:
    """Some sessions and their candidates.

    Parameters
    ----------
    visible
        What the sessions show.
    candidates
        What is proposed to them.
    opened
        The opened tables.
    columns, values
        What is described, f32 (columns, candidates): a group of rows is given those of the groups before it, which are
        filled.
    """

    visible: Visible
    candidates: Candidates
    opened: Opened
    columns: tuple[str, ...]
    values: Floats32

    @cached_property
    def keys(self) -> RowKeys:
        """The keys of every candidate's row."""
        seen, asked, goods = self.visible, self.candidates, self.opened.goods
        return RowKeys(*keys_of_rows(asked.starts, asked.item, seen.user, seen.start_ms, seen.cut_ms, goods.category))

    @cached_property
    def visited_goods(self) -> tuple[Floats, Ints, Ints]:
        """Price, category and brand of every visible event's item; NaN and -1 where unknown."""
        seen = self.visible
        return visited_goods(seen.item, seen.price, seen.category, *self.opened.goods)  # type: ignore[no-any-return]

    @cached_property
    def latest(self) -> Latest:
        """Every session's latest items."""
        return latest_items(self.visible)


Kernel = Callable[[Question, Floats32], None]
"""Fills a group's features, f32 (features, queries) or (features, candidates) as its scope says, NaN for null."""
