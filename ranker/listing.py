"""From scored candidates to lists: what may not be proposed is left out, then the best are taken and filled up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from data.barred import RULES, Barred, Bought, bar_bought
from data.candidates import Candidates
from data.rules.opened import OpenRules
from data.visible import Visible
from ranker.ruled import Ruling, Unwanted
from ranker.top import TopLists, top_lists

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Listed(NamedTuple):
    """Lists, and what became of the candidates.

    Parameters
    ----------
    lists
        By objective.
    filtered
        Candidates that a rule has left out, by rule.
    fallback
        Which queries have no candidate left: theirs are popular items alone.
    ruled
        What the shop's own rules have done (`ranker.ruled.Ruling.counts`); null where there are none.
    """

    lists: dict[str, TopLists]
    filtered: dict[str, int]
    fallback: npt.NDArray[np.bool_]
    ruled: Ints | None = None


@dataclass(frozen=True)
class Lister:
    """Makes lists, for one session as for many.

    Parameters
    ----------
    popular
        What fills short lists, best first, without what a rule of items bars.
    barred
        What may not be proposed; null where everything may.
    rules
        The shop's own rules, which hold among what may be proposed; null where there are none.
    """

    popular: Ints
    barred: Barred | None = None
    rules: OpenRules | None = None

    def __call__(
        self,
        visible: Visible,
        candidates: Candidates,
        scores: Mapping[str, Floats],
        n: int,
        new: tuple[str, ...] = (),
        known: int = 0,
    ) -> Listed:
        """The best `n` of every query by each objective's scores.

        Parameters
        ----------
        visible
            What the sessions show.
        candidates, scores
            What is proposed to them, and its scores.
        n
            Items a list.
        new, known
            Keys of items that the catalogue lacks, whose codes begin at `known`.
        """
        if self.barred is None and self.rules is None:
            lists = {name: top_lists(candidates, values, self.popular, n) for name, values in scores.items()}
            return Listed(lists, {}, np.diff(candidates.starts) == 0)
        bought = self.barred.bought(visible) if self.barred else _nothing(len(visible.query))
        bars = self._bars(candidates, bought, new, known)
        counts = np.bincount(bars, minlength=len(RULES) + 1)[1:]
        filtered = {name: int(count) for name, count in zip(RULES, counts, strict=True) if count}
        free = bars == 0
        if self.rules is None:
            kept = candidates.kept(free)
            lists = {name: top_lists(kept, values[free], self.popular, n, bought) for name, values in scores.items()}
            return Listed(lists, filtered, np.diff(kept.starts) == 0)
        ruling = Ruling(self.rules, visible, new, known, len(scores))
        gone, unwanted = ruling.block(candidates, self.popular, bought, free)
        free &= ~gone
        kept = candidates.kept(free)
        lists = {name: self._ruled(ruling, kept, values[free], n, unwanted) for name, values in scores.items()}
        return Listed(lists, filtered, np.diff(kept.starts) == 0, ruling.counts)

    def _ruled(self, ruling: Ruling, kept: Candidates, scores: Floats, n: int, unwanted: Bought) -> TopLists:
        """An objective's lists, by the shop's own rules."""
        order = ruling.order(kept, scores, n)
        lists = top_lists(kept, scores, self.popular, n, unwanted, order)
        ruling.pin(kept, scores if order is None else order, scores, lists, Unwanted(self.barred, unwanted))
        return lists

    def _bars(self, candidates: Candidates, bought: Bought, new: tuple[str, ...], known: int) -> npt.NDArray[np.uint8]:
        if self.barred is None:
            return np.zeros(len(candidates.item), np.uint8)
        rules = self.barred.of_items(candidates.item, new, known)
        bar_bought(candidates.starts, candidates.item, *bought, RULES.index("bought") + 1, rules)
        return rules


def _nothing(queries: int) -> Bought:
    return Bought(np.zeros(queries + 1, np.int64), np.zeros(0, np.int64))


@dataclass(frozen=True)
class Counted:
    """What lists of some queries lack.

    Parameters
    ----------
    fallback
        Queries whose lists are popular items alone.
    filtered
        Candidates that a rule has left out, by rule.
    short
        Lists that end early.
    """

    fallback: int = 0
    filtered: dict[str, int] = field(default_factory=dict)
    short: int = 0

    def __add__(self, other: "Counted") -> "Counted":
        """Of all of them."""
        both = {rule: self.filtered.get(rule, 0) + other.filtered.get(rule, 0) for rule in RULES}
        filtered = {rule: count for rule, count in both.items() if count}
        return Counted(self.fallback + other.fallback, filtered, self.short + other.short)


def counted(listed: Listed, top: int) -> Counted:
    """What the lists of some queries lack, where `top` items were wanted."""
    short = sum(int((lists.counts < top).sum()) for lists in listed.lists.values())
    return Counted(int(listed.fallback.sum()), listed.filtered, short)
