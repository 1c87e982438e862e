"""What may not be proposed, whatever it is worth: items that are not wanted, not there, or bought already."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Filters:
    """Rules that hold before a list is cut to its length, in the batch and for one session alike.

    Popular items that fill a list up follow them too, and a list ends early where they leave too few. The candidates,
    and the other orders in metrics.json, do not.

    Parameters
    ----------
    allow
        A file of items, a key a line or a table with a column `item`: no others are proposed.
    deny
        Likewise, items that are never proposed.
    stock
        A table with `item` and `stock`: items with none left are not proposed; items that it does not name are.
    bought
        `keep` what the visitor has ordered, or leave out what was ordered in this `session`, or `ever`: in the session
        or by its user in the history.
    """

    allow: str | None = None
    deny: str | None = None
    stock: str | None = None
    bought: Literal["keep", "session", "ever"] = "keep"

    @property
    def files(self) -> dict[str, str]:
        """The files that are named, by rule."""
        given = {"allow": self.allow, "deny": self.deny, "stock": self.stock}
        return {rule: file for rule, file in given.items() if file is not None}
