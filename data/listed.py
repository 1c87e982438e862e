"""Settings that are lists of names."""

import re
from collections.abc import Iterable

ENTRY = re.compile(r'\s*(?:"((?:[^"]|"")*)"\s*|([^,]*))(?:,|\Z)', re.DOTALL)

PLAIN = re.compile(r'[^,"\s]+(?:\s+[^,"\s]+)*')
"""A name that needs no quotes."""


def listed(names: str) -> list[str]:
    """Names with commas between, as a list; one that holds a comma stands in quotes.

    Examples
    --------
    >>> listed('price, "quantity, in kg",,brand')
    ['price', 'quantity, in kg', 'brand']
    """
    found, at = [], 0
    while at < len(names):
        match = ENTRY.match(names, at)
        assert match is not None  # whatever stands before a comma is an entry
        quoted, bare = match[1], match[2]
        found.append(quoted.replace('""', '"') if quoted else (bare or "").strip())
        at = match.end()
    return [name for name in found if name]


def joined(names: Iterable[str]) -> str:
    """A list as such a setting holds it: `listed` gives the names back.

    Examples
    --------
    >>> joined(["price", "quantity, in kg"])
    'price,"quantity, in kg"'
    """
    return ",".join(_quoted(name) if PLAIN.fullmatch(name) is None else name for name in names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
