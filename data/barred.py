"""What may not be proposed to whom, in memory: a rule an item, and the orders of the past a visitor."""

from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numba
import numpy as np
import numpy.typing as npt

from data.filters import Filters
from data.schema import TYPES
from data.tables import read_whole
from data.visible import NONE, Visible

RULES = ("allow", "deny", "stock", "bought")
"""In the order in which they are tried: an item that several bar is counted at the first."""
FREE = 0
"""No rule's number; a rule's is its place in `RULES` and 1."""
ORDERS = TYPES.index("orders")
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


class Bought(NamedTuple):
    """Items that were ordered, rising within a query, each once.

    Parameters
    ----------
    starts
        Where each query's begin, and the end.
    items
        Codes.
    """

    starts: Ints
    items: Ints


@dataclass(frozen=True)
class Barred:
    """Opened once, asked for one session or for many.

    Parameters
    ----------
    rules
        The rule that bars an item, by its code; `rule_of_new` says it of items that the catalogue lacks.
    named
        Keys that the files name and the catalogue lacks, and the rule that bars each.
    closed
        Whether there is an `allow`, so that an item that nobody named is barred.
    own, past
        Whether what a session has ordered is barred, and what its visitor has ordered before.
    users, starts, items
        Orders of the past: users, rising; where each one's items begin, and the end; items, rising within a user.
    """

    rules: Bytes
    named: dict[str, int]
    closed: bool
    own: bool
    past: bool
    users: Ints
    starts: Ints
    items: Ints

    @classmethod
    def open(cls, folder: Path, filters: Filters) -> "Barred":
        """Read what `pipeline.tasks.filters` wrote: items, keys and bought.parquet."""
        of_items = read_whole(folder / "items.parquet").sort("item")
        named = read_whole(folder / "keys.parquet")
        bought = read_whole(folder / "bought.parquet").sort("user", "item")
        users, starts = np.unique(bought["user"].to_numpy().astype(np.int64), return_index=True)
        return cls(
            rules=of_items["rule"].to_numpy().astype(np.uint8),
            named=dict(named.select("key", "rule").rows()),
            closed=filters.allow is not None,
            own=filters.bought != "keep",
            past=filters.bought == "ever",
            users=users,
            starts=np.append(starts, bought.height).astype(np.int64),
            items=bought["item"].to_numpy().astype(np.int64),
        )

    def rule_of_new(self, key: str) -> int:
        """The rule that bars an item by its key."""
        return self.named.get(key, RULES.index("allow") + 1 if self.closed else FREE)

    def of_items(self, items: Ints, new: tuple[str, ...] = (), first: int = 0) -> Bytes:
        """The rule that bars each item: some codes, of which those from `first` on are the keys `new`."""
        table = self.rules
        if new:
            table = np.append(table[:first], np.array([self.rule_of_new(key) for key in new], np.uint8))
        return table[items]

    def bought(self, visible: Visible) -> Bought:
        """What each query's visitor has ordered."""
        if not self.own:
            return Bought(np.zeros(len(visible.query) + 1, np.int64), np.zeros(0, np.int64))
        ordered = visible.item.copy()
        ordered[visible.type != ORDERS] = NONE
        place = np.searchsorted(self.users, visible.user)
        known = self.past & (place < len(self.users)) & (visible.user != NONE)
        known[known] = self.users[place[known]] == visible.user[known]
        before = np.where(known, place, len(self.users))  # nobody's stretch is empty
        stretches = np.append(self.starts, self.starts[-1])
        return Bought(*_bought(visible.starts, ordered, before, stretches, self.items))


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def _bought(
    starts: Ints, ordered: Ints, owner: Ints, stretches: Ints, items: Ints
) -> tuple[Ints, Ints]:  # pragma: no cover
    """Each query's own orders and its owner's of the past, rising and once."""
    room = len(ordered)
    for query in range(len(owner)):
        room += stretches[owner[query] + 1] - stretches[owner[query]]
    found, ends = np.empty(room, np.int64), np.zeros(len(owner) + 1, np.int64)
    end = 0
    for query in range(len(owner)):
        own = ordered[starts[query] : starts[query + 1]]
        past = items[stretches[owner[query]] : stretches[owner[query] + 1]]
        both = np.unique(np.concatenate((own[own >= 0], past)))
        found[end : end + len(both)] = both
        end += len(both)
        ends[query + 1] = end
    return ends, found[:end]


@numba.njit(cache=True, nogil=True)  # type: ignore[untyped-decorator]
def bar_bought(
    starts: Ints, item: Ints, bought_starts: Ints, bought: Ints, rule: int, into: Bytes
) -> None:  # pragma: no cover
    """Write the rule beside the candidates that were bought and that no rule bars so far."""
    for query in range(len(starts) - 1):
        mine = bought[bought_starts[query] : bought_starts[query + 1]]
        for row in range(starts[query], starts[query + 1]):
            place = np.searchsorted(mine, item[row])
            if into[row] == 0 and place < len(mine) and mine[place] == item[row]:
                into[row] = rule
