"""A shop's own rules on the lists of some queries: who is left out, who is lifted, who is put at a place."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from data.barred import FREE, Barred, Bought
from data.candidates import Candidates
from data.rules.opened import OpenRules
from data.visible import Visible
from ranker.top import TopLists

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
NOTHING = -1


class Blocked(NamedTuple):
    """What rules leave out.

    Parameters
    ----------
    candidates
        Which candidates.
    unwanted
        What must not fill a query's list: what it has bought already, and what a rule blocks.
    """

    candidates: Bools
    unwanted: Bought


@dataclass
class Ruling:
    """The rules as they hold for some queries; counts what they have done.

    Parameters
    ----------
    rules
        All of them.
    visible
        What the queries show.
    new, first
        Keys of items that the catalogue lacks, whose codes begin at `first`.
    objectives
        How many lists every query gets.

    Attributes
    ----------
    counts
        (rules, 3): the queries that each holds for; how often it was applied: a block to a candidate, a boost to an
        item that it has lifted within a list, a pin to a list; and how many lists that has touched, where a candidate
        that is left out is left out of all of its query's lists.
    """

    rules: OpenRules
    visible: Visible
    new: tuple[str, ...] = ()
    first: int = 0
    objectives: int = 1
    holds: Bools = field(init=False)
    counts: Ints = field(init=False)

    def __post_init__(self) -> None:
        self.holds = self.rules.holds(self.visible)
        self.counts = np.zeros((len(self.rules.told), 3), np.int64)
        self.counts[:, 0] = self.holds.sum(axis=1)

    def block(self, candidates: Candidates, popular: Ints, bought: Bought, free: Bools) -> Blocked:
        """What blocks leave out of candidates that are free so far, and of what fills lists up."""
        query, gone = _query_of(candidates), np.zeros(len(candidates.item), np.bool_)
        owners, items = [np.repeat(np.arange(len(self.visible.query)), np.diff(bought.starts))], [bought.items]
        for rule in self._in_force("block"):
            named = self._named(rule)
            mine = free & ~gone & self.holds[rule][query] & np.isin(candidates.item, named)
            self.counts[rule, 1] += int(mine.sum())
            self.counts[rule, 2] += self.objectives * len(np.unique(query[mine]))
            gone |= mine
            fillers, asked = popular[np.isin(popular, named)], np.flatnonzero(self.holds[rule])
            owners.append(np.repeat(asked, len(fillers)))
            items.append(np.tile(fillers, len(asked)))
        return Blocked(gone, _each_once(np.concatenate(owners), np.concatenate(items), len(self.visible.query)))

    def order(self, candidates: Candidates, scores: Floats, n: int) -> Floats | None:
        """What lists of `n` are sorted by where a boost holds; null where none does."""
        in_force = self._in_force("boost")
        if not in_force:
            return None
        query = _query_of(candidates)
        up, by = np.zeros(len(candidates.item), np.int64), np.full(len(candidates.item), NOTHING, np.int64)
        for rule in in_force:
            mine = self.holds[rule][query] & np.isin(candidates.item, self._named(rule))
            mine &= up < self.rules.told[rule]["places"]
            up[mine], by[mine] = self.rules.told[rule]["places"], rule
        order = np.zeros(len(candidates.item))
        _lift(candidates.starts, scores, up, by, n, self.counts, order)
        return order

    def pin(self, candidates: Candidates, order: Floats, scores: Floats, lists: TopLists, unwanted: "Unwanted") -> None:
        """Put what is pinned into lists, in the places' order; the first of equal places in the file comes first."""
        told = self.rules.told
        query = _query_of(candidates)
        for rule in sorted(self._in_force("pin"), key=lambda rule: (told[rule]["places"], -rule)):
            named = self._named(rule)
            chosen = self.holds[rule][query] & np.isin(candidates.item, named)
            alone = np.full(len(self.visible.query), NOTHING, np.int64)
            if told[rule]["on"] == "item" and len(named):
                may = self.holds[rule] & ~unwanted(self, int(named[0]))
                alone[may] = named[0]
            place = int(told[rule]["places"])
            put = _put(candidates.starts, candidates.item, chosen, order, scores, alone, place, *lists)
            self.counts[rule, 1:] += put

    def blocked_for(self, item: int) -> Bools:
        """The queries for which a rule blocks an item."""
        found = np.zeros(len(self.visible.query), np.bool_)
        for rule in self._in_force("block"):
            if np.isin(item, self._named(rule)):
                found |= self.holds[rule]
        return found

    def _in_force(self, kind: str) -> list[int]:
        return [rule for rule in self.rules.of_kind(kind) if self.counts[rule, 0]]

    def _named(self, rule: int) -> Ints:
        return self.rules.named(rule, self.new, self.first)


