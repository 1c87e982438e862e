"""Names of columns that settings give one by one or as patterns."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

SPECIAL = "*?["


def is_pattern(name: str) -> bool:
    """Whether a name stands for several columns."""
    return any(sign in name for sign in SPECIAL)


def fits(name: str, pattern: str) -> bool:
    """Whether a name is one, or fits a pattern (`*` any letters, `?` one, `[ab]` one of them)."""
    return name == pattern or (is_pattern(pattern) and fnmatchcase(name, pattern))


def fits_any(name: str, patterns: Iterable[str]) -> bool:
    """Whether a name is one of some, or fits a pattern among them."""
    return any(fits(name, pattern) for pattern in patterns)
