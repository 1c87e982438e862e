"""How a kind of source stands in the list of all of them."""

import inspect
from typing import NamedTuple

from candidates.source import Source


class Entry(NamedTuple):
    """A kind of source, from which its setting is made.

    Parameters
    ----------
    field
        The setting's name: `--candidates.sources.<field>`.
    kind
        The source; its fields are what can be set.
    on
        Whether it proposes unless it is left out; otherwise only where it is named.
    """

    field: str
    kind: type[Source]
    on: bool

    @property
    def about(self) -> str:
        """What it proposes, in a line: the first of its description."""
        return (inspect.getdoc(self.kind) or "").partition("\n")[0]
