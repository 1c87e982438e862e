"""One rule of a shop's own over lists."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Kind = Literal["block", "pin", "boost"]
On = Literal["item", "category", "brand"]
KINDS: tuple[Kind, ...] = ("block", "pin", "boost")
ONS: tuple[On, ...] = ("item", "category", "brand")
PLACES = {"block": 0, "pin": 1, "boost": 5}
"""Where a rule does not say: a pin's place in the list, and how many places a boost lifts."""
ALL, NEW, RETURNING, CARTING = "all", "new", "returning", "carting"
SEGMENTS = (ALL, NEW, RETURNING, CARTING)
"""For whom: everybody; visitors whom the history does not know, and whom it knows; who has a cart that waits."""
USER = "user:"
"""Begins what names one visitor."""


@dataclass(frozen=True)
class Rule:
    """A rule holds for a query that is asked in its time by whom it names.

    Parameters
    ----------
    row
        Its row in the file, from 1.
    kind
        `block` (not proposed), `pin` (put at a place of the list, or left where it stands higher), `boost` (lifted by
        some places).
    on
        What it names: an item, or all items of a category or a brand. A pin of these puts their best candidate.
    key
        In the shop's own keys.
    places
        A pin's place, from 1; how many places a boost lifts; 0 for a block.
    since, until
        It holds from the one on and until before the other; null: always.
    whom
        One of `SEGMENTS`, or `user:` and a visitor's key.
    """

    row: int
    kind: Kind
    on: On
    key: str
    places: int
    since: datetime | None = None
    until: datetime | None = None
    whom: str = ALL

    @property
    def told(self) -> dict[str, Any]:
        """The rule as json holds it, times in ms since 1970."""
        return {
            **{"row": self.row, "kind": self.kind, "on": self.on, "key": self.key, "places": self.places},
            **{"since": in_ms(self.since), "until": in_ms(self.until), "whom": self.whom},
        }


def in_ms(moment: datetime | None) -> int | None:
    """A moment in ms since 1970."""
    return None if moment is None else round(moment.timestamp() * 1_000)
