"""Keys as texts: what a key of several columns is made of, and what keys of two files are compared by."""

from collections.abc import Collection, Sequence

import polars as pl

DIVIDER = ","
ESCAPE = "\\"


def key_text(raw: pl.Expr, kind: pl.DataType) -> pl.Expr:
    """A key as text: 7, `7` and 7.0 are one, and a blank is none.

    Parameters
    ----------
    raw, kind
        The column, and what it holds.
    """
    if kind.is_float():
        whole = raw.cast(pl.Int64, strict=False)
        return pl.when(whole == raw).then(whole).cast(pl.String)
    text = raw.cast(pl.String).str.strip_chars()
    if kind == pl.String or isinstance(kind, pl.Categorical | pl.Enum):
        text = text.str.replace(r"^([+-]?[0-9]+)\.0+$", "$1")  # how pandas writes 7 beside a missing number
        return pl.when(text != "").then(text)
    return text


def joined_key(parts: Sequence[pl.Expr], tokens: Collection[str]) -> pl.Expr:
    """One key of several, null where one of them is missing; no two lists of parts give one key.

    Parameters
    ----------
    parts
        Texts, as `key_text` gives them.
    tokens
        Words in lower case that mean there is none (see `data.values.null_tokens`): a part that is one stands for
        the whole.
    """
    words = sorted(tokens)
    none = [pl.when(part.str.to_lowercase().is_in(words)).then(part) for part in parts]
    told = [
        part.str.replace_all(ESCAPE, ESCAPE * 2, literal=True).str.replace_all(DIVIDER, ESCAPE + DIVIDER, literal=True)
        for part in parts
    ]
    return pl.coalesce(*none, pl.concat_str(told, separator=DIVIDER, ignore_nulls=False))
