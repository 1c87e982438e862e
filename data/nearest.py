"""The names nearest to one that is none: what a typo was meant to be."""

from collections.abc import Iterable
from difflib import get_close_matches

from data.shortened import sample

LONGEST = 80  # characters of a name that are compared: the search is quadratic in them
CUTOFF = 0.65  # the share of two names that must be alike
MOST = 5_000  # names that are compared


def nearest(name: str, known: Iterable[str], most: int = 3, cutoff: float = CUTOFF) -> list[str]:
    """Up to `most` of the known names that are like a name, likest first; case, blanks, `-` and `_` do not count."""
    plain: dict[str, list[str]] = {}
    for other in list(known)[:MOST]:
        plain.setdefault(_plain(other), []).append(other)
    found = get_close_matches(_plain(name), plain, n=most, cutoff=cutoff)
    return [other for match in found for other in plain[match]][:most]


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` with the nearest names, or nothing where none is near."""
    found = nearest(name, known)
    return f"; did you mean {' or '.join(f'`{sample(other)}`' for other in found)}?" if found else ""


def _plain(name: str) -> str:
    return name[:LONGEST].casefold().replace("-", "").replace("_", "").replace(" ", "")
