"""Words by which trackers and databases say that they know no key."""

import re
from collections.abc import Collection, Mapping

import polars as pl

from data.listed import listed
from data.warned import Warned


def tokens_of(names: str) -> frozenset[str]:
    """The setting's words, in lower case."""
    return frozenset(name.lower() for name in listed(names))


def is_token(raw: pl.Series, tokens: Collection[str]) -> pl.Series | None:
    """Which values are such a word, in whatever case and with blanks around; null where none is.

    Parameters
    ----------
    raw
        A column of keys or numbers; a number is compared as its text.
    tokens
        The words (see `tokens_of`).
    """
    if raw.dtype.is_numeric():
        numbers = [float(word) for word in tokens if word.removeprefix("-").isdecimal()]
        found = raw.cast(pl.Float64, strict=False).is_in(numbers) if numbers else None
    elif raw.dtype in (pl.String, pl.Categorical, pl.Enum) and tokens:
        words = "|".join(re.escape(word) for word in sorted(tokens))
        found = raw.cast(pl.String).str.contains(rf"^\s*(?i:{words})\s*$")
    else:
        found = None
    found = None if found is None else found.fill_null(False)
    return found if found is not None and found.any() else None


def left_out(key: str) -> str:
    """The rule by which rows go that name no owner or item but such a word."""
    return f"{key} is a null token"


def warn_of_tokens(dropped: Mapping[str, int], nulled: Mapping[str, int], read: int, tokens: str) -> list[Warned]:
    """What became of rows that hold such words where they need a key.

    Parameters
    ----------
    dropped, nulled
        Rows by the rule that left them out, and values taken as null by column.
    read
        All rows.
    tokens
        The setting.
    """
    said = []
    for key in sorted(nulled):
        if rows := dropped.get(left_out(key), 0):
            line = (
                f"{rows:,} of {read:,} rows ({rows / read:.1%}) name no {key} but a word such as `undefined`, and are "
                f"left out; `input.format.null_tokens` says which words: {tokens}."
            )
            said.append(Warned("null_tokens", line, {"key": key, "rows": rows, "share": round(rows / read, 6)}))
    return said