@dataclass(frozen=True)
class Unwanted:
    """The queries whose lists an item may not be put in: it is barred, blocked or bought."""

    barred: Barred | None
    bought: Bought

    def __call__(self, ruling: Ruling, item: int) -> Bools:
        """Whether, a query."""
        found = ruling.blocked_for(item)
        if self.barred is not None and self.barred.of_items(np.array([item]), ruling.new, ruling.first)[0] != FREE:
            return np.ones_like(found)
        owner = np.repeat(np.arange(len(found)), np.diff(self.bought.starts))
        found[owner[self.bought.items == item]] = True
        return found


def plain_counts(counts: Ints | None) -> list[list[int]]:
    """Counts as json holds them; empty where there are no rules."""
    return [] if counts is None else [[int(one) for one in rule] for rule in counts]


def added(pieces: Sequence[Sequence[Sequence[int]]]) -> list[list[int]]:
    """The sums of several counts of the same rules."""
    return [[sum(column) for column in zip(*rule, strict=True)] for rule in zip(*pieces, strict=True)]


def _query_of(candidates: Candidates) -> Ints:
    return np.repeat(np.arange(len(candidates.starts) - 1), np.diff(candidates.starts))


def _each_once(owner: Ints, item: Ints, queries: int) -> Bought:
    size = int(item.max(initial=0)) + 1
    pairs = np.unique(owner * size + item)
    return Bought(np.searchsorted(pairs, np.arange(queries + 1) * size).astype(np.int64), pairs % size)


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _lift(
    starts: Ints, scores: Floats, up: Ints, by: Ints, n: int, counts: Ints, order: Floats
) -> None:  # pragma: no cover
    """Write what to sort by: minus the place by score, less the places that a candidate is lifted.

    A lifted candidate stands before the one whose place it reaches.
    """
    last = np.full(len(counts), -1)  # the last query that each rule has lifted something for
    for query in range(len(starts) - 1):
        first, end = starts[query], starts[query + 1]
        places = np.argsort(-scores[first:end], kind="mergesort")
        for place in range(len(places)):
            row = first + places[place]
            order[row] = up[row] - place + (0.5 if up[row] else 0.0)
        for place, chosen in enumerate(np.argsort(-order[first:end], kind="mergesort")[:n]):
            row = first + chosen
            if up[row] and order[row] - up[row] - 0.5 < -place:
                rule = by[row]
                counts[rule, 1] += 1
                if last[rule] != query:
                    last[rule] = query
                    counts[rule, 2] += 1


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _put(
    starts: Ints,
    item: Ints,
    chosen: Bools,
    order: Floats,
    scores: Floats,
    alone: Ints,
    place: int,
    items: Ints,
    into: npt.NDArray[np.float32],
    counts: Ints,
) -> int:  # pragma: no cover
    """Put each query's best chosen candidate, or the item `alone`, at a place; return in how many lists."""
    applied = 0
    for query in range(len(starts) - 1):
        best, code = -1, alone[query]
        for row in range(starts[query], starts[query + 1]):
            if chosen[row] and (best < 0 or order[row] > order[best]):
                best, code = row, item[row]
        target = min(place - 1, counts[query])
        if code < 0 or target >= items.shape[1]:
            continue
        at = counts[query]
        for other in range(counts[query]):
            if items[query, other] == code:
                at = other
        if at < counts[query] and at <= target:
            continue  # it stands there, or higher
        worth = into[query, at] if at < counts[query] else (scores[best] if best >= 0 else np.nan)
        if at == counts[query]:
            counts[query] = min(counts[query] + 1, items.shape[1])
        for other in range(min(at, items.shape[1] - 1), target, -1):
            items[query, other], into[query, other] = items[query, other - 1], into[query, other - 1]
        items[query, target], into[query, target] = code, worth
        applied += 1
    return applied
