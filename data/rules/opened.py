"""Rules in memory: which hold for whom, and which items they name."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from data.rules.rule import ALL, CARTING, NEW, RETURNING
from data.schema import TYPES
from data.tables import read_json, read_whole
from data.visible import NONE, Visible

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CARTS, ORDERS = TYPES.index("carts"), TYPES.index("orders")


@dataclass(frozen=True)
class OpenRules:
    """Opened once, asked for one session or for many.

    Parameters
    ----------
    told
        A rule a row as `data.rules.rule.Rule.told` gives it, with `user` (the code of the visitor that it names, -1
        for one whom the log does not know) and `strange` (whether the catalogue lacks the item that it names).
    members
        Codes of the items that each rule names, rising.
    users
        Codes of the visitors whom the history knows, rising; empty where no rule asks.
    """

    told: tuple[dict[str, Any], ...]
    members: tuple[Ints, ...]
    users: Ints

    @classmethod
    def open(cls, folder: Path) -> "OpenRules":
        """Read what `pipeline.tasks.rules` wrote: rules.json, members.parquet and users.parquet."""
        told = tuple(read_json(folder / "rules.json")["rules"])
        named = read_whole(folder / "members.parquet").sort("rule", "item")
        rules, items = (named[name].to_numpy().astype(np.int64) for name in ("rule", "item"))
        ends = np.searchsorted(rules, np.arange(len(told) + 1))
        users = read_whole(folder / "users.parquet")["user"].sort().to_numpy().astype(np.int64)
        return cls(told, tuple(items[ends[n] : ends[n + 1]] for n in range(len(told))), users)

    def of_kind(self, kind: str) -> list[int]:
        """The places of the rules of a kind."""
        return [place for place, rule in enumerate(self.told) if rule["kind"] == kind]

    def named(self, rule: int, new: tuple[str, ...] = (), first: int = 0) -> Ints:
        """Codes of the items that a rule names; those from `first` on are of the keys `new`, which the log lacks."""
        told = self.told[rule]
        if told["strange"] and told["key"] in new:
            return np.array([first + new.index(told["key"])], np.int64)
        return self.members[rule]

    def holds(self, visible: Visible) -> Bools:
        """Which rule holds for which query; shape (rules, queries)."""
        segments: dict[str, Bools] = {}
        found = np.ones((len(self.told), len(visible.query)), np.bool_)
        for place, rule in enumerate(self.told):
            if rule["since"] is not None:
                found[place] &= visible.cut_ms >= rule["since"]
            if rule["until"] is not None:
                found[place] &= visible.cut_ms < rule["until"]
            if rule["user"] is not None:
                found[place] &= (visible.user == rule["user"]) & (visible.user != NONE)
            elif rule["whom"] != ALL:
                if rule["whom"] not in segments:
                    segments[rule["whom"]] = self._segment(rule["whom"], visible)
                found[place] &= segments[rule["whom"]]
        return found

    def _segment(self, name: str, visible: Visible) -> Bools:
        if name == CARTING:
            return carting(visible)
        known = np.isin(visible.user, self.users)
        return {NEW: ~known, RETURNING: known}[name]


def carting(visible: Visible) -> Bools:
    """Which queries show an item in the cart that they do not show ordered."""
    query = np.repeat(np.arange(len(visible.query)), np.diff(visible.starts))
    pairs = query * (int(visible.item.max(initial=0)) + 1) + visible.item
    waiting = (visible.type == CARTS) & ~np.isin(pairs, pairs[visible.type == ORDERS])
    return np.bincount(query[waiting], minlength=len(visible.query)) > 0
